//! Detects input that may be a secret, so that it is not sent anywhere. Detects any brand, and parts of a secret.

/// Names, IDs and redacted secrets have at most this many letters and digits in a row.
const LONGEST_WORD: usize = 31;
/// Number of characters that a redacted secret shows.
const SHOWN: usize = 4;

/// Whether the text may contain a secret or a part of one. IDs, names and redacted secrets do not count.
pub(crate) fn secret_like(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric();
    let long = text.split(|c| !is_plain(c)).any(|word| word.len() > LONGEST_WORD);
    let marked = ["_pat_", "_key_", "_cs_"].into_iter().any(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            let rest = &text[at + mark.len()..];
            let rest = rest.strip_prefix("test_").unwrap_or(rest);
            rest.chars().take_while(|c| is_plain(*c)).count() > SHOWN
        })
    });
    long || marked || text.trim_start().starts_with("eyJ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognized_whole_in_part_and_inside_a_line() {
        for secret in [
            "mint_pat_00000000000000000000000000000000000000000000BFvHX",
            "Authorization: Bearer acme_key_test_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789aBcDeFg3DWCY7",
            "mint_cs_01234",
            "mint_key_test_AbCdE",
            "0000000000000000000000000000000000000000BFvHX",
            "eyJhbGciOi",
        ] {
            assert!(secret_like(secret), "{secret}");
        }
    }

    #[test]
    fn names_ids_and_redacted_forms_are_none() {
        for harmless in [
            "",
            "Nightly export",
            "mint_key_…CY7x",
            "mint_key_",
            "mint_key_test_…WCY7",
            "CY7x",
            "key_01hx3k9q7m2n4p6r8s0t2v4w6y",
            "donkey_kong_staging",
        ] {
            assert!(!secret_like(harmless), "{harmless}");
        }
    }
}
