//! The claims of Mintmark's access tokens (RFC 9068 section 2.2).
//!
//! This module owns the claims and decides when they are valid. A client id can never be mistaken for a person (RFC
//! 9700 section 4.15): ids carry their type, and `sub_type` repeats it.

use crate::{
    Timestamp,
    credential::CredentialKind,
    ids::{CredentialId, OrgId},
    scope::ScopeSet,
    secret::Environment,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Maximum difference between the clocks of two machines, in seconds.
pub const MAX_SKEW_SECONDS: i64 = 30;

/// The type of the subject of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// A person.
    User,
    /// A user without a login that an organization owns.
    ServiceAccount,
    /// An application, represented by its API key.
    Application,
    /// An M2M client.
    Client,
}

impl SubjectType {
    /// Returns the word used in claims and replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ServiceAccount => "service_account",
            Self::Application => "application",
            Self::Client => "client",
        }
    }

    /// Returns the prefix that the ids of this subject type have.
    fn prefix(self) -> &'static str {
        match self {
            Self::User => "usr_",
            Self::ServiceAccount => "svc_",
            Self::Application => "key_",
            Self::Client => "cli_",
        }
    }

    /// Returns the subject type for a credential that belongs to the organization and represents no user.
    pub fn of_organization(kind: CredentialKind) -> Self {
        if kind == CredentialKind::Client { Self::Client } else { Self::Application }
    }
}

/// The APIs that a token is for. A single one is written as a string (RFC 7519 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl From<Vec<String>> for Audience {
    fn from(mut audiences: Vec<String>) -> Self {
        if audiences.len() == 1 { Self::One(audiences.remove(0)) } else { Self::Many(audiences) }
    }
}

/// The client that acts for the subject (RFC 8693 section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub sub: CredentialId,
}

/// The claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer, which is this server.
    pub iss: String,
    /// The subject that the token represents: a person, a service account, an application or a client.
    pub sub: String,
    /// The credential that requested the token.
    pub client_id: CredentialId,
    /// The APIs that the token is for.
    pub aud: Audience,
    /// When the token was issued, in seconds since 1970.
    pub iat: i64,
    /// When the token ends, in seconds since 1970.
    pub exp: i64,
    /// The unique id of the token.
    pub jti: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The organization in which the token works.
    pub org_id: OrgId,
    /// The type of `sub`.
    pub sub_type: SubjectType,
    /// The credential that the token comes from. When the credential stops working, the token stops working too.
    pub credential_id: CredentialId,
    /// The resources that the credential is limited to. An empty list means the whole organization.
    #[serde(default)]
    pub resources: Vec<String>,
    /// The environment that the credential was created for.
    #[serde(default)]
    pub env: Environment,
    /// The client that acts for the subject, after a token exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
}

impl AccessTokenClaims {
    /// The header `typ` of an access token (RFC 9068 section 2.1).
    pub const TYPE: &'static str = "at+jwt";

    /// Reads the claims of a token. Returns `None` if anything is wrong, the issuer is another, or the token has ended.
    pub fn read(claims: Map<String, Value>, issuer: &str, now: Timestamp) -> Option<Self> {
        let now = now.millis().div_euclid(1000);
        let not_yet =
            claims.get("nbf").is_some_and(|from| from.as_i64().is_none_or(|from| from > now + MAX_SKEW_SECONDS));
        // A token with `cnf` is bound to a key (RFC 7800), so it is no bearer token. Mintmark never issues one.
        if not_yet || claims.contains_key("cnf") {
            return None;
        }
        let claims: Self = serde_json::from_value(Value::Object(claims)).ok()?;
        let holds = claims.iss == issuer
            && claims.exp > now
            && claims.iat <= now + MAX_SKEW_SECONDS
            && !claims.aud.all().is_empty()
            && claims.sub.starts_with(claims.sub_type.prefix());
        holds.then_some(claims)
    }

