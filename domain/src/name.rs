//! Names and descriptions that people give to things.
//!
//! This module decides which characters they may contain. Markup is allowed and stays plain text. Characters that could
//! forge a log line or reverse the text of a page are rejected. Renderers do the escaping.

use crate::{code::FlawCode, error::Flaw};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr, sync::Arc};

/// Maximum length of a name, in characters.
const MAX_NAME: usize = 200;
/// Maximum length of a description, in characters.
const MAX_DESCRIPTION: usize = 1000;

/// Returns whether the character can make displayed text differ from stored text. These are control characters,
/// bidirectional controls, line separators, tags and noncharacters.
pub(crate) fn disturbs(character: char) -> bool {
    is_control(character)
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// Returns whether the character has never been allowed, not even under earlier rules.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Returns whether the text has no visible character.
pub(crate) fn is_invisible(text: &str) -> bool {
    text.chars().all(draws_nothing)
}

/// Returns whether the character is white space, a filler, or drawn as nothing (`Default_Ignorable_Code_Point` of
/// Unicode).
pub(crate) fn draws_nothing(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(character, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(character, '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}')
        || matches!(character, '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn check(text: &str, max: usize, may_break_lines: bool) -> Result<&str, Flaw> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Flaw::new(FlawCode::TooLong, format!("Use at most {max} characters.")));
    }
    if text.chars().any(|c| disturbs(c) && !(may_break_lines && c == '\n')) {
        return Err(Flaw::new(FlawCode::InvalidCharacters, "Remove control characters and text-direction controls."));
    }
    Ok(text)
}

/// Checks stored text, which may date from a time with looser rules.
fn check_stored(text: &str, max: usize, may_break_lines: bool) -> Result<&str, Flaw> {
    let is_wrong = |c| is_control(c) && !(may_break_lines && c == '\n');
    if text.chars().count() > max || text.chars().any(is_wrong) {
        return Err(Flaw::new(FlawCode::InvalidCharacters, "This text was never allowed."));
    }
    Ok(text)
}

macro_rules! text {
    ($name:ident) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Flaw;

            fn from_str(text: &str) -> Result<Self, Flaw> {
                Self::stored(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::stored(&String::deserialize(deserializer)?).map_err(|flaw| D::Error::custom(flaw.detail))
            }
        }
    };
}

/// A name of 1 to 200 characters without surrounding white space. It is cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(Arc<str>);

impl Name {
    /// Makes a name from a constant of this code base, without a check.
    pub fn fixed(text: &'static str) -> Self {
        Self(text.into())
    }

    /// Checks and trims the text.
    ///
    /// # Errors
    /// Returns the flaw `required`, `too_long` or `invalid_characters`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        match check(text, MAX_NAME, false)? {
            "" => Err(Flaw::new(FlawCode::Required, "Enter a name.")),
            text if is_invisible(text) => Err(Flaw::new(
                FlawCode::Required,
                "Enter a name that people can see. This one has only invisible characters.",
            )),
            text => Ok(Self(text.into())),
        }
    }

    /// Reads a name that was checked when it was stored.
    fn stored(text: &str) -> Result<Self, Flaw> {
        match check_stored(text, MAX_NAME, false)? {
            "" => Err(Flaw::new(FlawCode::Required, "Enter a name.")),
            text => Ok(Self(text.into())),
        }
    }
}

text!(Name);

/// A description of at most 1000 characters, without surrounding white space. It may be empty and may contain line
/// breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(Arc<str>);

impl Description {
    /// Checks and trims the text. Line breaks become `\n`.
    ///
    /// # Errors
    /// Returns the flaw `too_long` or `invalid_characters`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        check(&text.replace("\r\n", "\n"), MAX_DESCRIPTION, true).map(|text| Self(text.into()))
    }

    /// Reads a description that was checked when it was stored.
    fn stored(text: &str) -> Result<Self, Flaw> {
        check_stored(text, MAX_DESCRIPTION, true).map(|text| Self(text.into()))
    }
}

text!(Description);

/// The name of an organization in URLs: 1 to 40 of `a-z 0-9 -`, with no hyphen at either end. It can never look like an
/// id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

const MAX_SLUG: usize = 40;
/// Maximum length of a suggested slug. The remaining characters are room for a suffix.
const MAX_SUGGESTED: usize = MAX_SLUG - 8;

