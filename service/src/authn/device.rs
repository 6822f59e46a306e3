//! Devices that have signed in before.
//!
//! Owns the token that a browser keeps after a sign-in. The token is a keyed hash over the account and a random id.
//! Nothing of it is stored, it identifies no person, and it is useless for another account. It only spares the device
//! the waits that strangers cause (see [`super::throttle`]); it never replaces a password.

use crate::use_cases::Accounts;
use domain::{EmailAddress, Timestamp, secret::Pepper};

/// The time for which a device is remembered.
pub const DEVICE_SECONDS: i64 = 180 * 86_400;
/// The number of accounts that one browser remembers.
const MAX_TOKENS: usize = 5;
const SEPARATOR: char = '~';

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeviceId(pub(crate) [u8; 16]);

impl Accounts<'_> {
    /// Returns the device cookie of a browser that has just signed in to this account. A new token comes first. Tokens
    /// for other accounts stay.
    pub fn remember_device(self, cookie: Option<&str>, account: &EmailAddress) -> String {
        let mut id = [0; 16];
        self.service.inner.sources.fill(&mut id);
        let (id, made_at) = (hex(&id), self.service.now().millis());
        let token = self
            .service
            .inner
            .peppers
            .first()
            .map(|pepper| format!("{id}.{made_at}.{}", mac(pepper, account, &id, made_at)));
        let others = tokens(cookie).filter(|token| self.read_device(token, account).is_none()).map(str::to_owned);
        let kept: Vec<_> = token.into_iter().chain(others).take(MAX_TOKENS).collect();
        kept.join(&SEPARATOR.to_string())
    }

    /// Returns the device if the cookie contains a token for this account.
    pub(crate) fn known_device(self, cookie: Option<&str>, account: &EmailAddress) -> Option<DeviceId> {
        tokens(cookie).find_map(|token| self.read_device(token, account))
    }

    fn read_device(self, token: &str, account: &EmailAddress) -> Option<DeviceId> {
        let mut parts = token.splitn(3, '.');
        let (id, made_at, shown) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let age = self.service.now().seconds_since(Timestamp::from_millis(made_at));
        // Hashes both sides again, so that the time of the comparison does not reveal how much of them is equal.
        let is_ours =
            |pepper: &Pepper| pepper.verifier_of(&mac(pepper, account, id, made_at)) == pepper.verifier_of(shown);
        let is_known = (0..DEVICE_SECONDS).contains(&age) && self.service.inner.peppers.iter().any(is_ours);
        is_known.then(|| unhex(id)).flatten().map(DeviceId)
    }
}

fn tokens(cookie: Option<&str>) -> impl Iterator<Item = &str> {
    cookie.into_iter().flat_map(|cookie| cookie.split(SEPARATOR)).take(MAX_TOKENS)
}

fn mac(pepper: &Pepper, account: &EmailAddress, id: &str, made_at: i64) -> String {
    hex(pepper.verifier_of(&format!("device\n{account}\n{id}\n{made_at}")).as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    bytes.collect::<Option<Vec<_>>>()?.try_into().ok()
}
