//! Shortens names for places with little room.

/// At most `max` characters, with an ellipsis if the text is cut.
pub fn shortened(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The text as a tooltip, if it is longer than `shown` characters and may be cut. `None` for a text that is fully
/// visible.
pub fn if_long(text: &str, shown: usize) -> Option<String> {
    (text.chars().count() > shown).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_cuts_between_characters_and_says_so() {
        assert_eq!(shortened("héé", 3), "héé");
        assert_eq!(shortened("hé é", 3), "hé…");
    }
}
