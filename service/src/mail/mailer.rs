//! The mail server.
//!
//! Owns the connection and its time limits. A password is sent over TLS only, or within this machine.

use super::Letter;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::extension::ClientId,
};
use std::{error::Error, time::Duration};
use tokio::time::timeout;

/// The longest time for sending one mail. It is shorter than the wait before the next try.
const LONGEST: Duration = Duration::from_secs(40);
/// The longest wait for one reply of the mail server.
const ANSWER: Duration = Duration::from_secs(15);

/// A mail server and the sender address.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer from {}", self.from.email)
    }
}

/// The reason why a setting cannot be used, as text that follows the name of the variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMailSetting {
    /// The address of the mail server.
    Server(String),
    /// The sender address.
    From(String),
}

/// The reason why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSent {
    /// The mail server cannot be reached, so other mails would fail too.
    #[error("the mail server does not answer: {0}")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The mail server did not accept this mail.
    #[error("the mail server did not take it: {0}")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
}

impl Mailer {
    /// Reads a server address (`smtps://user:password@host:port` or `smtp://host:port?tls=required`) and a sender.
    /// Never connects.
    ///
    /// # Errors
    /// Fails with [`BadMailSetting`], which never repeats the server address, because it may contain a password.
    pub fn open(server: &str, from: &str) -> Result<Self, BadMailSetting> {
        const SHAPE: &str =
            "must be such as smtps://user:password@mail.example.com or smtp://mail.example.com:587?tls=required";
        let bad = |problem: &str| BadMailSetting::Server(problem.to_owned());
        let from: Mailbox = from.parse().map_err(|_| {
            BadMailSetting::From("must be an e-mail address such as Mintmark <mintmark@example.com>".to_owned())
        })?;
        let rest = server.strip_prefix("smtp://").or_else(|| server.strip_prefix("smtps://"));
        let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).ok_or_else(|| bad(SHAPE))?;
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let is_here = ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|here| host.strip_prefix(here).is_some_and(|port| port.is_empty() || port.starts_with(':')));
        if user.is_some() && server.starts_with("smtp://") && !server.ends_with("?tls=required") && !is_here {
            return Err(bad("has a password and no TLS: write smtps://, or add ?tls=required"));
        }
        let name = ClientId::Domain(from.email.domain().to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|_| bad(SHAPE))?;
        Ok(Self { transport: transport.hello_name(name).timeout(Some(ANSWER)).build(), from })
    }

    /// Sends a mail. On success, the mail server has accepted it.
    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let refused = |error: Box<dyn Error + Send + Sync>| NotSent::Refused(error);
        let id = format!("<{}@{}>", letter.id, self.from.email.domain());
        let to = letter.to.as_str().parse().map_err(|error| refused(Box::new(error)))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(id))
            .subject(letter.subject.as_str())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| refused(Box::new(error)))?;
        match timeout(LONGEST, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            // Concerns this mail only, such as an address that is not supported. Other errors would fail every mail.
            Ok(Err(error)) if error.is_permanent() || error.is_transient() || error.is_client() => {
                Err(refused(Box::new(error)))
            }
            Ok(Err(error)) => Err(NotSent::Unreachable(Box::new(error))),
            Err(late) => Err(NotSent::Unreachable(Box::new(late))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Mintmark <mintmark@example.com>";

    #[test]
    fn a_password_does_not_travel_in_the_clear() {
        for good in [
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
            "smtp://user:pass@localhost:25",
            "smtp://mail.example.com",
            "smtp://mail.example.com:587?tls=opportunistic",
            "smtp://user:pass@mail.example.com:587?tls=required",
            "smtps://user:p%40ss@mail.example.com",
        ] {
            assert!(Mailer::open(good, FROM).is_ok(), "{good}");
        }
        for bad in [
            "smtp://user:hunter2@mail.example.com",
            "smtp://user:hunter2@localhost.example.com",
            "smtp://user:hunter2@mail.example.com?tls=opportunistic",
        ] {
            let Err(BadMailSetting::Server(said)) = Mailer::open(bad, FROM) else { panic!("{bad}") };
            assert!(said.contains("no TLS") && !said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn what_is_no_setting_is_said_without_repeating_it() {
        for bad in ["", "mail.example.com", "http://hunter2@x.test", "smtps://", "smtp://x.test?tls=maybe"] {
            let Err(BadMailSetting::Server(said)) = Mailer::open(bad, FROM) else { panic!("{bad}") };
            assert!(said.starts_with("must be such as") && !said.contains("hunter2"), "{said}");
        }
        for bad in ["", "nobody", "a@b\r\nBcc: c@d.test"] {
            assert!(matches!(Mailer::open("smtp://localhost", bad), Err(BadMailSetting::From(_))), "{bad}");
        }
    }
}
