//! Whose credentials an address is about: the one place that knows how the addresses of credentials are built.
//!
//! Owns: reading `/settings/tokens/…` and `/orgs/{slug}/…` and making them. An address of another organisation than
//! the one a person acts in is simply not there.

use crate::{
    credentials::{KindWords, kind_words},
    error::AppError,
    server_side::{Desk, refused},
};
use domain::{
    account::ServiceAccount,
    credential::CredentialKind,
    ids::{CredentialId, ServiceAccountId},
};
use service::{Caller, ServiceError, credentials::Which};

/// Whose credentials, and where their pages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// As the service is asked.
    pub(crate) which: Which,
    /// What every address of it starts with; a page of one credential follows.
    pub(crate) base: String,
    /// The organisation in the address, where one stands there.
    pub(crate) slug: Option<String>,
}

const MINE: &str = "/settings/tokens";

impl Place {
    /// One's own tokens.
    pub(crate) fn mine() -> Self {
        Self { which: Which::Mine, base: MINE.to_owned(), slug: None }
    }

    /// An organisation's credentials of a kind.
    pub(crate) fn of(slug: &str, kind: CredentialKind) -> Self {
        let base = format!("/orgs/{slug}/{}", kind.rules().path);
        Self { which: Which::Of(kind), base, slug: Some(slug.to_owned()) }
    }

    /// The tokens of a service account.
    pub(crate) fn of_service_account(slug: &str, account: ServiceAccountId) -> Self {
        let base = format!("/orgs/{slug}/service-accounts/{account}/tokens");
        Self { which: Which::ServiceAccount(account), base, slug: Some(slug.to_owned()) }
    }

    /// The place that an address lies in, whatever follows.
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

    /// The kind.
    pub(crate) fn kind(&self) -> CredentialKind {
        self.which.kind()
    }

    /// The words for it.
    pub(crate) fn words(&self) -> &'static KindWords {
        kind_words(self.kind())
    }

    /// The page of one credential.
    pub(crate) fn page(&self, id: CredentialId) -> String {
        format!("{}/{id}", self.base)
    }

    /// The list that it stands in.
    pub(crate) fn list(&self) -> String {
        match (self.which, self.slug.as_deref()) {
            (Which::ServiceAccount(account), Some(slug)) => format!("/orgs/{slug}/service-accounts/{account}"),
            (Which::Of(CredentialKind::PersonalAccessToken), Some(slug)) => format!("/orgs/{slug}/credentials"),
            _ => self.base.clone(),
        }
    }

    /// What that list is called.
    pub(crate) fn list_title(&self) -> &'static str {
        match self.which {
            Which::ServiceAccount(_) => "Service account",
            Which::Of(CredentialKind::PersonalAccessToken) => "Credentials",
            _ => self.words().title,
        }
    }

    /// The way back up.
    pub(crate) fn crumbs(&self) -> Vec<(String, String)> {
        vec![(self.list(), self.list_title().to_owned())]
    }

    /// The list, with the new row marked. Only the id travels.
    pub(crate) fn after_issue(&self, id: CredentialId) -> String {
        format!("{}?issued={id}", self.list())
    }

    /// The list, with a word about what was revoked.
    pub(crate) fn after_revoke(&self, id: CredentialId) -> String {
        format!("{}?revoked={id}", self.list())
    }

    /// The credential's page, with a word about what was done.
    pub(crate) fn after(&self, id: &str, what: &str) -> String {
        let plain: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        format!("{}/{plain}?{what}=1", self.base)
    }
}

impl Desk {
    /// The organisation's name in addresses.
    pub(crate) fn slug(&self) -> String {
        self.membership().map(|membership| membership.org.slug.to_string()).unwrap_or_default()
    }

    /// The place that an address lies in.
    ///
    /// # Errors
    /// Missing, if it is no such address, or of another organisation than the current one.
    pub(crate) fn place(&self, address: &str) -> Result<Place, AppError> {
        let own = |place: &Place| place.slug.as_deref().is_none_or(|slug| slug == self.slug());
        Place::parse(address).filter(own).ok_or_else(|| refused(ServiceError::Missing))
    }

    /// Whether this is the organisation the person acts in.
    ///
    /// # Errors
    /// Missing, if it is another one or none.
    pub(crate) fn own_slug(&self, slug: &str) -> Result<(), AppError> {
        if slug == self.slug() { Ok(()) } else { Err(refused(ServiceError::Missing)) }
    }
}

/// Who calls, and what the address in their form is about.
pub(crate) async fn caller_at(at: &str) -> Result<(Caller, Place), AppError> {
    let desk = super::desk().await?;
    let place = desk.place(at)?;
    Ok((desk.caller, place))
}

/// Who calls, in the organisation that their form names.
pub(crate) async fn caller_in(slug: &str) -> Result<Caller, AppError> {
    let desk = super::desk().await?;
    desk.own_slug(slug)?;
    Ok(desk.caller)
}

/// The page of a service account.
pub(crate) fn service_account_page(slug: &str, account: &ServiceAccount) -> String {
    format!("/orgs/{slug}/service-accounts/{}", account.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whose_credentials_it_is_about() {
        let key = Place::of("acme", CredentialKind::ApiKey);
        assert_eq!(Place::parse("/orgs/acme/api-keys/key_1/revoke"), Some(key.clone()));
        assert_eq!(Place::parse("/settings/tokens"), Some(Place::mine()));
        assert_eq!(Place::parse("/orgs/acme/members"), None);
        assert_eq!(Place::parse("/orgs/acme/service-accounts/nobody/tokens"), None);
        assert_eq!(key.after("key_1/../?x", "saved"), "/orgs/acme/api-keys/key_1x?saved=1");
    }
}
