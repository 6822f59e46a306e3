//! Typed, sortable ids: a prefix and a UUIDv7 (RFC 9562) in 26 characters of lower-case Crockford base32.
//!
//! This module owns the text form of every id, and knows nothing about the things that ids point at. A `cli_…` id is
//! also the OAuth `client_id`. The prefixes keep the namespaces of users and clients apart (RFC 9700 section 4.15).

use crate::{Timestamp, credential::CredentialKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct BadId;

/// Writes without allocating, because every reply of the verification path contains ids.
fn write_id(f: &mut fmt::Formatter<'_>, prefix: &str, id: Uuid) -> fmt::Result {
    let mut bits = id.as_u128();
    let mut text = [0; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[bits as usize & 31];
        bits >>= 5;
    }
    f.write_str(prefix)?;
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

/// The value of each byte as a base32 digit, or `u8::MAX` if it is none. A table, because the server reads an id for
/// every credential when it starts.
const DIGITS: [u8; 256] = {
    let (mut digits, mut place) = ([u8::MAX; 256], 0);
    while place < ALPHABET.len() {
        digits[ALPHABET[place] as usize] = place as u8;
        place += 1;
    }
    digits
};

fn decode(text: &str) -> Result<Uuid, BadId> {
    // 26 × 5 = 130 bits, so the first character can carry only three.
    if text.len() != LENGTH || !matches!(text.as_bytes()[0], b'0'..=b'7') {
        return Err(BadId);
    }
    let mut bits = 0u128;
    for byte in text.bytes() {
        let digit = DIGITS[usize::from(byte)];
        if digit > 31 {
            return Err(BadId);
        }
        bits = bits << 5 | u128::from(digit);
    }
    Ok(Uuid::from_u128(bits))
}

fn uuid_v7(at: Timestamp, entropy: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(at.millis().max(0).cast_unsigned(), &entropy).into_uuid()
}

macro_rules! text_serde {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id that sorts after every id made in an earlier millisecond.
            pub fn new(at: Timestamp, entropy: [u8; 10]) -> Self {
                Self(uuid_v7(at, entropy))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_id(f, $prefix, self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                decode(text.strip_prefix($prefix).ok_or(BadId)?).map(Self)
            }
        }

        text_serde!($name);
    };
}

id!(
    /// An organization, which is the tenant.
    OrgId, "org_"
);
id!(
    /// A person, or the identity behind a service account.
    UserId, "usr_"
);
id!(
    /// A secret of a credential. The id is not the secret value.
    SecretId, "sec_"
);
id!(
    /// An audit event.
    EventId, "evt_"
);
id!(
    /// A browser session, as screens show it. The cookie holds a different, secret value.
    SessionId, "ses_"
);

id!(
    /// An API with its scopes and operations.
    ApiId, "api_"
);
id!(
    /// A service account: a user without a login that an organization owns.
    ServiceAccountId, "svc_"
);
id!(
    /// One announced version of a policy.
    PolicyId, "pol_"
);
id!(
    /// A custom role of an organization.
    RoleId, "rol_"
);
id!(
    /// An invitation to an organization.
    InvitationId, "inv_"
);
id!(
    /// A mail.
    MailId, "mail_"
);
id!(
    /// An access token. This is its `jti` claim.
    AccessTokenId, "at_"
);
id!(
    /// An HTTP request, as named in the reply and in the log.
    RequestId, "req_"
);

/// A credential of any kind. The prefix says which kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId {
    kind: CredentialKind,
    id: Uuid,
}

impl CredentialId {
    pub fn new(kind: CredentialKind, at: Timestamp, entropy: [u8; 10]) -> Self {
        Self { kind, id: uuid_v7(at, entropy) }
    }

    pub fn kind(self) -> CredentialKind {
        self.kind
    }

    /// Returns the creation time, which is the first part of a UUIDv7 (RFC 9562 section 5.7).
    pub fn made_at(self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.bits() >> 80).unwrap_or(i64::MAX))
    }

    pub fn bits(self) -> u128 {
        self.id.as_u128()
    }

    pub fn from_bits(kind: CredentialKind, bits: u128) -> Self {
        Self { kind, id: Uuid::from_u128(bits) }
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.rules().id_prefix)?;
        write_id(f, "_", self.id)
    }
}

impl FromStr for CredentialId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let (prefix, rest) = text.split_once('_').ok_or(BadId)?;
        let kind = CredentialKind::ALL.into_iter().find(|kind| kind.rules().id_prefix == prefix).ok_or(BadId)?;
        Ok(Self { kind, id: decode(rest)? })
    }
}

text_serde!(CredentialId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_written() {
        let id = OrgId::new(Timestamp::from_millis(1_763_750_000_000), [0xff; 10]);
        assert_eq!(id.to_string().len(), "org_".len() + LENGTH);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = UserId::new(Timestamp::from_millis(1_000), [0xff; 10]);
        let late = UserId::new(Timestamp::from_millis(1_001), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn another_prefix_length_alphabet_or_overflow_is_refused() {
        let id = OrgId::new(Timestamp::from_millis(1), [1; 10]).to_string();
        assert!(id.parse::<UserId>().is_err());
        for bad in [&id[..29], &id.replace('0', "u"), &id.to_uppercase(), "org_8zzzzzzzzzzzzzzzzzzzzzzzzz", "", "org_"]
        {
            assert_eq!(bad.parse::<OrgId>(), Err(BadId), "{bad}");
        }
    }

    #[test]
    fn a_credential_id_carries_its_kind() {
        for kind in CredentialKind::ALL {
            let id = CredentialId::new(kind, Timestamp::from_millis(5), [7; 10]);
            assert_eq!(id.to_string().parse::<CredentialId>().map(CredentialId::kind), Ok(kind));
        }
    }
}
