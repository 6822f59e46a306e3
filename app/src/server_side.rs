//! The only door from the screens to `service`: who calls, from where, and what is sent back besides the page.
//!
//! Everything a server function or a page needs of the request comes through here. Must never decide anything: it
//! finds the session, hands over to `service`, and translates refusals into `AppError`.

mod access_tokens;
mod answer;
mod bulk;
mod catalogue;
mod device;
mod drafts;
mod found;
mod notice;
mod offers;
mod owners;
mod place;
mod policies;
mod refusal;
mod request;
mod roles;
mod search;

pub(crate) use self::access_tokens::{refused_by_oauth, shown_once, token_request};
pub(crate) use self::answer::{no_store, redirect, set_status, set_theme_cookie};
pub(crate) use self::bulk::{after_bulk, deed, do_to_many};
pub(crate) use self::catalogue::{api_draft, api_page, operation_draft, scope_draft};
pub use self::device::HostCookies;
pub(crate) use self::device::{device_cookie, remember_device};
pub(crate) use self::drafts::{grace, issue_request, name_edit, pasted_keys, rights_edit, words};
pub(crate) use self::found::find_by_value;
pub(crate) use self::notice::{has_notice, redirect_with_notice};
pub(crate) use self::offers::{offer, offered_operations};
pub(crate) use self::owners::OwnerNames;
pub(crate) use self::place::{Place, caller_at, caller_in, service_account_page};
pub(crate) use self::policies::{authorization_decision, decision, exception_request, policy_draft};
pub(crate) use self::refusal::{Posted, confirmed, incomplete, posted_error, posted_too_late, refused};
pub(crate) use self::request::{Theme, form_token, origin, page_of_ours, path, require_hydrated, theme};
pub(crate) use self::roles::{role_scopes, save_role};
pub(crate) use self::search::search;
pub(crate) use service::{
    Caller, Password, Service,
    authn::{SignUp, SignUpMode, SignedIn, session},
    credentials::{
        BulkAction, BulkItem, BulkRequest, BulkTarget, Confirmation, InventoryFilter, PageRequest, TransferRequest,
        Which,
    },
    roles::RoleDraft,
    signing_keys::Rotation,
};

use crate::{
    credentials::{RevealDialog, Revealed},
    error::{AppError, ErrorKind},
};
use domain::{
    Timestamp,
    access::Action,
    account::{Membership, Org, User},
    ids::SessionId,
};
use leptos::prelude::*;
use service::{ServiceError, credentials::Issued};

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
    let caller = service()?.session_caller(&browser_session()?, origin()).await.map_err(refused)?;
    // For the record, should a rule refuse them.
    provide_context(caller.clone());
    Ok(caller)
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
    let session = browser_session()?;
    session::switch(&session, org, service()?.now()).await.map_err(refused)?;
    // The session gets its new id when it is saved, and the seal of a notice is for that id.
    session.save().await.map_err(|error| refused(ServiceError::Internal(error.into())))
}

/// The one reply with a secret, which nothing on the way may keep. `next` is the page that follows.
pub(crate) fn reveal(issued: Issued, next: String) -> Result<Revealed, AppError> {
    no_store();
    let origin = service()?.issuer().to_owned();
    let dialog = issued.secret.map(|secret| {
        let secret = secret.expose().to_owned();
        view! { <RevealDialog credential=issued.credential secret=secret origin=origin/> }.to_html()
    });
    Ok(Revealed { dialog: dialog.unwrap_or_default(), next: notice::with_notice(&next) })
}

/// What is not there.
pub(crate) fn missing() -> AppError {
    refused(ServiceError::Missing)
}

/// The id in a form; what is not an id is simply not there.
pub(crate) fn session_id(id: &str) -> Result<SessionId, AppError> {
    id.parse().map_err(|_| refused(ServiceError::Missing))
}

/// What every page behind the sign-in knows.
#[derive(Clone)]
pub(crate) struct Desk {
    /// Who looks at it.
    pub(crate) caller: Caller,
    /// Their account.
    pub(crate) account: User,
    /// Their organisations.
    pub(crate) memberships: Vec<Membership>,
    /// Whether they operate the installation.
    pub(crate) is_operator: bool,
    /// How many requests wait for them to decide; a hundred stands for that many and more.
    pub(crate) waiting: u32,
    /// The moment the page is made.
    pub(crate) now: Timestamp,
}

impl Desk {
    /// The organisation they act in.
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.org.id == self.caller.actor.org())
    }

    /// The organisation's name.
    pub(crate) fn org_name(&self) -> String {
        self.membership().map(|membership| membership.org.name.to_string()).unwrap_or_default()
    }

    /// Whether the person's role holds what this needs. Decides only what is shown; the service decides what is done.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.caller.actor.permit(action, &self.caller.origin).is_ok()
    }

    /// Whether it also reaches what belongs to others.
    pub(crate) fn may_for_all(&self, action: Action) -> bool {
        self.caller.actor.permit(action, &self.caller.origin).is_ok_and(|permit| permit.owner().is_none())
    }
}

/// What every page behind the sign-in knows.
pub(crate) async fn desk() -> Result<Desk, AppError> {
    let (caller, service) = (caller().await?, service()?);
    let account = service.account(&caller).await.map_err(refused)?;
    let memberships = service.memberships(&caller).await.map_err(refused)?;
    let is_operator = service.is_operator(&caller).await.map_err(refused)?;
    let mut desk = Desk { caller, account, memberships, is_operator, waiting: 0, now: service.now() };
    if desk.may(Action::DecideTokenRequest) {
        desk.waiting = service.waiting_requests(&desk.caller).await.map_err(refused)?;
    }
    Ok(desk)
}
