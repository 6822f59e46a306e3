//! Limits of organizations and people.
//!
//! Rejects a change that would exceed a limit, in the transaction of that change. Sets other limits at the console.
//! Mintmark's own jobs have no limits.

mod rates;

pub(crate) use self::rates::{Cap, Caps, ChangeRates};

use crate::{Caller, Result, ServiceError, use_cases::Limits};
use domain::{
    Slug,
    access::{Action, Actor, Permit, Principal, RequestContext},
    audit::{AuditDetail, detail::Setting},
    code::FlawCode,
    error::{FieldErrors, Flaw},
    limits::{Limit, UNLIMITED},
};
use store::{ReadTx, WriteTx};

const JOB: &str = "console";

/// A limit of an organization and its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitUse {
    pub limit: Limit,
    /// The maximum. `None` if there is no limit.
    pub most: Option<u64>,
    /// The current use, if it can be counted.
    pub used: Option<u64>,
}

pub(crate) async fn most_of(tx: &mut ReadTx, limit: Limit) -> Result<u64> {
    let set = tx.limits_set().await?.into_iter().find(|(known, _)| *known == limit);
    Ok(set.map_or_else(|| limit.default_value(), |(_, value)| value))
}

fn reached(limit: Limit, most: u64) -> ServiceError {
    let detail = format!(
        "The limit of this organization is reached: {}, at most {most}. Remove some, or ask the operator of this server \
         to raise the limit {limit}.",
        limit.title()
    );
    FieldErrors::one(Flaw::new(FlawCode::LimitReached, detail).at("")).into()
}

fn is_job(permit: &Permit) -> bool {
    matches!(permit.actor().principal(), Principal::System { .. })
}

const TOO_MANY_CHANGES: &str = "Your organization has made as many changes within a minute as its limit changes_a_minute allows. Wait, then try again. The operator of the server can raise the limit.";

impl Limits<'_> {
    /// Fails if `more` items would exceed the limit of the organization.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`] with `limit_reached`.
    pub(crate) async fn check(self, tx: &mut WriteTx, limit: Limit, more: usize) -> Result<()> {
        if is_job(tx.permit()) || more == 0 {
            return Ok(());
        }
        let (most, more) = (most_of(tx, limit).await?, more as u64);
        if most >= UNLIMITED {
            return Ok(());
        }
        let used = tx.used_of(limit, most.saturating_add(1), self.service.now()).await?;
        if used.saturating_add(more) > most { Err(reached(limit, most)) } else { Ok(()) }
    }

    /// Fails if a person who belongs to `own` organizations may not have another one.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`] with `limit_reached`.
    pub(crate) async fn check_organizations(self, permit: &Permit, own: usize) -> Result<()> {
        let limit = Limit::OrganizationsPerPerson;
        let most = most_of(&mut self.service.inner.db.read(permit).await?, limit).await?;
        if own as u64 >= most { Err(reached(limit, most)) } else { Ok(()) }
    }

    /// Counts a change of the organization. Fails if there were too many within the minute.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Busy`].
    pub(crate) async fn count_change(self, permit: &Permit) -> Result<()> {
        if is_job(permit) {
            return Ok(());
        }
        let (rates, now, org) = (&self.service.inner.changes, self.service.now(), permit.org());
        let counted = rates.count(org, now);
        let most = match counted.most {
            Some(most) => most,
            // The limit is read once a minute.
            None => {
                let most = most_of(&mut self.service.inner.db.read(permit).await?, Limit::ChangesAMinute).await?;
                rates.learn(org, most);
                most
            }
        };
        match counted.changes <= most {
            true => Ok(()),
            false => Err(ServiceError::Busy { detail: TOO_MANY_CHANGES, retry_after_seconds: counted.seconds_left }),
        }
    }

    /// Returns the limits of the caller's organization, for callers who manage its members.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn list(self, caller: &Caller) -> Result<Vec<LimitUse>> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        self.limits_within(&mut self.service.inner.db.read(&permit).await?).await
    }

    async fn limits_within(self, tx: &mut ReadTx) -> Result<Vec<LimitUse>> {
        let set = tx.limits_set().await?;
        let mut all = Vec::new();
        for limit in Limit::ALL {
            let value =
                set.iter().find(|(known, _)| *known == limit).map_or(limit.default_value(), |(_, value)| *value);
            let is_counted = !matches!(limit, Limit::OrganizationsPerPerson | Limit::ChangesAMinute);
            let used = match is_counted {
                true => Some(tx.used_of(limit, UNLIMITED, self.service.now()).await?),
                false => None,
            };
            all.push(LimitUse { limit, most: (value < UNLIMITED).then_some(value), used });
        }
        Ok(all)
    }

    /// Returns the limits of an organization, for the operator at the console.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if there is no such organization.
    pub async fn list_at_the_console(self, slug: &str) -> Result<Vec<LimitUse>> {
        let permit = self.console_permit(slug).await?;
        self.limits_within(&mut self.service.inner.db.read(&permit).await?).await
    }

    /// Sets a limit of an organization, for the operator at the console. `None` removes the limit.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if there is no such organization.
    pub async fn set_at_the_console(self, slug: &str, limit: Limit, value: Option<u64>) -> Result<()> {
        let permit = self.console_permit(slug).await?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        self.set(&mut tx, limit, value).await?;
        let org = self.service.inner.db.org(permit.org()).await?.ok_or(ServiceError::Missing)?;
        let setting = Setting::Limit { limit: limit.as_str().to_owned(), value };
        self.service.commit(tx, self.service.event(&org, &AuditDetail::OrganizationSettingsChanged(setting))).await?;
        Ok(())
    }

    pub(crate) async fn set(self, tx: &mut WriteTx, limit: Limit, value: Option<u64>) -> Result<()> {
        Ok(tx.set_limit(limit, value.unwrap_or(UNLIMITED)).await?)
    }

    async fn console_permit(self, slug: &str) -> Result<Permit> {
        let slug = Slug::parse(slug).map_err(|_| ServiceError::Missing)?;
        let org = self.service.inner.db.org_of_slug(&slug).await?.ok_or(ServiceError::Missing)?;
        let context = RequestContext { request_id: JOB.to_owned(), ..RequestContext::default() };
        Ok(Actor::system(org, JOB).permit(Action::ChangeLimits, &context)?)
    }
}
