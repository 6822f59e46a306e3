//! Mail to be sent.
//!
//! Owns: the rows of `outbox`. A mail is written with the change that it reports, and the first node that takes it
//! sends it. Attempts change nobody's rights, so they are recorded without an audit event. The search for due mail
//! across tenants is in [`crate::unscoped_queries`].

use crate::{
    Db, ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::{instant, parse},
    sql::statements,
};
use domain::{
    EmailAddress, Timestamp,
    access::Permit,
    ids::{InvitationId, MailId, OrgId},
    mail::{About, Mail, MailState},
};

/// The state of a mail is kept for 30 days.
const KEPT_SECONDS: i64 = 30 * 86_400;
const INVITATION: &str = "invitation";
const CREDENTIAL: &str = "credential";
const REQUEST: &str = "request";
const DECISION: &str = "decision";
const CHANGE: &str = "change";

/// A mail to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailOf {
    pub org: OrgId,
    pub mail: MailId,
}

#[derive(sqlx::FromRow)]
struct MailRow {
    id: String,
    about: String,
    about_id: String,
    recipient: String,
    created_at: i64,
    tries: i64,
}

fn columns(about: About) -> (&'static str, String) {
    match about {
        About::Invitation(id) => (INVITATION, id.to_string()),
        About::Credential(id) => (CREDENTIAL, id.to_string()),
        About::Request(id) => (REQUEST, id.to_string()),
        About::Decision(id) => (DECISION, id.to_string()),
        About::Change(id) => (CHANGE, id.to_string()),
    }
}

impl MailRow {
    fn mail(&self, org: OrgId) -> Result<Mail> {
        let credential = || parse("credential id", &self.about_id);
        Ok(Mail {
            id: parse("mail id", &self.id)?,
            org,
            about: match self.about.as_str() {
                INVITATION => About::Invitation(parse("invitation id", &self.about_id)?),
                REQUEST => About::Request(credential()?),
                DECISION => About::Decision(credential()?),
                CHANGE => About::Change(credential()?),
                _ => About::Credential(credential()?),
            },
            recipient: parse("e-mail address", &self.recipient)?,
            created_at: Timestamp::from_millis(self.created_at),
            tries: u32::try_from(self.tries).unwrap_or(u32::MAX),
        })
    }
}

impl ReadTx {
    /// Returns a mail that is due at `now`.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is no such mail, it was sent or given up, or another node is sending it now.
    pub async fn due_mail(&mut self, id: MailId, now: Timestamp) -> Result<Mail> {
        let (org, of) = (self.org(), self.permit().org());
        let row = fetch_optional!(&mut self.conn, MailRow, MAIL, org, id.to_string(), now.millis())?;
        row.ok_or(StoreError::Missing)?.mail(of)
    }

    /// Returns the state of the mail about each invitation that was written after `since`, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn mail_of_invitations(&mut self, since: Timestamp) -> Result<Vec<(InvitationId, MailState)>> {
        let org = self.org();
        type Row = (String, Option<i64>, Option<i64>);
        let rows = fetch_all!(&mut self.conn, Row, MAIL_ABOUT, org, INVITATION, since.millis())?;
        let state = |(id, next_at, sent_at): &Row| {
            Ok((parse("invitation id", id)?, MailState::of(instant(*next_at), instant(*sent_at))))
        };
        rows.iter().map(state).collect()
    }

    /// Returns the number of invitation mails that were written after `since`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn count_mail_of_invitations(&mut self, since: Timestamp) -> Result<u64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), COUNT_MAIL_ABOUT, org, INVITATION, since.millis())?;
        Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }
}

impl WriteTx {
    /// Writes a mail of the permit's organization; it is sent after the commit. It replaces an unsent mail about the
    /// same thing to the same address.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `Id` if the id is taken.
    pub async fn insert_mail(&mut self, id: MailId, about: About, to: &EmailAddress, now: Timestamp) -> Result<()> {
        let (org, (about, about_id)) = (self.org(), columns(about));
        execute!(&mut self.conn, OVERTAKE_MAIL, org.as_str(), about, about_id.as_str(), to.as_str())?;
        let (id, now) = (id.to_string(), now.millis());
        execute!(&mut self.conn, INSERT_MAIL, org, id, about, about_id, to.as_str(), now).map(|_| ())
    }
}

impl Db {
    /// Takes a mail in order to send it now, and schedules the next attempt for `next_at`. `None` makes this the last
    /// attempt. No further attempt follows once the mail is recorded as sent. Returns whether the mail was taken;
    /// another node may have been first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn take_mail(&self, permit: &Permit, mail: &Mail, next_at: Option<Timestamp>) -> Result<bool> {
        let mut conn = self.begin_write().await?;
        let (org, id, next_at) = (permit.org().to_string(), mail.id.to_string(), next_at.map(Timestamp::millis));
        let rows = execute!(&mut conn, TAKE_MAIL, org, id, i64::from(mail.tries), next_at)?;
        conn.commit().await?;
        Ok(rows == 1)
    }

    /// Records that a mail was sent at `sent_at`. Without a time, records that the mail is no longer needed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn end_mail(&self, permit: &Permit, id: MailId, sent_at: Option<Timestamp>) -> Result<()> {
        let mut conn = self.begin_write().await?;
        let (org, id) = (permit.org().to_string(), id.to_string());
        match sent_at {
            Some(at) => execute!(&mut conn, MAIL_IS_SENT, org, id, at.millis())?,
            None => execute!(&mut conn, DROP_MAIL, org, id)?,
        };
        conn.commit().await
    }

    /// Deletes ended mails that were written more than 30 days ago, and returns their number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_mail(&self, now: Timestamp) -> Result<u64> {
        let mut conn = self.begin_write().await?;
        let rows = execute!(&mut conn, DELETE_OLD_MAIL, now.plus_seconds(-KEPT_SECONDS).millis())?;
        conn.commit().await?;
        Ok(rows)
    }
}

statements! {
    INSERT_MAIL = "INSERT INTO outbox (org_id, id, about, about_id, recipient, created_at, tries, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $6)";

    /// Drops unsent mail about the same thing to the same address.
    OVERTAKE_MAIL = "UPDATE outbox SET next_at = NULL
        WHERE org_id = $1 AND about = $2 AND about_id = $3 AND recipient = $4 AND next_at IS NOT NULL";

    MAIL = "SELECT id, about, about_id, recipient, created_at, tries FROM outbox
        WHERE org_id = $1 AND id = $2 AND next_at <= $3";

    /// The number of attempts guards the row, so that only one node takes the mail.
    TAKE_MAIL = "UPDATE outbox SET tries = tries + 1, next_at = $4
        WHERE org_id = $1 AND id = $2 AND tries = $3 AND next_at IS NOT NULL";

    MAIL_IS_SENT = "UPDATE outbox SET next_at = NULL, sent_at = $3 WHERE org_id = $1 AND id = $2";

    DROP_MAIL = "UPDATE outbox SET next_at = NULL WHERE org_id = $1 AND id = $2";

    /// The state of mails about one kind of thing that were written after $3, newest first.
    MAIL_ABOUT = "SELECT about_id, next_at, sent_at FROM outbox
        WHERE org_id = $1 AND about = $2 AND created_at > $3 ORDER BY created_at DESC, id DESC LIMIT 1000";

    COUNT_MAIL_ABOUT = "SELECT COUNT(*) FROM outbox WHERE org_id = $1 AND about = $2 AND created_at > $3";

    DELETE_OLD_MAIL = "DELETE FROM outbox WHERE created_at < $1 AND next_at IS NULL";
}
