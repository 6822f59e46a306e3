//! What is sent to issue and edit a personal access token, and the one reply that holds its secret.

use super::CredentialObject;
use domain::{
    credential::{Edit, Issue, LifetimeDraft},
    secret::RevealedSecret,
};
use serde::{Deserialize, Serialize};
use service::credentials::TokenDraft;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueToken {
    org: Option<String>,
    #[serde(default)]
    name: String,
    scopes: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    expires_in: Option<i64>,
    expires_at: Option<String>,
    #[serde(default)]
    never_expires: bool,
    #[serde(default)]
    acknowledge_no_expiry: bool,
    description: Option<String>,
    justification: Option<String>,
}

impl From<IssueToken> for TokenDraft {
    fn from(body: IssueToken) -> Self {
        let lifetime = LifetimeDraft {
            expires_in: body.expires_in,
            expires_at: body.expires_at,
            never_expires: body.never_expires,
            acknowledge_no_expiry: body.acknowledge_no_expiry,
        };
        let issue = Issue {
            name: body.name,
            description: body.description.unwrap_or_default(),
            scopes: body.scopes,
            resources: body.resources.unwrap_or_default(),
            lifetime,
        };
        Self { org: body.org, issue, justification: body.justification }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditToken {
    name: Option<String>,
    description: Option<String>,
    scopes: Option<Vec<String>>,
}

impl From<EditToken> for Edit {
    fn from(body: EditToken) -> Self {
        Self { name: body.name, description: body.description, scopes: body.scopes }
    }
}

/// The only object of the API with a secret in it.
#[derive(Serialize)]
pub(crate) struct IssuedToken {
    #[serde(flatten)]
    pub(crate) credential: CredentialObject,
    pub(crate) token: RevealedSecret,
    pub(crate) revealed_once: bool,
}
