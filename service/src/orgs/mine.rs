//! Lists the organizations of a person, and finds the one to switch to.

use crate::{Caller, Result, ServiceError, use_cases::Orgs};
use domain::account::{Membership, Org};

impl Orgs<'_> {
    /// Returns the caller's memberships, sorted by the organization's name.
    ///
    /// # Errors
    /// Fails if the caller is not a person, or if the database is not available.
    pub async fn memberships(self, caller: &Caller) -> Result<Vec<Membership>> {
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let mut memberships = self.service.inner.db.memberships_of(user).await?;
        memberships.sort_by(|a, b| a.org.name.cmp(&b.org.name).then(a.org.id.cmp(&b.org.id)));
        Ok(memberships)
    }

    /// Returns the caller's organization with this slug or id.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the caller is not a member, whether or not the organization exists.
    pub async fn mine(self, caller: &Caller, slug_or_id: &str) -> Result<Org> {
        let same = |org: &Org| org.slug.as_str() == slug_or_id || org.id.to_string() == slug_or_id;
        let memberships = self.memberships(caller).await?;
        memberships.into_iter().map(|membership| membership.org).find(same).ok_or(ServiceError::Missing)
    }
}
