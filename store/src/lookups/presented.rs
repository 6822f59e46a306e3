//! What a presented secret leads to.
//!
//! Owns: reading the rows of the one statement that recognises it. Only [`super`] uses it.

use crate::{
    Result, StoreError,
    column::{parse, parse_optional},
    credentials::row::{CredentialRow, fold},
    service_accounts::ServiceAccountRow,
    users::UserRow,
};
use domain::{
    Timestamp,
    access::Role,
    account::{Org, ServiceAccount, User},
    credential::{Credential, Owner},
    ids::SecretId,
    scope::ScopeSet,
};

/// A credential that was recognised by one of its secrets. Whether it is live depends on the time, and what it may
/// do on the role: that is the domain's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The credential with all its secrets.
    pub credential: Credential,
    /// The secret that was presented; none if it was found by its id.
    pub secret: Option<SecretId>,
    /// Its organisation.
    pub org: Org,
    /// Whom it represents.
    pub owner: PresentedOwner,
    /// What the APIs that the organisation sees define.
    pub api_scopes: ScopeSet,
}

/// Whom a recognised credential represents, as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresentedOwner {
    /// The organisation itself.
    Application,
    /// A person.
    User {
        /// They.
        user: User,
        /// What they are in the organisation; none: no member any more.
        role: Option<Role>,
    },
    /// A service account, which has a role of its own.
    ServiceAccount(ServiceAccount),
}

#[derive(sqlx::FromRow)]
pub(super) struct PresentedRow {
    #[sqlx(flatten)]
    context: Context,
    #[sqlx(flatten)]
    credential: CredentialRow,
}

/// What surrounds the credential; the same in every row but for the scopes.
#[derive(sqlx::FromRow)]
struct Context {
    presented_id: Option<String>,
    org_slug: String,
    org_name: String,
    org_created_at: i64,
    user_id: Option<String>,
    user_email: Option<String>,
    user_name: Option<String>,
    user_created_at: Option<i64>,
    user_role: Option<String>,
    account_id: Option<String>,
    account_name: Option<String>,
    account_description: Option<String>,
    account_role: Option<String>,
    account_created_at: Option<i64>,
    /// Only beside the secret that was presented.
    api_scopes: Option<String>,
}

/// What these rows, one for each secret, tell; nothing if there are none.
pub(super) fn presented(rows: Vec<PresentedRow>) -> Result<Option<Presented>> {
    let (contexts, credentials): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.context, row.credential)).unzip();
    let Some(first) = contexts.first() else { return Ok(None) };
    let api_scopes = contexts.iter().find_map(|context| context.api_scopes.as_deref());
    let credential = fold(&credentials)?.pop().ok_or(StoreError::Missing)?;
    let org = Org {
        id: credential.org,
        slug: parse("slug", &first.org_slug)?,
        name: parse("organisation name", &first.org_name)?,
        created_at: Timestamp::from_millis(first.org_created_at),
    };
    Ok(Some(Presented {
        secret: parse_optional("secret id", first.presented_id.as_deref())?,
        owner: first.owner(&credential)?,
        org,
        api_scopes: parse_optional("API scopes", api_scopes)?.unwrap_or_default(),
        credential,
    }))
}

impl Context {
    /// Nobody who owns a credential is ever deleted, so one that is not there is damage.
    fn owner(&self, credential: &Credential) -> Result<PresentedOwner> {
        let gone = || StoreError::damaged("owner", format!("that of {} is not there", credential.id));
        match credential.owner {
            Owner::Organization => Ok(PresentedOwner::Application),
            Owner::User(_) => Ok(PresentedOwner::User {
                user: self.user().ok_or_else(gone)?.user()?,
                role: parse_optional("role", self.user_role.as_deref())?,
            }),
            Owner::ServiceAccount(_) => {
                let account = self.account(credential).ok_or_else(gone)?;
                account.account().map(PresentedOwner::ServiceAccount)
            }
        }
    }

    fn user(&self) -> Option<UserRow> {
        Some(UserRow {
            id: self.user_id.clone()?,
            email: self.user_email.clone()?,
            name: self.user_name.clone()?,
            created_at: self.user_created_at?,
        })
    }

    fn account(&self, credential: &Credential) -> Option<ServiceAccountRow> {
        Some(ServiceAccountRow {
            id: self.account_id.clone()?,
            org_id: credential.org.to_string(),
            name: self.account_name.clone()?,
            description: self.account_description.clone()?,
            role: self.account_role.clone()?,
            created_at: self.account_created_at?,
        })
    }
}
