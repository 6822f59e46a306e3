//! The organisations a person belongs to, and switching between them.

use crate::{Caller, Result, Service, ServiceError};
use domain::account::{Membership, Org};

impl Service {
    /// The caller's memberships, by the organisation's name.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn memberships(&self, caller: &Caller) -> Result<Vec<Membership>> {
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let mut memberships = self.inner.db.memberships_of(user).await?;
        memberships.sort_by(|a, b| a.org.name.cmp(&b.org.name).then(a.org.id.cmp(&b.org.id)));
        Ok(memberships)
    }

    /// The caller's organisation of this slug or id, to switch to.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] if the caller is not a member, whether or not it exists.
    pub async fn my_org(&self, caller: &Caller, slug_or_id: &str) -> Result<Org> {
        let same = |org: &Org| org.slug.as_str() == slug_or_id || org.id.to_string() == slug_or_id;
        let memberships = self.memberships(caller).await?;
        memberships.into_iter().map(|membership| membership.org).find(same).ok_or(ServiceError::Missing)
    }
}
