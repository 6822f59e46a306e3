//! Turns stored rows into entries of the table.
//!
//! From all secrets of a credential, it computes when each of them stops working.

use crate::table::{Key, NO_KEY, SecretEntry, key_of};
use domain::{
    Timestamp,
    credential::SecretLife,
    ids::CredentialId,
    secret::{Environment, Verifier},
};
use store::{CredentialFields, SecretFields};

fn instant(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

fn life(secret: &SecretFields<'_>) -> SecretLife {
    SecretLife {
        created_at: Timestamp::from_millis(secret.created_at),
        first_used_at: instant(secret.first_used_at),
        overlap_seconds: secret.overlap_seconds,
        cancelled_at: instant(secret.cancelled_at),
        retired_at: instant(secret.retired_at),
    }
}

/// Builds the entry of one secret, or of a credential without secrets. `newer` yields the credential's newer secrets.
pub(crate) fn build_entry<'a>(
    id: CredentialId,
    facts: &CredentialFields<'_>,
    newer: impl Iterator<Item = &'a SecretFields<'a>> + Clone,
    (grant, name): (u32, u32),
) -> (Key, SecretEntry) {
    let own = facts.secret.as_ref().map(life);
    let mut newer = newer.map(life);
    let entry = SecretEntry {
        credential: id,
        number: facts.secret.map_or(0, |secret| secret.number),
        env: if facts.env == "test" { Environment::Test } else { Environment::Live },
        expires_at: instant(facts.expires_at),
        is_disabled: facts.is_disabled,
        is_revoked: facts.is_revoked,
        is_pending: facts.is_pending,
        retires_at: own.and_then(|own| own.retires_at(newer.clone())),
        is_retiring: newer.any(|newer| newer.cancelled_at.is_none() && newer.first_used_at.is_some()),
        is_ended: own.is_some_and(|own| own.cancelled_at.is_some() || own.retired_at.is_some()),
        grant,
        name,
    };
    (facts.secret.map_or(NO_KEY, |secret| key_of(&Verifier::stored(*secret.verifier))), entry)
}
