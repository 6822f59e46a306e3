//! Escaping where the renderer does not escape: in the title of a page and in a `textarea`.

/// Text as it must stand in markup, in an element or in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            // A parser makes a line feed of a bare one.
            '\r' => markup.push_str("&#13;"),
            other => markup.push(other),
        }
    }
    markup
}