    pub fn scopes(&self) -> ScopeSet {
        self.scope.parse().unwrap_or_default()
    }

    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(1000))
    }

    /// Returns the credentials that the token depends on: the one it comes from, and the client that exchanged it.
    pub fn credentials(&self) -> impl Iterator<Item = CredentialId> {
        let client = (self.client_id != self.credential_id).then_some(self.client_id);
        std::iter::once(self.credential_id).chain(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAMES: [&str; 11] =
        ["iss", "sub", "client_id", "aud", "iat", "exp", "jti", "scope", "org_id", "sub_type", "credential_id"];

    fn claims() -> Value {
        let client = "cli_01h455vb4pex5vsknk084sn02q";
        json!({ "iss": "https://x.test", "sub": client, "client_id": client, "aud": "urn:a", "iat": 1000, "exp": 1600,
            "jti": "j", "scope": "a b", "org_id": "org_01h455vb4pex5vsknk084sn02q", "sub_type": "client",
            "credential_id": client })
    }

    fn read(change: impl FnOnce(&mut Value)) -> bool {
        let mut claims = claims();
        change(&mut claims);
        let now = Timestamp::from_millis(1_100_000);
        AccessTokenClaims::read(claims.as_object().unwrap().clone(), "https://x.test", now).is_some()
    }

    #[test]
    fn rfc_9068_2_2_every_claim_is_required_and_numbers_are_numbers() {
        assert!(read(|_| {}));
        for name in NAMES {
            assert!(!read(|claims| drop(claims.as_object_mut().unwrap().remove(name))), "without {name}");
            assert!(
                !read(|claims| {
                    let value = claims.as_object_mut().unwrap().remove(name).unwrap();
                    claims[name.to_uppercase()] = value;
                }),
                "{name} in capitals"
            );
        }
        for exp in [json!("1600"), json!(1600.5), json!(null), json!(1100), json!(-1), json!(1e300)] {
            assert!(!read(|claims| claims["exp"] = exp.clone()), "{exp}");
        }
        assert!(!read(|claims| claims["iss"] = json!("https://x.test/")));
        assert!(!read(|claims| claims["iat"] = json!(2000)));
        assert!(!read(|claims| claims["client_id"] = json!("usr_01h455vb4pex5vsknk084sn02q")));
        assert!(!read(|claims| claims["aud"] = json!([])));
        assert!(!read(|claims| claims["cnf"] = json!({ "jkt": "x" })));
        for (nbf, holds) in [(json!(1100), true), (json!(1131), false), (json!("1000"), false), (json!(null), false)] {
            assert_eq!(read(|claims| claims["nbf"] = nbf.clone()), holds, "{nbf}");
        }
    }

    #[test]
    fn rfc_9700_4_15_a_subject_is_of_the_type_that_it_is_said_to_be() {
        let id = "01h455vb4pex5vsknk084sn02q";
        for (sub_type, prefix) in
            [("user", "usr"), ("service_account", "svc"), ("application", "key"), ("client", "cli")]
        {
            for other in ["usr", "svc", "key", "cli"] {
                let is_read = read(|claims| {
                    claims["sub"] = json!(format!("{other}_{id}"));
                    claims["sub_type"] = json!(sub_type);
                });
                assert_eq!(is_read, other == prefix, "{sub_type} {other}");
            }
        }
    }

    #[test]
    fn a_claim_of_another_type_is_refused_even_where_we_signed_it() {
        for name in NAMES {
            let mut wrong = vec![json!(null), json!(true), json!(1.5), json!({}), json!({ "a": 1 }), json!([[1]])];
            if !["iat", "exp"].contains(&name) {
                wrong.push(json!(1600));
            }
            if name != "aud" {
                wrong.extend([json!([]), json!([claims()[name]])]);
            }
            for value in wrong {
                assert!(!read(|claims| claims[name] = value.clone()), "{name}: {value}");
            }
        }
        for act in [json!("cli_01h455vb4pex5vsknk084sn02q"), json!({}), json!({ "sub": "x" }), json!({ "sub": 1 })] {
            assert!(!read(|claims| claims["act"] = act.clone()), "{act}");
        }
        for (name, value) in [("resources", json!("project:a")), ("resources", json!([1])), ("env", json!("staging"))] {
            assert!(!read(|claims| claims[name] = value.clone()), "{name}: {value}");
        }
        assert!(read(|claims| (claims["resources"], claims["env"]) = (json!(["project:a"]), json!("test"))));
        assert!(!read(|claims| claims["aud"] = json!(["urn:a", 1])));
        assert!(read(|claims| claims["of_another_profile"] = json!({ "exp": 0 })));
    }

    #[test]
    fn an_id_of_another_kind_and_an_unknown_subject_type_are_refused() {
        for (name, value) in [
            ("org_id", "usr_01h455vb4pex5vsknk084sn02q"),
            ("org_id", "org_"),
            ("org_id", "ORG_01h455vb4pex5vsknk084sn02q"),
            ("credential_id", "org_01h455vb4pex5vsknk084sn02q"),
            ("credential_id", "cli_01h455vb4pex5vsknk084sn02q "),
            ("client_id", ""),
            ("sub_type", "root"),
            ("sub_type", "User"),
            ("sub_type", ""),
        ] {
            assert!(!read(|claims| claims[name] = json!(value)), "{name}: {value}");
        }
    }

    #[test]
    fn a_token_holds_until_the_second_it_ends_in_and_from_half_a_minute_before_it_was_issued() {
        for (name, value, holds) in [
            ("exp", json!(1100), false),
            ("exp", json!(1101), true),
            ("exp", json!(i64::MAX), true),
            ("exp", json!(i64::MIN), false),
            ("exp", json!(u64::MAX), false),
            ("iat", json!(1100 + MAX_SKEW_SECONDS), true),
            ("iat", json!(1101 + MAX_SKEW_SECONDS), false),
            ("iat", json!("1000"), false),
            ("iat", json!(u64::MAX), false),
        ] {
            assert_eq!(read(|claims| claims[name] = value.clone()), holds, "{name}: {value}");
        }
    }

    #[test]
    fn one_audience_is_a_string_and_several_are_a_list() {
        let json = |audiences: &[&str]| {
            serde_json::to_value(Audience::from(audiences.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())).unwrap()
        };
        assert_eq!((json(&["a"]), json(&["a", "b"])), (json!("a"), json!(["a", "b"])));
    }
}