impl Slug {
    /// # Errors
    /// Returns the flaw `invalid_slug`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let well_formed = (1..=MAX_SLUG).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-');
        if well_formed {
            Ok(Self(text.into()))
        } else {
            Err(Flaw::new(
                FlawCode::InvalidSlug,
                "Use 1 to 40 lower-case letters, digits and hyphens, with no hyphen at either end.",
            ))
        }
    }

    fn stored(text: &str) -> Result<Self, Flaw> {
        Self::parse(text)
    }

    /// Suggests a slug for a name: `Acme Rocket Co.` becomes `acme-rocket-co`. A name without Latin letters or digits
    /// becomes `org`.
    pub fn suggest(name: &Name) -> Self {
        let mut slug = String::new();
        for character in name.as_str().chars().flat_map(char::to_lowercase) {
            if slug.len() == MAX_SUGGESTED {
                break;
            }
            match character {
                'a'..='z' | '0'..='9' => slug.push(character),
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { "org" } else { slug }.into())
    }

    /// Appends a number to a suggested slug that is already taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0).into())
    }

    /// Appends seven random characters to a suggested slug, for the case that the numbered ones are taken too.
    #[must_use]
    pub fn with_random_suffix(&self, entropy: [u8; 10]) -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let suffix = entropy.into_iter().take(MAX_SLUG - MAX_SUGGESTED - 1);
        let suffix: String = suffix.map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        Self(format!("{}-{suffix}", self.0).into())
    }
}

text!(Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_keeps_markup_and_any_script_as_text() {
        for name in ["CI deploy", "<script>alert(1)</script>", "نسخة احتياطية", "=HYPERLINK(\"x\")", &"é".repeat(200)]
        {
            assert_eq!(Name::parse(&format!("  {name} ")).map(|parsed| parsed.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn an_empty_long_or_disturbing_name_is_refused_with_its_reason() {
        let code = |text: &str| Name::parse(text).map_err(|flaw| flaw.code.as_str());
        assert_eq!(code("  "), Err("required"));
        assert_eq!(code(&"a".repeat(201)), Err("too_long"));
        assert_eq!(code(&"a".repeat(10_240)), Err("too_long"));
        let characters =
            "\n\0\u{1b}\u{202e}\u{2028}\u{200e}\u{200f}\u{61c}\u{206a}\u{fff9}\u{fdd0}\u{ffff}\u{1fffe}\u{e0041}";
        for bad in characters.chars().map(|character| format!("a{character}b")) {
            assert_eq!(code(&bad), Err("invalid_characters"), "{bad:?}");
        }
    }

    #[test]
    fn a_name_that_nobody_can_see_is_refused_and_invisible_characters_in_others_are_not() {
        for unseen in
            ["\u{200b}", "\u{2060}", "\u{ad}", "\u{3164}", "\u{2800}", "\u{200d}\u{200c} \u{fe0f}", "\u{e0100}"]
        {
            assert_eq!(Name::parse(unseen).map_err(|flaw| flaw.code.as_str()), Err("required"), "{unseen:?}");
        }
        for seen in ["می\u{200c}خواهم", "👩\u{200d}💻", "❤\u{fe0f}", "co\u{ad}operate"] {
            assert!(Name::parse(seen).is_ok(), "{seen:?}");
        }
    }

    #[test]
    fn a_name_that_was_stored_under_looser_rules_can_still_be_read() {
        for name in ["\u{200b}", "a\u{200f}b"] {
            assert_eq!(name.parse::<Name>().map(|name| name.to_string()).ok().as_deref(), Some(name));
        }
        assert!("a\nb".parse::<Name>().is_err() && "".parse::<Name>().is_err());
    }

    #[test]
    fn a_description_may_have_lines_but_no_other_control_characters() {
        assert_eq!(Description::parse("one\r\ntwo").map(|text| text.to_string()), Ok("one\ntwo".to_owned()));
        assert_eq!(Description::parse("a\tb").map_err(|flaw| flaw.code.as_str()), Err("invalid_characters"));
    }

    #[test]
    fn a_suggested_slug_is_always_a_slug() {
        for (name, slug) in [("Acme Rocket Co.", "acme-rocket-co"), ("  --A--  ", "a"), ("東京", "org"), ("É", "org")]
        {
            let Ok(name) = Name::parse(name) else { continue };
            assert_eq!(Slug::suggest(&name).as_str(), slug);
        }
        let Ok(long) = Name::parse(&"ab ".repeat(60)) else { return };
        let long = Slug::suggest(&long);
        assert!(Slug::parse(long.numbered(99_999).as_str()).is_ok());
        for entropy in [[0; 10], [255; 10], *b"\x00\x1f\x20\x7f\x80abcde"] {
            let random = long.with_random_suffix(entropy);
            assert!(Slug::parse(random.as_str()).is_ok(), "{random}");
        }
    }
}
