//! Form parameters, read as RFC 6749 section 3.2 requires.
//!
//! No parameter may be given twice, and an empty parameter counts as not given. Unknown parameters are ignored unless
//! they look like a misspelled known one. To ignore `scopes`, for example, would grant more than the request meant.

use super::Refusal;
use zeroize::Zeroizing;

/// Parameters that may be repeated (RFC 8707 section 2, RFC 8693 section 2.1).
const REPEATABLE: [&str; 2] = ["resource", "audience"];
const MAX_PARAMETERS: usize = 50;

/// The parameters of a request. Values are wiped when dropped, because some are secrets.
pub struct Parameters(Vec<(String, Zeroizing<String>)>);

impl Parameters {
    /// Reads decoded pairs in the order of the request.
    ///
    /// # Errors
    /// Returns `invalid_request` if a parameter is repeated, or if there are more than 50.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Refusal> {
        let mut kept: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in pairs {
            let value = Zeroizing::new(value);
            if value.is_empty() {
                continue;
            }
            if kept.len() == MAX_PARAMETERS {
                return Err(Refusal::request("There are too many parameters."));
            }
            if !REPEATABLE.contains(&name.as_str()) && kept.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::request(format!("The parameter {name} is given more than once.")));
            }
            kept.push((name, value));
        }
        Ok(Self(kept))
    }

    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Rejects a misspelled known name, such as `scope[]` or `clientId`. Case, plural, brackets and separators are
    /// ignored in the comparison.
    ///
    /// # Errors
    /// Returns `invalid_request` with the correct name.
    pub fn refuse_misspelt(&self, known: &[&str]) -> Result<(), Refusal> {
        for (name, _) in self.0.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            let meant = known.iter().find(|right| core_of(right) == core_of(name));
            if let Some(right) = meant {
                return Err(Refusal::request(format!(
                    "There is no such parameter; it looks like {right}. Use {right}."
                )));
            }
        }
        Ok(())
    }

    /// # Errors
    /// Returns `invalid_request` if the parameter is missing.
    pub fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.one(name).ok_or_else(|| Refusal::request(format!("The parameter {name} is missing.")))
    }
}

/// Reduces a name to the part that misspellings keep: its letters in lower case, without an index and a plural `s`.
fn core_of(name: &str) -> String {
    let name = name.split('[').next().unwrap_or_default();
    let letters = name.chars().filter(|letter| letter.is_ascii_alphabetic()).map(|letter| letter.to_ascii_lowercase());
    let letters: String = letters.collect();
    letters.trim_end_matches('s').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Parameters, Refusal> {
        Parameters::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn rfc_6749_3_2_a_repeated_parameter_is_refused_and_an_empty_one_is_absent() {
        assert!(of(&[("scope", "a"), ("scope", "a")]).is_err());
        let parameters =
            of(&[("scope", ""), ("scope", "a"), ("x", "1"), ("resource", "a"), ("resource", "b")]).unwrap();
        assert_eq!(parameters.one("scope"), Some("a"));
        assert_eq!(parameters.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        assert!(parameters.required("grant_type").is_err());
    }

    #[test]
    fn a_name_that_looks_like_a_known_one_is_refused_and_another_ignored() {
        let known = ["scope", "resource", "audience", "client_id", "grant_type"];
        let refusal = |name: &str| of(&[(name, "x")]).unwrap().refuse_misspelt(&known).err();
        for (name, right) in [
            ("scope[]", "scope"),
            ("scope[0]", "scope"),
            ("scopes", "scope"),
            ("Scope", "scope"),
            ("SCOPES[]", "scope"),
            ("resource[]", "resource"),
            ("resources", "resource"),
            ("audiences", "audience"),
            ("clientId", "client_id"),
            ("client-id", "client_id"),
            ("grantType", "grant_type"),
            ("scope ", "scope"),
        ] {
            let refusal = refusal(name).unwrap_or_else(|| panic!("{name} is not refused"));
            assert_eq!(refusal.code.as_str(), "invalid_request");
            assert!(refusal.description.ends_with(&format!("Use {right}.")), "{name}: {}", refusal.description);
        }
        for name in ["scope", "nonce", "tenant", "scoped", "x", "[]", "device_id"] {
            assert!(refusal(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_flood_of_parameters_is_refused() {
        let many: Vec<_> = (0..100).map(|n| (format!("p{n}"), "1".to_owned())).collect();
        assert!(Parameters::new(many).is_err());
    }
}
