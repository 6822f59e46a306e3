//! The operations that a credential can perform, now or before it is created, and why it cannot perform others.

use crate::{Caller, Result, use_cases::Credentials};
use domain::{
    access::{Action, MemberRole},
    code::FlawCode,
    credential::{Credential, CredentialKind, Owner},
    error::{FieldErrors, Flaw},
    operation::{CannotBecause, Catalog, preview},
    scope::{ALL, Scope, ScopeSet, catalog::defined},
};

/// One operation and whether a credential can perform it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The name of the API.
    pub api: String,
    /// The id of the operation.
    pub operation: String,
    /// The first reason why the credential cannot perform it, if there is one.
    pub answer: std::result::Result<(), CannotBecause>,
}

/// The answer for every operation of the catalog.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The effective scopes: `all` is expanded and the owner's role is applied.
    pub effective_scopes: ScopeSet,
    pub answers: Vec<Answer>,
}

fn answers(catalog: &Catalog, kind: CredentialKind, held: ScopeSet) -> Preview {
    let answers = preview(catalog, kind, &held);
    let answer = |can: domain::operation::Can<'_>| Answer {
        api: can.api.name.to_string(),
        operation: can.operation.id.clone(),
        answer: can.answer,
    };
    Preview { answers: answers.into_iter().map(answer).collect(), effective_scopes: held }
}

fn held(scopes: &ScopeSet, granted: Option<&ScopeSet>, catalog: &Catalog) -> ScopeSet {
    match granted {
        Some(granted) if scopes.contains(ALL) => granted.clone(),
        Some(granted) => scopes.intersection(granted),
        None => defined(scopes, &catalog.api_scopes()),
    }
}

impl Credentials<'_> {
    /// Returns what a credential of this kind with these scopes could do, if the caller created it for themselves.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Invalid`] for a scope that no API here defines.
    pub async fn preview(self, caller: &Caller, kind: CredentialKind, scopes: &[String]) -> Result<Preview> {
        let permit = self.service.permit(caller, Action::ReadApis).await?;
        let catalog = self.service.apis().catalog(permit.org()).await?;
        let mut errors = FieldErrors::default();
        let known = |text: &str| match Scope::parse(text)? {
            scope if scope.as_str() == ALL || catalog.has_scope(scope.as_str()) => Ok(scope),
            unknown => Err(Flaw::new(FlawCode::UnknownScope, format!("No API here defines the scope {unknown}."))),
        };
        let check = |(index, text): (usize, &String)| errors.check(&format!("/scopes/{index}"), known(text));
        let scopes: ScopeSet = scopes.iter().enumerate().filter_map(check).collect();
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let granted = kind.rules().has_user.then(|| caller.actor.holds());
        Ok(answers(&catalog, kind, held(&scopes, granted.as_ref(), &catalog)))
    }

    /// Returns what a credential can do now. If it has an owner, its scopes and the owner's rights must allow each one.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Missing`] if the credential does not exist or is not within reach.
    pub async fn effective(self, caller: &Caller, id: &str) -> Result<(Credential, Preview)> {
        let credential = self.show_any(caller, id).await?;
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let catalog = self.service.apis().catalog(permit.org()).await?;
        let role = match credential.owner {
            Owner::Organization => None,
            Owner::User(user) => {
                let member = self.service.inner.db.membership(user, permit.org()).await?;
                let left =
                    self.service.inner.db.read(&permit).await?.offboarding(user).await?.map(|left| left.offboarding);
                let left = left.filter(|left| left.is_in_grace(self.service.now())).map(|left| left.role);
                Some(member.map(|member| member.membership.role).or(left))
            }
            Owner::ServiceAccount(account) => {
                Some(Some(self.service.inner.db.read(&permit).await?.service_account(account).await?.role.into()))
            }
        };
        let grants = |role: MemberRole| role.scopes(&catalog.api_scopes());
        let granted = role.map(|role: Option<MemberRole>| role.map(grants).unwrap_or_default());
        let held = held(&credential.grant.scopes, granted.as_ref(), &catalog);
        Ok((credential.clone(), answers(&catalog, credential.kind(), held)))
    }
}
