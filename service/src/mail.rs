//! Mail: the outbox, the letters and the connection to the mail server.
//!
//! A mail is written in the transaction of the change that it reports. It contains neither a secret nor text that was
//! stored for it, and a person's name cannot become a header. Without a mail server, nothing is written. The job in
//! `jobs/deliver_mail.rs` sends it.

mod mailer;
mod post;
mod text;

pub use self::mailer::{BadMailSetting, Mailer};
pub use domain::mail::MailState;

pub(crate) use self::{
    mailer::NotSent,
    text::{
        Letter, authorization_decision, authorization_request, change, decision, end_of_credential, invitation,
        request, tells_of_change,
    },
};

use crate::use_cases::Mail;

impl Mail<'_> {
    /// Sets the mail server. Only the first call counts.
    pub fn send_by(self, mailer: Mailer) {
        if self.service.inner.mailer.set(mailer).is_err() {
            tracing::warn!("the mail server was named before, and stays");
        }
    }

    /// Returns whether there is a mail server.
    pub fn is_sent(self) -> bool {
        self.service.inner.mailer.get().is_some()
    }
}
