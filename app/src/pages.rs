//! The pages. Each loads its data through `server_side` and combines shared components. Contains no other logic.

mod apis;
mod approvals;
mod audit;
mod chooser;
mod credential;
mod credential_list;
mod docs;
mod find_credential;
mod home;
mod inventory;
mod members;
mod new_credential;
mod new_org;
mod not_found;
mod offboarding;
mod org_authorizations;
mod overview;
mod policies;
mod revoke_credential;
mod roles;
mod roll_credential;
mod service_accounts;
mod sessions;
mod sign_in;
mod sign_up;
mod signing_keys;

pub(crate) use self::apis::{ApiPage, ApisPage, NewApiPage};
pub(crate) use self::approvals::ApprovalsPage;
pub(crate) use self::audit::AuditPage;
pub(crate) use self::chooser::ChooserPage;
pub(crate) use self::credential::CredentialPage;
pub(crate) use self::credential_list::CredentialListPage;
pub(crate) use self::docs::{
    DocsPage, GuidePage, GuidesPage, ReferenceGroupPage, ReferencePage, VerdictsPage, VerificationPage,
};
pub(crate) use self::find_credential::FindCredentialPage;
pub(crate) use self::home::Home;
pub(crate) use self::inventory::{BulkPage, InventoryPage};
pub(crate) use self::members::{InvitationPage, MemberPage, MembersPage};
pub(crate) use self::new_credential::{NewCredentialPage, NewOfKindPage};
pub(crate) use self::new_org::NewOrgPage;
pub(crate) use self::not_found::NotFound;
pub(crate) use self::offboarding::OffboardingPage;
pub(crate) use self::org_authorizations::OrgAuthorizationsPage;
pub(crate) use self::overview::OverviewPage;
pub(crate) use self::policies::{PoliciesPage, PolicyPage};
pub(crate) use self::revoke_credential::RevokeCredentialPage;
pub(crate) use self::roles::{NewRolePage, RolePage, RolesPage};
pub(crate) use self::roll_credential::RollCredentialPage;
pub(crate) use self::service_accounts::{NewServiceAccountPage, ServiceAccountPage, ServiceAccountsPage};
pub(crate) use self::sessions::SessionsPage;
pub(crate) use self::sign_in::SignInPage;
pub(crate) use self::sign_up::SignUpPage;
pub(crate) use self::signing_keys::{EmergencyRotationPage, SigningKeysPage};

use crate::{
    error::AppError,
    forms::SEAL,
    server_side::{Posted, has_notice, posted_error},
    ui::ButtonLink,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_params_map, use_query_map};

/// Rows per page of a list. Pages are sent uncompressed, and each row is about 1 kB.
const ROWS: u32 = 20;

/// One query parameter of the page.
fn query(name: &str) -> Option<String> {
    use_query_map().with_untracked(|query| query.get(name))
}

/// A query parameter with a success notice. `None` unless the server wrote the whole URL for this browser. A rejected
/// post changes the URL, so the notice disappears.
fn done(name: &str) -> Option<String> {
    query(name).filter(|_| has_notice())
}

/// Every value of a query parameter.
fn query_all(name: &str) -> Vec<String> {
    use_query_map().with_untracked(|query| query.get_all(name)).unwrap_or_default()
}

/// One parameter of the page's path.
fn in_path(name: &str) -> String {
    use_params_map().with_untracked(|params| params.get(name)).unwrap_or_default()
}

fn id_in_path() -> String {
    in_path("id")
}

/// The error of a native form post to `F`, if the post led to this page.
fn refusal_of<F: ServerFn<Error = AppError>>() -> Option<AppError> {
    posted_error::<F>(&posted())
}

/// Parameters that the URL holds about the last post.
pub(crate) fn posted() -> Posted {
    Posted { path: query("__path"), error: query("__err"), seal: query(SEAL) }
}

/// Percent-encodes a query value.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Link to “Which one do I need?”.
fn chooser_link(words: &'static str) -> impl IntoView {
    view! { <a class="link link-quiet" href="/settings/new-credential">{words}</a> }
}

/// Links to the newest and the older rows.
#[component]
fn Paging(newest: String, older: Option<String>, on_first_page: bool) -> impl IntoView {
    (!on_first_page || older.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {if on_first_page {
                    view! { <span></span> }.into_any()
                } else {
                    view! { <ButtonLink href=newest>"Newest"</ButtonLink> }.into_any()
                }}
                {older.map(|older| view! { <ButtonLink href=older>"Older"</ButtonLink> })}
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_place_in_an_address() {
        assert_eq!(encoded("a b&c=d/é"), "a%20b%26c%3Dd%2F%C3%A9");
    }
}
