//! Names of owners, for lists with credentials of several owners.

use super::{PageContext, service};
use domain::{
    access::Action,
    credential::{Credential, Owner},
};
use service::credentials::OwnerName;

/// A longer list is not usable. The search finds the other owners.
const MAX_CHOICES: usize = 500;

/// Names of the owners that the viewer may see.
pub(crate) struct OwnerNames {
    organization: String,
    me: String,
    my_id: String,
    known: Vec<OwnerName>,
}

impl OwnerNames {
    /// Loads the names. If that fails, the list shows IDs instead.
    pub(crate) async fn find(context: &PageContext) -> Self {
        let known = match service() {
            Ok(service) if context.may(Action::ReadInventory) => {
                service.credentials().owners(&context.caller).await.ok()
            }
            _ => None,
        };
        let actor = &context.caller.actor;
        Self {
            organization: context.org_name(),
            me: actor.name().to_string(),
            my_id: actor.owner().id(actor.org()),
            known: known.unwrap_or_default(),
        }
    }

    /// ID and name of every owner that can be filtered by.
    pub(crate) fn choices(&self, organization_id: String) -> Vec<(String, String)> {
        let mut choices = vec![
            (organization_id, format!("{} (organization)", self.organization)),
            (self.my_id.clone(), format!("{} (you)", self.me)),
        ];
        let others = self.known.iter().take(MAX_CHOICES).filter_map(|OwnerName { owner, name }| match owner {
            Owner::User(user) => Some((user.to_string(), name.to_string())).filter(|(id, _)| *id != self.my_id),
            Owner::ServiceAccount(account) => Some((account.to_string(), format!("{name} (service account)"))),
            Owner::Organization => None,
        });
        choices.extend(others);
        choices
    }

    /// Name of the credential's owner, or the ID if the name is unknown.
    pub(crate) fn of(&self, credential: &Credential) -> String {
        let id = credential.owner.id(credential.org);
        let known = self.known.iter().find(|known| known.owner == credential.owner);
        match (credential.owner, known) {
            (Owner::Organization, _) => self.organization.clone(),
            (_, Some(known)) => known.name.to_string(),
            (Owner::User(_), None) if id == self.my_id => self.me.clone(),
            (_, None) => id,
        }
    }
}
