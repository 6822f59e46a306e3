//! The life cycle of credentials: one use case per file, the same for all kinds.
//!
//! Joins permission, rule, transaction and event. The differences between the kinds are in
//! [`domain::credential::KindRules`]. [`CredentialTarget`] says which credentials a call is about, and so which action it is.

mod blast_radius;
mod bulk;
mod edit;
mod effective;
mod enable;
mod find;
mod history;
mod inventory;
mod issue;
mod keys;
mod owners;
mod read;
mod revoke;
mod roll;
mod transfer;

pub use self::blast_radius::{BlastRadius, QUIET_DAYS};
pub use self::bulk::{BulkAction, BulkItem, BulkRequest, BulkTarget};
pub use self::effective::{Answer, Preview};
pub use self::issue::IssueRequest;
pub use self::revoke::{Confirmation, Revoked};
pub use self::transfer::TransferRequest;
pub use domain::credential::Edit;
pub use store::{InventoryFilter, OwnerName, Page, PageRequest};

use crate::{Caller, Result, ServiceError, use_cases::Credentials};
use domain::{
    access::{Action, Permit},
    audit::AuditEvent,
    credential::{Credential, CredentialKind, Owner, new_secret},
    ids::{CredentialId, SecretId, ServiceAccountId},
    secret::{Environment, PlainSecret, RevealedSecret},
};
use store::{StoredSecret, WriteTx};

/// The credentials that a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialTarget {
    /// The caller's own personal access tokens.
    Mine,
    /// The tokens of a service account.
    ServiceAccount(ServiceAccountId),
    /// The organization's credentials of a kind, with any owner.
    Of(CredentialKind),
}

impl CredentialTarget {
    pub fn kind(self) -> CredentialKind {
        match self {
            Self::Mine | Self::ServiceAccount(_) => CredentialKind::PersonalAccessToken,
            Self::Of(kind) => kind,
        }
    }

    fn read(self) -> Action {
        match self {
            Self::Mine => Action::ReadOwnTokens,
            Self::ServiceAccount(_) => Action::ReadServiceAccounts,
            Self::Of(kind) => Action::Read(kind),
        }
    }

    fn issue(self) -> Action {
        match self {
            Self::Mine => Action::IssueOwnToken,
            Self::ServiceAccount(_) => Action::ManageServiceAccounts,
            Self::Of(kind) => Action::Issue(kind),
        }
    }

    fn change(self) -> Action {
        match self {
            Self::Mine => Action::ChangeOwnToken,
            Self::ServiceAccount(_) => Action::ManageServiceAccounts,
            Self::Of(kind) => Action::Change(kind),
        }
    }

    /// The owner that narrows the permit's reach.
    fn owner(self) -> Option<Owner> {
        match self {
            Self::ServiceAccount(account) => Some(Owner::ServiceAccount(account)),
            Self::Mine | Self::Of(_) => None,
        }
    }

    /// Parses an id. An id of another kind counts as missing.
    fn id(self, text: &str) -> Result<CredentialId> {
        text.parse().ok().filter(|id: &CredentialId| id.kind() == self.kind()).ok_or(ServiceError::Missing)
    }

    /// Returns the credential, or [`ServiceError::Missing`] if it has another owner.
    fn admits(self, credential: Credential) -> Result<Credential> {
        match self.owner() {
            Some(owner) if credential.owner != owner => Err(ServiceError::Missing),
            _ => Ok(credential),
        }
    }
}

/// The result of creating or rolling a credential.
pub struct Issued {
    pub credential: Credential,
    /// The secret, returned once. `None` for a client with its own keys, and for a retry whose secret cannot be opened.
    pub secret: Option<RevealedSecret>,
    /// Whether this is the reply to an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// Returns whether the caller may decide approval requests, and so needs no approval.
pub(crate) fn may_decide(caller: &Caller) -> bool {
    caller.actor.permit(Action::DecideTokenRequest, &caller.context).is_ok()
}

impl Credentials<'_> {
    /// Commits a change of a credential. Mails the owner if another person made the change.
    async fn commit_change(self, mut tx: WriteTx, event: AuditEvent, credential: &Credential) -> Result<()> {
        self.service.mail().change(&mut tx, credential.owner, credential.id).await?;
        self.service.commit(tx, event).await.map(|_| ())
    }

    /// Generates a secret and its stored form.
    pub(crate) fn draw_secret(self, kind: CredentialKind, env: Environment) -> Result<(PlainSecret, StoredSecret)> {
        let sources = &self.service.inner.sources;
        let now = sources.now();
        let pepper =
            self.service.inner.peppers.first().ok_or_else(|| ServiceError::internal("the keyring is empty"))?;
        let plain =
            PlainSecret::generate(&self.service.inner.brand, kind.rules().secret, env, |bytes| sources.fill(bytes));
        let secret = new_secret(SecretId::new(now, sources.entropy()), &plain, now);
        let stored = StoredSecret { secret, verifier: pepper.verifier(&plain), pepper_version: pepper.version() };
        Ok((plain, stored))
    }

    async fn change_permit(self, caller: &Caller, target: CredentialTarget) -> Result<Permit> {
        self.service.permit(caller, target.change()).await
    }
}
