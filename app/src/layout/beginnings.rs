//! Quick actions: what a person can start from any page. The palette offers them beside the commands of the page.

use crate::{credentials::kind_words, server_side::Desk};
use domain::{access::Action, credential::CredentialKind};

/// Label and URL of each action that the person's role allows. Decides only what is shown.
pub(super) fn beginnings(desk: &Desk) -> Vec<(String, String)> {
    let at = |page: &str| format!("/orgs/{}/{page}", desk.slug());
    let (token, key, client) = (CredentialKind::PersonalAccessToken, CredentialKind::ApiKey, CredentialKind::Client);
    let issue = |kind: CredentialKind| kind_words(kind).issue;
    [
        (desk.may(Action::IssueOwnToken), issue(token), "/settings/tokens/new".to_owned()),
        (desk.may(Action::Issue(key)), issue(key), at("api-keys/new")),
        (desk.may(Action::Issue(client)), issue(client), at("clients/new")),
        (true, "Which kind do I need?", "/settings/new-credential".to_owned()),
        (true, "Find a credential by its value", at("credentials/find")),
        (desk.may(Action::ReadInventory), "Authorized tokens of other organizations", at("authorized-tokens")),
        (desk.may(Action::ManageServiceAccounts), "Create service account", at("service-accounts/new")),
        (desk.may(Action::ManageMembers), "Invite somebody", at("members#invite-heading")),
        (desk.may(Action::ReadMembers), "Roles", at("roles")),
        (desk.may(Action::ManageMembers), "Make a role", at("roles/new")),
        (desk.may(Action::ManageApis), "Define API", at("apis/new")),
        (true, "New organization", "/settings/orgs/new".to_owned()),
        (desk.is_operator, "Signing keys", "/platform/signing-keys".to_owned()),
    ]
    .into_iter()
    .filter(|(shown, ..)| *shown)
    .map(|(_, words, href)| (words.to_owned(), href))
    .collect()
}
