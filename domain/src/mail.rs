//! The outbox: mail that is waiting to be sent.
//!
//! This module owns the subjects a mail can have, the state of a mail, and the retry times. `service` writes the text
//! when it sends the mail, from the data at that time.

use crate::{
    EmailAddress, Timestamp,
    ids::{CredentialId, InvitationId, MailId, OrgId},
};
use serde::Serialize;

/// The subject of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An invitation, sent to the invited address.
    Invitation(InvitationId),
    /// A credential that ends soon or has ended.
    Credential(CredentialId),
    /// An approval request, sent to the people who may decide on it.
    Request(CredentialId),
    /// A decision on an approval request, sent to the person who made the request.
    Decision(CredentialId),
    /// A change that another person made to a token, sent to the owner of the token.
    Change(CredentialId),
}

/// A mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Also used as the Message-ID, so that a receiver can recognize a second copy.
    pub id: MailId,
    pub org: OrgId,
    pub about: About,
    pub recipient: EmailAddress,
    pub created_at: Timestamp,
    /// Number of attempts so far.
    pub tries: u32,
}

/// The state of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// The mail is still to be sent.
    Waiting,
    /// The mail server has accepted the mail.
    Sent,
    /// The mail could not be sent and is not tried again.
    Failed,
}

impl MailState {
    /// Derives the state from the two stored dates.
    pub fn of(next_at: Option<Timestamp>, sent_at: Option<Timestamp>) -> Self {
        match (next_at, sent_at) {
            (_, Some(_)) => Self::Sent,
            (Some(_), None) => Self::Waiting,
            (None, None) => Self::Failed,
        }
    }
}

/// Seconds between attempts, about three days in all. Each wait is longer than an attempt, so two attempts never
/// overlap.
const WAITS: [i64; 9] = [60, 300, 900, 3_600, 14_400, 43_200, 64_800, 64_800, 64_800];

/// Returns when to retry a mail if the attempt at `now` fails after `tries` earlier attempts. `None` means that this
/// was the last attempt.
pub fn next_try(tries: u32, now: Timestamp) -> Option<Timestamp> {
    WAITS.get(tries as usize).map(|wait| now.plus_seconds(*wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_again_ever_more_seldom_for_about_three_days() {
        let (mut tries, mut at, mut before) = (0, Timestamp::EPOCH, 0);
        while let Some(next) = next_try(tries, at) {
            let wait = next.seconds_since(at);
            assert!(wait >= before && wait >= 60, "{wait} after {before}");
            (tries, at, before) = (tries + 1, next, wait);
        }
        assert_eq!(tries, 9);
        assert!((2..=4).contains(&(at.seconds_since(Timestamp::EPOCH) / 86_400)));
    }
}
