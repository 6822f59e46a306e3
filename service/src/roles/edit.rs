//! Edits custom roles. The new rights apply from the next call of everyone who has the role.

use super::name_taken;
use crate::{Caller, Result, ServiceError, use_cases::CustomRoles};
use domain::{
    access::{Action, CustomRole, RoleEdit, check_role_edit, may_give},
    audit::{
        AuditDetail,
        detail::{Changes, Field},
    },
    ids::RoleId,
    scope::ScopeSet,
};
use serde_json::json;

impl CustomRoles<'_> {
    /// Edits a custom role. Absent fields keep their values. The caller needs all rights that the role grants before
    /// and after. An edit without a difference writes nothing. `expected` is the version that the caller has seen.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if there is no such role.
    /// * [`ServiceError::Changed`] if it has another version than expected.
    /// * The errors of [`CustomRoles::create`].
    pub async fn edit(self, caller: &Caller, id: &str, edit: &RoleEdit, expected: Option<&str>) -> Result<CustomRole> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let id: RoleId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let by = self.service.members().manages(&mut tx).await?;
        let before = tx.custom_role(id).await?;
        if expected.is_some_and(|expected| expected != before.version()) {
            return Err(ServiceError::Changed);
        }
        let after = check_role_edit(edit, &before, &by.api_scopes)?;
        for role in [&before, &after] {
            may_give(&by.rights, &by.rights_of(&role.clone().into()))?;
        }
        let changes = changes(&before, &after);
        if changes.is_empty() {
            return Ok(before);
        }
        tx.update_custom_role(&after).await.map_err(name_taken)?;
        self.service.commit(tx, self.service.event(&after, &AuditDetail::RoleUpdated(changes))).await?;
        Ok(after)
    }
}

fn changes(before: &CustomRole, after: &CustomRole) -> Changes {
    let changes = Changes::between([
        (Field::Name, json!(before.name), json!(after.name)),
        (Field::Description, json!(before.description), json!(after.description)),
        (Field::Reach, json!(before.reach), json!(after.reach)),
    ]);
    let (added, removed) = (after.scopes.difference(&before.scopes), before.scopes.difference(&after.scopes));
    if added.is_empty() && removed.is_empty() {
        return changes;
    }
    let names = |scopes: ScopeSet| Some(scopes.iter().map(ToString::to_string).collect());
    changes.extending(Field::Scopes, names(added), names(removed))
}
