//! Sets up the first organization from the command line: signs up its owner, then creates a token.

use crate::{
    Caller, Password, Result, Service, ServiceError,
    authn::{SignUp, SignedIn, slug_taken},
    credentials::{CredentialTarget, IssueRequest},
};
use domain::{
    EmailAddress, Slug,
    access::{Actor, RequestContext, Role},
    credential::Issue,
    error::FieldErrors,
    scope::ScopeSet,
    secret::RevealedSecret,
};

/// The result of [`Service::bootstrap`].
pub struct Bootstrapped {
    /// The owner and their organization.
    pub owner: SignedIn,
    /// A personal access token with the scope `all`.
    pub token: RevealedSecret,
}

impl Service {
    /// Creates an organization with its owner, and a personal access token for them. The token has the scope `all` and
    /// the default lifetime.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`] with `slug_taken` at `/org` if the organization exists. Otherwise fails
    /// like sign-up and the creation of a token.
    pub async fn bootstrap(&self, slug: &str, email: &str, password: Password) -> Result<Bootstrapped> {
        let slug = Slug::parse(slug).map_err(|flaw| FieldErrors::one(flaw.at("/org")))?;
        let address = EmailAddress::parse(email).map_err(|flaw| FieldErrors::one(flaw.at("/email")))?;
        if self.inner.db.org_of_slug(&slug).await?.is_some() {
            return Err(slug_taken("/org"));
        }
        let context = RequestContext { request_id: "bootstrap".to_owned(), ip: None, user_agent: None };
        let request = SignUp {
            name: address.local_part().to_owned(),
            email: email.to_owned(),
            password,
            organization: slug.to_string(),
            slug: Some(slug),
        };
        let owner = self.accounts().sign_up_at_the_console(request, &context).await?;
        let (user, nothing) = (&owner.user, ScopeSet::default());
        let actor = Actor::person(user.id, user.name.clone(), owner.org.id, Role::Owner, &nothing, Some(owner.session));
        let issue = Issue { name: "bootstrap".to_owned(), scopes: Some(vec!["all".to_owned()]), ..Issue::default() };
        let request = IssueRequest { issue, ..IssueRequest::default() };
        let issued = self.credentials().issue(&Caller { actor, context }, CredentialTarget::Mine, &request).await?;
        let token = issued.secret.ok_or_else(|| ServiceError::internal("a new token has no secret"))?;
        Ok(Bootstrapped { owner, token })
    }
}
