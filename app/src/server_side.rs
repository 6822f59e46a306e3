//! The only module of the user interface that calls `service`.
//!
//! Provides everything that a page or server function needs from the request, and everything sent besides the page. It
//! finds the session, calls `service`, and turns its errors into `AppError`. Must never decide whether something is
//! allowed.

mod access_tokens;
mod answer;
mod bulk;
mod catalog;
mod credential_pages;
mod device;
mod drafts;
mod found;
mod notice;
mod offers;
mod owners;
mod policies;
mod refusal;
mod request;
mod roles;
mod search;

pub(crate) use self::access_tokens::{refused_by_oauth, shown_once, token_request};
pub(crate) use self::answer::{no_store, redirect, set_status, set_theme_cookie};
pub(crate) use self::bulk::{after_bulk, do_to_many, operation};
pub(crate) use self::catalog::{api_draft, api_page, operation_draft, scope_draft};
pub(crate) use self::credential_pages::{CredentialPages, caller_at, caller_in, service_account_page};
pub use self::device::HostCookies;
pub(crate) use self::device::{device_cookie, remember_device};
pub(crate) use self::drafts::{grace, issue_request, pasted_keys, rights_edit, words};
pub(crate) use self::found::find_by_value;
pub(crate) use self::notice::{has_notice, redirect_with_notice};
pub(crate) use self::offers::{offer, offered_operations};
pub(crate) use self::owners::OwnerNames;
pub(crate) use self::policies::{authorization_decision, decision, exception_request, policy_draft};
pub(crate) use self::refusal::{Posted, confirmed, incomplete, posted_error, posted_too_late, refused};
pub(crate) use self::request::{Theme, form_token, origin, page_of_ours, path, require_hydrated, sign_in_first, theme};
pub(crate) use self::roles::{role_scopes, save_role};
pub(crate) use self::search::search;
pub(crate) use service::{
    Caller, Password, Service,
    authn::{SignUp, SignUpMode, SignedIn, session},
    credentials::{
        BulkAction, BulkItem, BulkRequest, BulkTarget, Confirmation, CredentialTarget, InventoryFilter, PageRequest,
        TransferRequest,
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

pub(crate) fn service() -> Result<Service, AppError> {
    use_context().ok_or_else(|| AppError::new(ErrorKind::Internal, "The server is not set up: it has no service."))
}

/// The browser session of this request. It exists even if no one is signed in.
pub(crate) fn browser_session() -> Result<tower_sessions::Session, AppError> {
    request::extension()
        .ok_or_else(|| AppError::new(ErrorKind::Internal, "The server is not set up: it has no sessions."))
}

/// The caller, identified by the browser session.
pub(crate) async fn caller() -> Result<Caller, AppError> {
    let caller = service()?.sessions().caller(&browser_session()?, origin()).await.map_err(refused)?;
    // `refusal.rs` needs the caller for the audit log if a rule denies the request.
    provide_context(caller.clone());
    Ok(caller)
}

/// Starts a session with a new cookie.
pub(crate) async fn start_session(signed_in: &SignedIn, remember: bool) -> Result<(), AppError> {
    let now = service()?.now();
    session::start(&browser_session()?, signed_in, remember, &origin(), now).await.map_err(refused)
}

/// Ends the session of this request. Recorded in the audit log if someone is signed in.
pub(crate) async fn end_this_session() -> Result<(), AppError> {
    if let Ok(caller) = caller().await
        && let Some(own) = caller.actor.session()
    {
        service()?.sessions().end(&caller, own).await.map_err(refused)?;
    }
    session::forget(&browser_session()?).await.map_err(refused)
}

/// Switches to another organization. The session gets a new cookie.
pub(crate) async fn change_org(org: &Org) -> Result<(), AppError> {
    let session = browser_session()?;
    session::switch(&session, org, service()?.now()).await.map_err(refused)?;
    // Saving gives the session its new ID, and the seal of a notice depends on that ID.
    session.save().await.map_err(|error| refused(ServiceError::Internal(error.into())))
}

/// The one reply that contains a secret. Nothing may cache it. `next` is the page that follows.
pub(crate) fn reveal(issued: Issued, next: String) -> Result<Revealed, AppError> {
    no_store();
    let origin = service()?.issuer().to_owned();
    let dialog = issued.secret.map(|secret| {
        let secret = secret.expose().to_owned();
        view! { <RevealDialog credential=issued.credential secret=secret origin=origin/> }.to_html()
    });
    Ok(Revealed { dialog: dialog.unwrap_or_default(), next: notice::with_notice(&next) })
}

pub(crate) fn missing() -> AppError {
    refused(ServiceError::Missing)
}

/// Parses an ID from a form. An invalid ID counts as missing.
pub(crate) fn session_id(id: &str) -> Result<SessionId, AppError> {
    id.parse().map_err(|_| refused(ServiceError::Missing))
}

/// Context of a signed-in page.
#[derive(Clone)]
pub(crate) struct PageContext {
    pub(crate) caller: Caller,
    /// Account of the signed-in person.
    pub(crate) account: User,
    /// Organizations of the signed-in person.
    pub(crate) memberships: Vec<Membership>,
    /// Whether the person is the operator of the installation.
    pub(crate) is_operator: bool,
    /// Number of requests that the person can decide on. 100 means 100 or more.
    pub(crate) waiting: u32,
    pub(crate) now: Timestamp,
}

impl PageContext {
    pub(crate) fn membership(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.org.id == self.caller.actor.org())
    }

    pub(crate) fn org_name(&self) -> String {
        self.membership().map(|membership| membership.org.name.to_string()).unwrap_or_default()
    }

    /// Whether the person's role allows the action. Decides only what is shown; the service decides what is allowed.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.caller.actor.permit(action, &self.caller.context).is_ok()
    }

    /// Whether the role allows the action on everyone's resources.
    pub(crate) fn may_for_all(&self, action: Action) -> bool {
        self.caller.actor.permit(action, &self.caller.context).is_ok_and(|permit| permit.owner().is_none())
    }
}

/// Loads the context of a signed-in page.
pub(crate) async fn context() -> Result<PageContext, AppError> {
    let (caller, service) = (caller().await?, service()?);
    let account = service.accounts().show(&caller).await.map_err(refused)?;
    let memberships = service.orgs().memberships(&caller).await.map_err(refused)?;
    let is_operator = service.platform().is_operator(&caller).await.map_err(refused)?;
    let mut context = PageContext { caller, account, memberships, is_operator, waiting: 0, now: service.now() };
    if context.may(Action::DecideTokenRequest) {
        context.waiting = service.token_requests().waiting(&context.caller).await.map_err(refused)?;
    }
    Ok(context)
}
