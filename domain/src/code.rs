//! The codes of the public contract: one table for each list.
//!
//! A row has the variant, the code as it is sent, and an explanation for people. The documentation page, the OpenAPI
//! document and the text of a code all come from the table. The verdicts have their own table in [`crate::verify`].
//! A released code never changes its text and is never removed.

mod flaw;
mod problem;

pub use self::flaw::FlawCode;
pub use self::problem::ProblemCode;

/// Writes an enumeration of codes from its table.
macro_rules! codes {
    (
        $(#[$about:meta])*
        $name:ident { $($variant:ident = $text:literal, $explanation:literal;)+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $(#[doc = $explanation] #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// All codes, in the order of the table.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// Returns the code as it is sent.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Returns what the code means, for people.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$variant => $explanation,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Verdict;
    use std::collections::BTreeSet;

    fn check(list: &str, rows: &[(&'static str, &'static str)]) {
        let texts: BTreeSet<_> = rows.iter().map(|(text, _)| text).collect();
        assert_eq!(texts.len(), rows.len(), "{list} has a code twice");
        for (text, explanation) in rows {
            assert!(text.chars().all(|c| matches!(c, 'a'..='z' | '_')), "{text} is not in snake case");
            assert!(explanation.ends_with('.') && !explanation.contains(['|', '\n']), "{text}: {explanation}");
        }
    }

    #[test]
    fn every_code_is_unique_in_its_list_and_explained_in_sentences() {
        check("problems", &ProblemCode::ALL.map(|code| (code.as_str(), code.explanation())));
        check("flaws", &FlawCode::ALL.map(|code| (code.as_str(), code.explanation())));
        check("verdicts", &Verdict::ALL.map(|code| (code.as_str(), code.explanation())));
    }

    #[test]
    fn a_code_is_serialized_as_it_is_sent() {
        for code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(code.statuses().first(), Some(&code.usual_status()), "{code}");
        }
        for code in FlawCode::ALL {
            let json = serde_json::to_value(code).unwrap();
            assert_eq!(json, code.as_str());
            assert_eq!(serde_json::from_value::<FlawCode>(json).unwrap(), code);
        }
    }

    #[test]
    fn a_flaw_code_of_another_release_is_read_as_the_general_one() {
        assert_eq!(serde_json::from_str::<FlawCode>("\"of_tomorrow\"").unwrap(), FlawCode::InvalidValue);
    }
}
