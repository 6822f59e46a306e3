//! Mail that is to be sent.
//!
//! Owns: what a mail can be about, what has become of it, and when it is tried again. What it says is worked out by `service`
//! when it is sent, from what is true then.

use crate::{
    EmailAddress, Timestamp,
    ids::{CredentialId, InvitationId, MailId, OrgId},
};
use serde::Serialize;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Somebody is invited.
    Invitation(InvitationId),
    /// A credential is about to end, or has ended.
    Credential(CredentialId),
    /// A credential waits for approval: to whoever may decide.
    Request(CredentialId),
    /// Somebody has decided: to whoever asked.
    Decision(CredentialId),
    /// Somebody else has changed a person's token: to that person.
    Change(CredentialId),
}

/// A mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id; also its Message-ID, so that a receiver can tell a second copy.
    pub id: MailId,
    /// Whose it is.
    pub org: OrgId,
    /// What it is about.
    pub about: About,
    /// To whom.
    pub recipient: EmailAddress,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
}

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It is still to be sent.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// It could not be sent, and is not tried any more.
    Failed,
}

impl MailState {
    /// From the two dates that are stored.
    pub fn of(next_at: Option<Timestamp>, sent_at: Option<Timestamp>) -> Self {
        match (next_at, sent_at) {
            (_, Some(_)) => Self::Sent,
            (Some(_), None) => Self::Waiting,
            (None, None) => Self::Failed,
        }
    }
}

/// Seconds from each try to the next. Longer than a try takes, so that no two are under way at once; about three days in all.
const WAITS: [i64; 9] = [60, 300, 900, 3_600, 14_400, 43_200, 64_800, 64_800, 64_800];

/// How many invitations an organisation may send by mail in a day, so that nobody uses it to write to strangers.
pub const INVITATIONS_A_DAY: u64 = 100;

/// When a mail that is tried at `now`, after so many earlier tries, is tried again if that fails; none: it was the last.
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
