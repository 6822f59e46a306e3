//! Quick actions: what a person can start from any page. The palette offers them beside the commands of the page.

use crate::{credentials::kind_labels, server_side::PageContext};
use domain::{access::Action, credential::CredentialKind};

/// Label and URL of each action that the person's role allows. Decides only what is shown.
pub(super) fn quick_actions(context: &PageContext) -> Vec<(String, String)> {
    let at = |page: &str| format!("/orgs/{}/{page}", context.slug());
    let (token, key, client) = (CredentialKind::PersonalAccessToken, CredentialKind::ApiKey, CredentialKind::Client);
    let issue = |kind: CredentialKind| kind_labels(kind).issue;
    [
        (context.may(Action::IssueOwnToken), issue(token), "/settings/tokens/new".to_owned()),
        (context.may(Action::Issue(key)), issue(key), at("api-keys/new")),
        (context.may(Action::Issue(client)), issue(client), at("clients/new")),
        (true, "Which kind do I need?", "/settings/new-credential".to_owned()),
        (true, "Find a credential by its value", at("credentials/find")),
        (
            context.may(Action::ReadInventory),
            "Authorized tokens of other organizations",
            at("organization-authorizations"),
        ),
        (context.may(Action::ManageServiceAccounts), "Create service account", at("service-accounts/new")),
        (context.may(Action::ManageMembers), "Invite somebody", at("members#invite-heading")),
        (context.may(Action::ReadMembers), "Roles", at("roles")),
        (context.may(Action::ManageMembers), "Make a role", at("roles/new")),
        (context.may(Action::ManageApis), "Define API", at("apis/new")),
        (true, "New organization", "/settings/orgs/new".to_owned()),
        (context.is_operator, "Signing keys", "/platform/signing-keys".to_owned()),
    ]
    .into_iter()
    .filter(|(shown, ..)| *shown)
    .map(|(_, words, href)| (words.to_owned(), href))
    .collect()
}
