//! Text folding for search: which differences between two texts do not count.

use unicode_normalization::UnicodeNormalization;

/// Returns `text` in the form that searches compare: without case, and in one Unicode form. An accented letter is the
/// same whether it was typed as one character or as two.
pub fn fold(text: &str) -> String {
    // Through upper case, because one capital letter can have several small forms: ß and ss, ς and σ. Small letters come
    // before it, because the capital ẞ stays itself in upper case.
    let capitals = text.nfc().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
    capitals.flat_map(char::to_lowercase).nfc().collect()
}

/// A length of time in its largest whole unit, such as "3 days" or "90 seconds".
pub fn duration_in_words(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (length, unit) = units.into_iter().find(|(length, _)| seconds % length == 0).unwrap_or((1, "second"));
    let count = seconds / length;
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_of_time_is_said_in_its_largest_whole_unit() {
        let said = [86_400, 604_800, 3_600, 5_400, 90, 60].map(duration_in_words);
        assert_eq!(said, ["1 day", "7 days", "1 hour", "90 minutes", "90 seconds", "1 minute"]);
    }

    #[test]
    fn words_that_people_take_for_the_same_fold_to_the_same() {
        for (one, other) in [
            ("Émile", "émile"),
            ("\u{c9}mile", "e\u{301}MILE"),
            ("ZOË", "zoe\u{308}"),
            ("Łukasz", "łUKASZ"),
            ("STRASSE", "Straße"),
            ("STRAẞE", "Straße"),
            ("ΟΔΟΣ", "οδος"),
            ("ΟΔΟΣ", "οδοσ"),
            ("ǅ", "ǆ"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("Ω", "\u{2126}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("Emile"), fold("Émile"));
        assert_eq!(fold("mint_key_…CY7x"), "mint_key_…cy7x");
    }

    #[test]
    fn folding_any_character_twice_folds_it_once() {
        for character in (char::MIN..=char::MAX).map(String::from) {
            let folded = fold(&character);
            assert_eq!(fold(&folded), folded, "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_folds_once_and_ignores_the_form(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
        }
    }
}
