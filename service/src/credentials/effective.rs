//! What a credential can do, now or if it were issued so, and what it cannot and why.

use crate::{Caller, Result, Service};
use domain::{
    access::{Action, MemberRole},
    credential::{Credential, CredentialKind, Owner},
    error::{FieldErrors, Flaw},
    operation::{CannotBecause, Catalogue, preview},
    scope::{ALL, Scope, ScopeSet, catalogue::defined},
};

/// One operation and whether it can be performed.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The name of its API.
    pub api: String,
    /// The id of the operation.
    pub operation: String,
    /// Nothing, or why not.
    pub answer: std::result::Result<(), CannotBecause>,
}

/// The answer for every operation of the catalogue.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The scopes that count, with `all` spelt out and the owner's rights taken into account.
    pub effective_scopes: ScopeSet,
    /// Every operation.
    pub answers: Vec<Answer>,
}

fn answers(catalogue: &Catalogue, kind: CredentialKind, held: ScopeSet) -> Preview {
    let answers = preview(catalogue, kind, &held);
    let answer = |can: domain::operation::Can<'_>| Answer {
        api: can.api.name.to_string(),
        operation: can.operation.id.clone(),
        answer: can.answer,
    };
    Preview { answers: answers.into_iter().map(answer).collect(), effective_scopes: held }
}

fn held(scopes: &ScopeSet, granted: Option<&ScopeSet>, catalogue: &Catalogue) -> ScopeSet {
    match granted {
        Some(granted) if scopes.contains(ALL) => granted.clone(),
        Some(granted) => scopes.intersection(granted),
        None => defined(scopes, &catalogue.api_scopes()),
    }
}

impl Service {
    /// What a credential of this kind with these scopes would be able to do, issued by the caller for themselves.
    ///
    /// # Errors
    /// [`crate::ServiceError::Invalid`] for what is no scope of any API here.
    pub async fn preview(&self, caller: &Caller, kind: CredentialKind, scopes: &[String]) -> Result<Preview> {
        let permit = self.permit(caller, Action::ReadApis).await?;
        let catalogue = self.catalogue(permit.org()).await?;
        let mut errors = FieldErrors::default();
        let known = |text: &str| match Scope::parse(text)? {
            scope if scope.as_str() == ALL || catalogue.has_scope(scope.as_str()) => Ok(scope),
            unknown => Err(Flaw::new("unknown_scope", format!("No API here defines the scope {unknown}."))),
        };
        let check = |(index, text): (usize, &String)| errors.check(&format!("/scopes/{index}"), known(text));
        let scopes: ScopeSet = scopes.iter().enumerate().filter_map(check).collect();
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let granted = kind.rules().has_user.then(|| caller.actor.holds());
        Ok(answers(&catalogue, kind, held(&scopes, granted.as_ref(), &catalogue)))
    }

    /// What a credential can do now: for one that represents somebody, what its scopes and its owner's rights both allow.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`].
    pub async fn effective(&self, caller: &Caller, id: &str) -> Result<(Credential, Preview)> {
        let credential = self.show_any(caller, id).await?;
        let permit = self.permit(caller, Action::ReadInventory).await?;
        let catalogue = self.catalogue(permit.org()).await?;
        let role = match credential.owner {
            Owner::Organization => None,
            Owner::User(user) => {
                let member = self.inner.db.membership(user, permit.org()).await?;
                let left = self.inner.db.read(&permit).await?.departure(user).await?.map(|left| left.departure);
                let left = left.filter(|left| left.is_in_grace(self.now())).map(|left| left.role);
                Some(member.map(|member| member.membership.role).or(left))
            }
            Owner::ServiceAccount(account) => {
                Some(Some(self.inner.db.read(&permit).await?.service_account(account).await?.role.into()))
            }
        };
        let grants = |role: MemberRole| role.scopes(&catalogue.api_scopes());
        let granted = role.map(|role: Option<MemberRole>| role.map(grants).unwrap_or_default());
        let held = held(&credential.scopes, granted.as_ref(), &catalogue);
        Ok((credential.clone(), answers(&catalogue, credential.kind(), held)))
    }
}
