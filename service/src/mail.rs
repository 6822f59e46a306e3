//! Mail: what is written into the outbox, what it says, and the way to the mail server.
//!
//! Owns: that a mail is written in the transaction of the change it tells of, that it holds neither a secret nor anything that
//! was stored for it, and that what people call themselves cannot become a header. Never: when mail is sent, which is the
//! job's to say (`jobs/deliver_mail.rs`). Without a mail server nothing is written.

mod mailer;
mod post;
mod words;

pub use self::mailer::{BadMailSetting, Mailer};
pub use domain::mail::MailState;

pub(crate) use self::{
    mailer::NotSent,
    words::{
        Letter, authorization_decision, authorization_request, change, decision, end_of_credential, invitation,
        request, tells_of_change,
    },
};

use crate::Service;

impl Service {
    /// Sends mail by this server from now on; the first that is named counts.
    pub fn send_mail_by(&self, mailer: Mailer) {
        if self.inner.mailer.set(mailer).is_err() {
            tracing::warn!("the mail server was named before, and stays");
        }
    }

    /// Whether there is a mail server.
    pub fn sends_mail(&self) -> bool {
        self.inner.mailer.get().is_some()
    }
}
