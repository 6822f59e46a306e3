//! From stored rows to entries of the table.
//!
//! Owns: working out when each secret retires, from all secrets of its credential.

use super::table::{Entry, Key, NO_KEY, key_of};
use domain::{
    Timestamp,
    credential::SecretLife,
    ids::CredentialId,
    secret::{Environment, Verifier},
};
use store::Resident;

fn instant(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

fn life(row: &Resident) -> Option<SecretLife> {
    Some(SecretLife {
        created_at: instant(row.secret_created_at)?,
        first_used_at: instant(row.first_used_at),
        overlap_seconds: row.overlap_seconds,
        cancelled_at: instant(row.cancelled_at),
        retired_at: instant(row.retired_at),
    })
}

/// The entries of one credential: one for each of its secrets, or one if it has none. `rows`: the newest secret first.
pub(super) fn entries(rows: &[Resident], id: CredentialId, terms: u32, name: u32) -> Vec<(Key, Entry)> {
    let lives: Vec<_> = rows.iter().filter_map(life).collect();
    let entry = |(place, row): (usize, &Resident)| {
        let own = lives.get(place);
        let newer = || lives[..place.min(lives.len())].iter().copied();
        let verifier = row.verifier.as_deref().and_then(|bytes| bytes.try_into().ok()).map(Verifier::stored);
        let entry = Entry {
            credential: id,
            number: row.number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
            env: if row.env == "test" { Environment::Test } else { Environment::Live },
            expires_at: instant(row.expires_at),
            is_disabled: row.disabled_at.is_some(),
            is_revoked: row.revoked_at.is_some(),
            retires_at: own.and_then(|own| own.retires_at(newer())),
            is_retiring: newer().any(|newer| newer.cancelled_at.is_none() && newer.first_used_at.is_some()),
            is_ended: own.is_some_and(|own| own.cancelled_at.is_some() || own.retired_at.is_some()),
            terms,
            name,
        };
        (verifier.as_ref().map_or(NO_KEY, key_of), entry)
    };
    rows.iter().enumerate().map(entry).collect()
}
