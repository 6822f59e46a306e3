//! Base URLs of credentials: the only module that knows how they are built.
//!
//! Owns reading and writing `/settings/tokens/…` and `/orgs/{slug}/…`. A URL of another organization than the current
//! one counts as missing.

use crate::{
    credentials::{KindLabels, kind_labels},
    error::AppError,
    server_side::{PageContext, refused},
};
use domain::{
    account::ServiceAccount,
    credential::CredentialKind,
    ids::{CredentialId, ServiceAccountId},
};
use service::{Caller, ServiceError, credentials::CredentialTarget};

/// A base URL, with the credentials that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CredentialPages {
    /// The credentials, as the service takes them.
    pub(crate) target: CredentialTarget,
    /// Prefix of every page; the ID of a credential follows.
    pub(crate) base: String,
    /// Slug of the organization in the URL, if there is one.
    pub(crate) slug: Option<String>,
}

const MINE: &str = "/settings/tokens";

impl CredentialPages {
    /// The person's own tokens.
    pub(crate) fn mine() -> Self {
        Self { target: CredentialTarget::Mine, base: MINE.to_owned(), slug: None }
    }

    /// Credentials of this kind in an organization.
    pub(crate) fn of(slug: &str, kind: CredentialKind) -> Self {
        let base = format!("/orgs/{slug}/{}", kind.rules().path);
        Self { target: CredentialTarget::Of(kind), base, slug: Some(slug.to_owned()) }
    }

    pub(crate) fn of_service_account(slug: &str, account: ServiceAccountId) -> Self {
        let base = format!("/orgs/{slug}/service-accounts/{account}/tokens");
        Self { target: CredentialTarget::ServiceAccount(account), base, slug: Some(slug.to_owned()) }
    }

    /// Parses any URL below a base URL.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let parts: Vec<_> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            ["settings", "tokens", ..] => Some(Self::mine()),
            ["orgs", slug, "service-accounts", account, "tokens", ..] => {
                Some(Self::of_service_account(slug, account.parse().ok()?))
            }
            ["orgs", slug, segment, ..] => {
                let kind = CredentialKind::ALL.into_iter().find(|kind| kind.rules().path == *segment)?;
                Some(Self::of(slug, kind))
            }
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> CredentialKind {
        self.target.kind()
    }

    pub(crate) fn words(&self) -> &'static KindLabels {
        kind_labels(self.kind())
    }

    pub(crate) fn page(&self, id: CredentialId) -> String {
        format!("{}/{id}", self.base)
    }

    /// URL of the list that contains these credentials.
    pub(crate) fn list(&self) -> String {
        match (self.target, self.slug.as_deref()) {
            (CredentialTarget::ServiceAccount(account), Some(slug)) => {
                format!("/orgs/{slug}/service-accounts/{account}")
            }
            (CredentialTarget::Of(CredentialKind::PersonalAccessToken), Some(slug)) => {
                format!("/orgs/{slug}/credentials")
            }
            _ => self.base.clone(),
        }
    }

    pub(crate) fn list_title(&self) -> &'static str {
        match self.target {
            CredentialTarget::ServiceAccount(_) => "Service account",
            CredentialTarget::Of(CredentialKind::PersonalAccessToken) => "Credentials",
            _ => self.words().title,
        }
    }

    /// Breadcrumbs of a page about one credential.
    pub(crate) fn crumbs(&self) -> Vec<(String, String)> {
        vec![(self.list(), self.list_title().to_owned())]
    }

    /// The list with the new row highlighted. The URL contains only the ID.
    pub(crate) fn after_issue(&self, id: CredentialId) -> String {
        format!("{}?issued={id}", self.list())
    }

    /// The list with a notice about the revoked credential.
    pub(crate) fn after_revoke(&self, id: CredentialId) -> String {
        format!("{}?revoked={id}", self.list())
    }

    /// The credential's page with a success notice.
    pub(crate) fn after(&self, id: &str, what: &str) -> String {
        let plain: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        format!("{}/{plain}?{what}=1", self.base)
    }
}

impl PageContext {
    pub(crate) fn slug(&self) -> String {
        self.membership().map(|membership| membership.org.slug.to_string()).unwrap_or_default()
    }

    /// The base URL that contains this URL.
    ///
    /// # Errors
    /// [`ErrorKind::Missing`](crate::error::ErrorKind::Missing) if the URL is invalid or belongs to another
    /// organization.
    pub(crate) fn pages(&self, address: &str) -> Result<CredentialPages, AppError> {
        let own = |pages: &CredentialPages| pages.slug.as_deref().is_none_or(|slug| slug == self.slug());
        CredentialPages::parse(address).filter(own).ok_or_else(|| refused(ServiceError::Missing))
    }

    /// Checks that this is the current organization.
    ///
    /// # Errors
    /// [`ErrorKind::Missing`](crate::error::ErrorKind::Missing) if it is another organization, or if there is none.
    pub(crate) fn own_slug(&self, slug: &str) -> Result<(), AppError> {
        if slug == self.slug() { Ok(()) } else { Err(refused(ServiceError::Missing)) }
    }
}

/// The caller, and the base URL that a form names.
pub(crate) async fn caller_at(at: &str) -> Result<(Caller, CredentialPages), AppError> {
    let context = super::context().await?;
    let pages = context.pages(at)?;
    Ok((context.caller, pages))
}

/// The caller, if the form names the current organization.
pub(crate) async fn caller_in(slug: &str) -> Result<Caller, AppError> {
    let context = super::context().await?;
    context.own_slug(slug)?;
    Ok(context.caller)
}

pub(crate) fn service_account_page(slug: &str, account: &ServiceAccount) -> String {
    format!("/orgs/{slug}/service-accounts/{}", account.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whose_credentials_it_is_about() {
        let key = CredentialPages::of("acme", CredentialKind::ApiKey);
        assert_eq!(CredentialPages::parse("/orgs/acme/api-keys/key_1/revoke"), Some(key.clone()));
        assert_eq!(CredentialPages::parse("/settings/tokens"), Some(CredentialPages::mine()));
        assert_eq!(CredentialPages::parse("/orgs/acme/members"), None);
        assert_eq!(CredentialPages::parse("/orgs/acme/service-accounts/nobody/tokens"), None);
        assert_eq!(key.after("key_1/../?x", "saved"), "/orgs/acme/api-keys/key_1x?saved=1");
    }
}
