//! What owners are called, for lists in which credentials of several owners stand side by side.

use super::{Desk, service};
use domain::{
    access::Action,
    credential::{Credential, Owner},
};
use service::credentials::OwnerName;

/// More owners than this are no list to choose from; the search finds the rest.
const MAX_CHOICES: usize = 500;

/// The names of the owners whom the person may know of.
pub(crate) struct OwnerNames {
    organisation: String,
    me: String,
    my_id: String,
    known: Vec<OwnerName>,
}

impl OwnerNames {
    /// Finds them. Without names a list is still a list, so a refusal leaves the ids.
    pub(crate) async fn find(desk: &Desk) -> Self {
        let known = match service() {
            Ok(service) if desk.may(Action::ReadInventory) => service.credential_owners(&desk.caller).await.ok(),
            _ => None,
        };
        let actor = &desk.caller.actor;
        Self {
            organisation: desk.org_name(),
            me: actor.name().to_string(),
            my_id: actor.owner().id(actor.org()),
            known: known.unwrap_or_default(),
        }
    }

    /// Every owner that can be filtered by: id and name.
    pub(crate) fn choices(&self, organisation_id: String) -> Vec<(String, String)> {
        let mut choices = vec![
            (organisation_id, format!("{} (organisation)", self.organisation)),
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

    /// Who owns this credential.
    pub(crate) fn of(&self, credential: &Credential) -> String {
        let id = credential.owner.id(credential.org);
        let known = self.known.iter().find(|known| known.owner == credential.owner);
        match (credential.owner, known) {
            (Owner::Organization, _) => self.organisation.clone(),
            (_, Some(known)) => known.name.to_string(),
            (Owner::User(_), None) if id == self.my_id => self.me.clone(),
            (_, None) => id,
        }
    }
}
