//! The only door from the screens to `service`: who calls, from where, and what is sent back besides the page.
//!
//! Everything a server function or a page needs of the request comes through here. Must never decide anything: it
//! finds the session, hands over to `service`, and translates refusals into `AppError`.

mod answer;
mod refusal;
mod request;

pub(crate) use self::answer::{no_store, redirect, set_status, set_theme_cookie};
pub(crate) use self::refusal::{incomplete, posted_error, refused};
pub(crate) use self::request::{Theme, origin, page_of_ours, path, require_hydrated, theme};
pub(crate) use service::{
    Caller, Password, Service,
    authn::{SignUp, SignedIn, session},
    credentials::{Confirmation, PageRequest, TokenDraft, TokenEdit},
};

use crate::{
    credentials::{IssueDraft, Revealed},
    error::{AppError, ErrorKind},
};
use domain::{
    Timestamp,
    account::{Membership, Org},
    credential::{Credential, Issue},
    ids::SessionId,
    secret::RevealedSecret,
};
use leptos::prelude::use_context;

/// The use cases.
pub(crate) fn service() -> Result<Service, AppError> {
    use_context().ok_or_else(|| AppError::new(ErrorKind::Internal, "The server is not set up: it has no service."))
}

/// The browser session of this request, signed in or not.
pub(crate) fn browser_session() -> Result<tower_sessions::Session, AppError> {
    request::extension()
        .ok_or_else(|| AppError::new(ErrorKind::Internal, "The server is not set up: it has no sessions."))
}

/// Who calls, by their browser session.
pub(crate) async fn caller() -> Result<Caller, AppError> {
    service()?.session_caller(&browser_session()?, origin()).await.map_err(refused)
}

/// Starts a session under a new cookie.
pub(crate) async fn start_session(signed_in: &SignedIn, remember: bool) -> Result<(), AppError> {
    let now = service()?.now();
    session::start(&browser_session()?, signed_in, remember, &origin(), now).await.map_err(refused)
}

/// Ends the session of this request, on record if somebody is signed in.
pub(crate) async fn end_this_session() -> Result<(), AppError> {
    if let Ok(caller) = caller().await
        && let Some(own) = caller.actor.session()
    {
        service()?.end_session(&caller, own).await.map_err(refused)?;
    }
    session::forget(&browser_session()?).await.map_err(refused)
}

/// Goes on in another organisation, under a new cookie.
pub(crate) async fn change_org(org: &Org) -> Result<(), AppError> {
    session::switch(&browser_session()?, org, service()?.now()).await.map_err(refused)
}

/// The form's words for the service.
pub(crate) fn token_draft(draft: IssueDraft) -> TokenDraft {
    let IssueDraft { name, description, scopes, lifetime } = draft;
    TokenDraft {
        issue: Issue { name, description, scopes: Some(scopes), lifetime, ..Issue::default() },
        ..TokenDraft::default()
    }
}

/// The form's words for the service.
pub(crate) fn token_edit(name: String, description: String) -> TokenEdit {
    TokenEdit { name: Some(name), description: Some(description), ..TokenEdit::default() }
}

/// The one reply with a secret, which nothing on the way may keep.
pub(crate) fn reveal(credential: &Credential, secret: &RevealedSecret) -> Revealed {
    no_store();
    Revealed { id: credential.id.to_string(), name: credential.name.to_string(), secret: secret.expose().to_owned() }
}

/// The id in a form; what is not an id is simply not there.
pub(crate) fn session_id(id: &str) -> Result<SessionId, AppError> {
    id.parse().map_err(|_| refused(service::ServiceError::Missing))
}

/// What every page behind the sign-in knows.
#[derive(Clone)]
pub(crate) struct Desk {
    /// Who looks at it.
    pub(crate) caller: Caller,
    /// Their organisations.
    pub(crate) memberships: Vec<Membership>,
    /// The moment the page is made.
    pub(crate) now: Timestamp,
}

impl Desk {
    /// The organisation they act in.
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.org.id == self.caller.actor.org())
    }
}

/// What every page behind the sign-in knows.
pub(crate) async fn desk() -> Result<Desk, AppError> {
    let (caller, service) = (caller().await?, service()?);
    let memberships = service.memberships(&caller).await.map_err(refused)?;
    Ok(Desk { caller, memberships, now: service.now() })
}
