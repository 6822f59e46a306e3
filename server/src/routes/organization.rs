//! The routes of an organization, except the life cycle of its credentials.
//!
//! For the other rows, see [`super::table`].

use super::endpoint::{Endpoint, operation};
use crate::api::v1::{
    apis, audit_events, clients, credentials, members, offboarding, org_authorizations, policies, roles,
    service_accounts, token_requests,
};

pub(super) fn of_organization() -> Vec<Endpoint> {
    vec![
        operation!("clients.keys.list" => clients::keys, "List the public keys of a client", ""),
        operation!(
            "clients.keys.add" => clients::add_key,
            "Add a public key to a client",
            "A client with `private_key_jwt` signs its assertions with one of its keys."
        ),
        operation!("clients.keys.remove" => clients::remove_key, "Remove a public key from a client", ""),
        operation!("service_accounts.list" => service_accounts::list, "List service accounts", ""),
        operation!(
            "service_accounts.create" => service_accounts::create,
            "Create a service account",
            "A service account is a user without a sign-in. The organization owns it."
        ),
        operation!("service_accounts.show" => service_accounts::show, "Show a service account", ""),
        operation!(
            "service_accounts.tokens.list" => service_accounts::tokens,
            "List the tokens of a service account",
            ""
        ),
        operation!(
            "service_accounts.tokens.issue" => service_accounts::issue_token,
            "Create a token for a service account",
            "Returns the secret once."
        ),
        operation!("members.list" => members::list, "List members", "`q` searches names and addresses."),
        operation!("members.show" => members::show, "Show a member", ""),
        operation!(
            "members.change_role" => members::change_role,
            "Change the role of a member",
            "You can give only what you hold."
        ),
        operation!(
            "members.remove" => members::remove,
            "Remove a member",
            "Sessions of the person end at once. Their tokens work until the grace period of the organization ends."
        ),
        operation!(
            "roles.list" => roles::list,
            "List custom roles",
            "With the number of members and invitations that have each."
        ),
        operation!(
            "roles.create" => roles::create,
            "Create a custom role",
            "A role holds no more scopes than you do, and never `all`."
        ),
        operation!("roles.show" => roles::show, "Show a custom role", ""),
        operation!("roles.edit" => roles::edit, "Edit a custom role", "Absent members of the body stay as they are."),
        operation!(
            "roles.delete" => roles::delete,
            "Delete a custom role",
            "A role that members or invitations have cannot be deleted."
        ),
        operation!(
            "offboarding.list" => offboarding::list,
            "List former members with tokens",
            "Former members whose tokens are neither revoked nor transferred."
        ),
        operation!(
            "offboarding.change" => offboarding::change,
            "Change a grace period",
            "Say either when it ends, or how many days after the person left."
        ),
        operation!("settings.show" => offboarding::settings, "Show the settings of the organization", ""),
        operation!("settings.change" => offboarding::change_settings, "Change the settings of the organization", ""),
        operation!("invitations.list" => members::invitations, "List open invitations", ""),
        operation!(
            "invitations.create" => members::invite,
            "Invite a person",
            "The reply holds the link. Where mail is set up, the person gets it too."
        ),
        operation!("invitations.withdraw" => members::withdraw, "Withdraw an invitation", ""),
        operation!(
            "credentials.list" => credentials::list,
            "List all credentials",
            "One inventory of every kind and owner, newest first."
        ),
        operation!(
            "credentials.find" => credentials::find,
            "Find a credential by its secret",
            "Says which credential of the organization this value belongs to. A secret that was rolled away is found, too."
        ),
        operation!(
            "credentials.bulk" => credentials::bulk,
            "Change many credentials",
            "Names credentials by `ids` or by a `filter`. Each gets a result of its own. With `dry_run`, nothing changes."
        ),
        operation!(
            "credentials.effective" => credentials::effective,
            "Show the effective grant of a credential",
            "The scopes that its owner and the policies leave it, and the operations that it can perform."
        ),
        operation!(
            "credentials.usage" => credentials::usage,
            "Show the usage of a credential",
            "Calls by hour and outcome, and the latest refused calls."
        ),
        operation!(
            "credentials.blast_radius" => credentials::blast_radius,
            "Show the usage sources of a credential",
            "Addresses, callers and operations of the last 24 hours: what would fail without it."
        ),
        operation!(
            "apis.list" => apis::list,
            "List APIs",
            "The organization's APIs, those of the platform, and Mintmark's own."
        ),
        operation!("apis.create" => apis::create, "Create an API", "An audience has one owner in the installation."),
        operation!("apis.show" => apis::show, "Show an API", ""),
        operation!("apis.edit" => apis::edit, "Edit an API", "Its audience never changes: tokens name it."),
        operation!("apis.scopes.add" => apis::add_scope, "Add a scope to an API", ""),
        operation!(
            "apis.scopes.remove" => apis::remove_scope,
            "Remove a scope from an API",
            "A scope that an operation names cannot be removed."
        ),
        operation!("apis.operations.add" => apis::add_operation, "Add an operation to an API", ""),
        operation!("apis.operations.remove" => apis::remove_operation, "Remove an operation from an API", ""),
        operation!(
            "apis.import" => apis::import,
            "Import an OpenAPI document",
            "Adds the scopes and operations that the API does not have. An organization imports at most 256 KiB a second."
        ),
        operation!(
            "permissions.preview" => apis::preview,
            "Preview a grant",
            "What a credential of this kind with these scopes could do if you created it now."
        ),
        operation!("policies.show" => policies::show, "Show policies", "One for each kind of credential."),
        operation!(
            "policies.change" => policies::change,
            "Change a policy",
            "Replaces the policy for one kind. Credentials that exist have the notice period to comply."
        ),
        operation!(
            "policies.dry_run" => policies::dry_run,
            "Preview a policy",
            "Lists the credentials that it would block, and changes nothing."
        ),
        operation!("policies.exceptions.list" => policies::exceptions, "List policy exceptions", ""),
        operation!(
            "policies.exceptions.grant" => policies::grant_exception,
            "Grant a policy exception",
            "The credential works until the exception ends, whatever the policy asks."
        ),
        operation!("policies.exceptions.end" => policies::end_exception, "End a policy exception", ""),
        operation!("token_requests.list" => token_requests::list, "List approval requests", ""),
        operation!(
            "token_requests.approve" => token_requests::approve,
            "Approve a credential",
            "You can approve what you hold, and never your own request."
        ),
        operation!("token_requests.deny" => token_requests::deny, "Deny a credential", ""),
        operation!(
            "organization_authorizations.list" => org_authorizations::list,
            "List tokens of other organizations",
            "Tokens whose owners have authorized them for this organization."
        ),
        operation!(
            "organization_authorizations.approve" => org_authorizations::approve,
            "Approve an organization authorization",
            ""
        ),
        operation!("organization_authorizations.deny" => org_authorizations::deny, "Deny an organization authorization", ""),
        operation!(
            "organization_authorizations.end" => org_authorizations::end,
            "End an organization authorization",
            "The token stays valid in the organization it belongs to."
        ),
        operation!(
            "audit.list" => audit_events::list,
            "List audit events",
            "With `format=ndjson` or `format=csv`, a file of all events that match."
        ),
    ]
}
