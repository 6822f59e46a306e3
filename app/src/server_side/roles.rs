//! Scopes that the role form offers, and saving a role.

use super::{Caller, PageContext, offers, refused, service};
use crate::{credentials::ScopeOffer, error::AppError};
use domain::{access::CustomRole, scope::ALL};
use service::roles::{RoleDraft, RoleEdit};

/// Every scope, by heading. Includes scopes of this role that no API defines anymore.
pub(crate) async fn role_scopes(
    context: &PageContext,
    role: Option<&CustomRole>,
) -> Result<Vec<(String, Vec<ScopeOffer>)>, AppError> {
    let catalog = service()?.apis().show_catalog(&context.caller).await.map_err(refused)?;
    let mut offered = offers::scopes(&catalog, &context.caller.actor.holds(), false);
    let gone = role.into_iter().flat_map(|role| role.scopes.iter()).filter(|scope| !catalog.has_scope(scope.as_str()));
    offered.extend(gone.map(|scope| ScopeOffer {
        name: scope.to_string(),
        title: scope.to_string(),
        description: "No API defines it any more, so it grants nothing.".to_owned(),
        group: "Gone".to_owned(),
        may_give: true,
    }));
    let mut groups: Vec<(String, Vec<ScopeOffer>)> = Vec::new();
    for scope in offered.into_iter().filter(|scope| scope.name != ALL) {
        match groups.iter_mut().find(|(name, _)| *name == scope.group) {
            Some((_, members)) => members.push(scope),
            None => groups.push((scope.group.clone(), vec![scope])),
        }
    }
    Ok(groups)
}

/// Creates a role, or changes the one with this ID. An empty `id` creates one.
pub(crate) async fn save_role(caller: &Caller, id: &str, version: &str, draft: RoleDraft) -> Result<(), AppError> {
    let saved = if id.is_empty() {
        service()?.roles().create(caller, &draft).await
    } else {
        let RoleDraft { name, description, scopes, reach } = draft;
        let edit =
            RoleEdit { name: Some(name), description: Some(description), scopes: Some(scopes), reach: Some(reach) };
        service()?.roles().edit(caller, id, &edit, Some(version)).await
    };
    saved.map(drop).map_err(refused)
}
