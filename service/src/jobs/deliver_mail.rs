//! Sends mail from the outbox.
//!
//! One node at a time tries a mail, repeatedly for about three days, and sends it once. A node may crash between the
//! mail server's reply and the record of it. Only then is a second copy sent, with an equal Message-ID. No request
//! waits for mail.

use crate::{
    Result,
    mail::{Letter, NotSent},
    members::Delivery,
    use_cases::Jobs,
};
use domain::{
    access::{Action, Actor, Permit, RequestContext},
    credential::DAY_SECONDS,
    mail::{About, Mail, next_try},
};
use store::{AuditFilter, AuditRecord, MailOf, PageRequest, StoreError};

const JOB: &str = "deliver_mail";
/// The number of mails read at a time.
const BATCH: u32 = 50;
/// The number of a credential's latest events that are searched for the changes to report.
const HISTORY: u32 = 20;

/// The result of one try.
enum Tried {
    /// The mail was sent, no longer applies, or belongs to another node.
    Over { is_sent: bool },
    /// The mail is tried again later.
    Later,
    /// The mail server does not respond, so the other mails are not tried now.
    NobodyThere,
}

impl Jobs<'_> {
    /// Sends the mail that is due. Returns how many the mail server accepted. Does nothing without a mail server.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`]. The next run sends the rest.
    pub async fn deliver_mail(self) -> Result<usize> {
        let mut sent = 0;
        if !self.service.mail().is_sent() {
            return Ok(sent);
        }
        loop {
            let due = self.service.inner.db.due_mail(self.service.now(), BATCH).await?;
            for one in &due {
                match self.try_mail(one).await? {
                    Tried::Over { is_sent } => sent += usize::from(is_sent),
                    Tried::Later => {}
                    Tried::NobodyThere => return Ok(sent),
                }
            }
            if due.len() < BATCH as usize {
                return Ok(sent);
            }
        }
    }

    async fn try_mail(self, one: &MailOf) -> Result<Tried> {
        let over = Ok(Tried::Over { is_sent: false });
        let Some(mailer) = self.service.inner.mailer.get() else { return over };
        let permit = Actor::system(one.org, JOB).permit(Action::SendMail, &RequestContext::default())?;
        let (db, now) = (&self.service.inner.db, self.service.now());
        let found = db.read(&permit).await?.due_mail(one.mail, now).await;
        let mail = match found {
            Err(StoreError::Missing) => return over,
            found => found?,
        };
        let next_at = next_try(mail.tries, now);
        if !db.take_mail(&permit, &mail, next_at).await? {
            return over;
        }
        let Some(letter) = self.letter(&permit, &mail).await? else {
            db.end_mail(&permit, mail.id, None).await?;
            return over;
        };
        match mailer.send(&letter).await {
            Ok(()) => {
                db.end_mail(&permit, mail.id, Some(self.service.now())).await?;
                Ok(Tried::Over { is_sent: true })
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                match next_at {
                    Some(_) => {
                        tracing::warn!(error, mail = %mail.id, tries = mail.tries + 1, "mail is tried again later")
                    }
                    None => tracing::error!(error, mail = %mail.id, "mail could not be sent and is given up"),
                }
                let is_alone = matches!(error.downcast_ref(), Some(NotSent::Refused(_)));
                Ok(if is_alone { Tried::Later } else { Tried::NobodyThere })
            }
        }
    }

    /// Writes the letter from the current data. Returns `None` if it no longer applies.
    async fn letter(self, permit: &Permit, mail: &Mail) -> Result<Option<Letter>> {
        let Some(org) = self.service.inner.db.org(mail.org).await? else { return Ok(None) };
        let mut tx = self.service.inner.db.read(permit).await?;
        let now = self.service.now();
        match mail.about {
            About::Invitation(id) => {
                let invitation = tx.invitation(id).await?;
                if !invitation.is_open(now) {
                    return Ok(None);
                }
                let link = self.service.members().link_of(&invitation, Delivery::Mailed)?;
                Ok(Some(crate::mail::invitation(mail.id, &invitation, &org, &link)))
            }
            About::Credential(id) => {
                let credential = tx.credential(id).await?;
                if credential.revoked_at.is_some() {
                    return Ok(None);
                }
                let to = (mail.id, mail.recipient.clone());
                Ok(crate::mail::end_of_credential(to, &credential, (&org, &self.service.inner.issuer), now))
            }
            About::Change(id) => {
                let credential = tx.credential(id).await?;
                let filter = AuditFilter { target: Some(id.to_string()), ..AuditFilter::default() };
                let events = tx.audit_events(&filter, &PageRequest::new(HISTORY, None)).await?.items;
                let (to, from) = ((mail.id, mail.recipient.clone()), (&org, self.service.inner.issuer.as_str()));
                // One mail reports all changes within a day, because a newer mail replaces an unsent one.
                let since = mail.created_at.plus_seconds(-DAY_SECONDS);
                let told = |event: &&AuditRecord| event.at >= since && crate::mail::tells_of_change(event, &credential);
                let events: Vec<_> = events.iter().filter(told).collect();
                Ok(crate::mail::change(to, &credential, &events, from))
            }
            About::Request(id) | About::Decision(id) => {
                let (to, from) = ((mail.id, mail.recipient.clone()), (&org, self.service.inner.issuer.as_str()));
                let is_decided = matches!(mail.about, About::Decision(_));
                let request = match tx.token_request(id).await {
                    Err(StoreError::Missing) => None,
                    found => found?,
                };
                Ok(match request {
                    Some(request) if is_decided => crate::mail::decision(to, &request, from),
                    Some(request) => crate::mail::request(to, &request, from, now),
                    // Either the token belongs to another organization, or the request is over.
                    None => match tx.authorized_token(id).await {
                        Ok(token) if is_decided => crate::mail::authorization_decision(to, &token, from),
                        Ok(token) => crate::mail::authorization_request(to, &token, from, now),
                        Err(StoreError::Missing) => None,
                        Err(error) => return Err(error.into()),
                    },
                })
            }
        }
    }
}
