//! Names of people's choosing in places that have room for a few words.

/// `text` with at most `max` characters, an ellipsis for the rest.
pub fn shortened(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// `text` for a title, where it is so long that its place may cut it; what is shown whole is not said twice.
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
