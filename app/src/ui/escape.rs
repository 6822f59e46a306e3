//! HTML escaping for places that the renderer does not escape: the title of a page, and a `textarea`.

/// Escapes text for use in an element or attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            // An HTML parser turns a bare carriage return into a line feed.
            '\r' => markup.push_str("&#13;"),
            other => markup.push(other),
        }
    }
    markup
}
