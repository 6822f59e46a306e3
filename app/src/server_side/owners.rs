//! What owners are called, for lists in which credentials of several owners stand side by side.

use super::{Desk, PageRequest, service};
use domain::{
    access::Action,
    credential::{Credential, Owner},
};

/// The names of the owners whom the person may know of.
pub(crate) struct OwnerNames {
    organisation: String,
    me: String,
    my_id: String,
    service_accounts: Vec<(String, String)>,
}

impl OwnerNames {
    /// Finds them; service accounts only where there may be some among the credentials.
    pub(crate) async fn find(desk: &Desk) -> Self {
        let mut service_accounts = Vec::new();
        if desk.may_for_all(Action::ReadServiceAccounts)
            && let Ok(service) = service()
            && let Ok(page) =
                service.list_service_accounts(&desk.caller, &PageRequest::new(PageRequest::MAX_LIMIT, None)).await
        {
            service_accounts =
                page.items.iter().map(|account| (account.id.to_string(), account.name.to_string())).collect();
        }
        let actor = &desk.caller.actor;
        let my_id = actor.owner().id(actor.org());
        Self { organisation: desk.org_name(), me: actor.name().to_string(), my_id, service_accounts }
    }

    /// Every owner that can be filtered by: id and name.
    pub(crate) fn choices(&self, organisation_id: String) -> Vec<(String, String)> {
        let mut choices = vec![
            (organisation_id, format!("{} (organisation)", self.organisation)),
            (self.my_id.clone(), format!("{} (you)", self.me)),
        ];
        choices
            .extend(self.service_accounts.iter().map(|(id, name)| (id.clone(), format!("{name} (service account)"))));
        choices
    }

    /// Who owns this credential.
    pub(crate) fn of(&self, credential: &Credential) -> String {
        let id = credential.owner.id(credential.org);
        match credential.owner {
            Owner::Organization => self.organisation.clone(),
            Owner::User(_) if id == self.my_id => self.me.clone(),
            Owner::User(_) if id == credential.created_by.id => credential.created_by.name.to_string(),
            Owner::User(_) => id,
            Owner::ServiceAccount(_) => {
                let known = self.service_accounts.iter().find(|(known, _)| *known == id);
                known.map_or(id, |(_, name)| name.clone())
            }
        }
    }
}
