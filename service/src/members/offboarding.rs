//! Offboarding: former members with tokens to decide on, and the grace periods of these tokens.
//!
//! Leaving sets the end of the grace period, in one transaction. Each call compares its time with that date
//! (`verify/terms.rs`), so nothing needs to run on the date. The tokens can be revoked and transferred like any others.

use crate::{Caller, Result, ServiceError, use_cases::Members};
use domain::{
    Name, Timestamp,
    access::{Action, Offboarding, may_give},
    audit::{AuditDetail, Target, detail::Span},
    credential::{Credential, DAY_SECONDS, Owner},
    error::{FieldErrors, Flaw},
    ids::{CredentialId, UserId},
};
use std::collections::HashMap;
use store::{InventoryFilter, MemberOfOrg, NamedOffboarding, PageRequest, WriteTx};

/// The maximum number of listed tokens. The inventory lists all of them.
const MOST: usize = 1_000;
const DAY: i64 = DAY_SECONDS * 1_000;

/// A former member with tokens to decide on.
#[derive(Clone, Debug)]
pub struct FormerMember {
    pub user: UserId,
    pub name: Name,
    /// When they left, and when the grace period ends. `None` if they left before this was recorded.
    pub offboarding: Option<Offboarding>,
    /// Their live tokens, each with the number of calls today.
    pub tokens: Vec<(Credential, u64)>,
}

/// The end of a grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// At this time.
    Until(Timestamp),
    /// This number of days after the owner left.
    Days(i64),
}

impl Members<'_> {
    /// Returns the former members with tokens that were neither revoked nor transferred.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn offboarding(self, caller: &Caller) -> Result<Vec<FormerMember>> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        self.service.node().flush_usage().await?;
        let now = self.service.now();
        let mut tx = self.service.inner.db.read(&permit).await?;
        let filter = InventoryFilter { without_owner: true, is_live: true, ..InventoryFilter::default() };
        let (mut tokens, mut cursor) = (Vec::new(), None);
        loop {
            let page = tx.inventory(&filter, now, &PageRequest::new(PageRequest::MAX_LIMIT, cursor)).await?;
            tokens.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() || tokens.len() >= MOST {
                break;
            }
        }
        let today = Timestamp::from_millis(now.millis().div_euclid(DAY) * DAY);
        let calls: HashMap<CredentialId, u64> = tx.calls_of_abandoned(today).await?.into_iter().collect();
        let offboardings: HashMap<_, _> =
            tx.offboardings().await?.into_iter().map(|left| (left.offboarding.user, left.offboarding)).collect();
        let names = tx.owner_names().await?;
        let mut people: Vec<FormerMember> = Vec::new();
        for token in tokens {
            let Owner::User(user) = token.owner else { continue };
            let used = calls.get(&token.id).copied().unwrap_or(0);
            match people.iter_mut().find(|person| person.user == user) {
                Some(person) => person.tokens.push((token, used)),
                None => {
                    let known = names.iter().find(|known| known.owner == token.owner);
                    let name = known.map(|known| known.name.clone()).unwrap_or_else(|| token.created_by.name.clone());
                    let offboarding = offboardings.get(&user).cloned();
                    people.push(FormerMember { user, name, offboarding, tokens: vec![(token, used)] });
                }
            }
        }
        // People whose tokens stop next come first. Those with an ended grace period come last.
        let order = |person: &FormerMember| {
            let end = person.offboarding.as_ref().filter(|left| left.is_in_grace(now)).map(|left| left.grace_ends_at);
            (end.is_none(), end, std::cmp::Reverse(person.offboarding.as_ref().map(|left| left.left_at)))
        };
        people.sort_by_key(order);
        Ok(people)
    }

    /// Changes the end of a former member's grace period, to at most thirty days after they left.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the person has not left.
    /// * [`ServiceError::Invalid`] with `grace_too_long`.
    /// * [`ServiceError::Forbidden`] with `owners_only`, if the caller extends it for a former owner and is no owner.
    /// * [`ServiceError::Forbidden`] with `reach_beyond_own`, or [`ServiceError::MissingScope`], if the tokens have
    ///   rights that the caller does not have.
    pub async fn change_grace(self, caller: &Caller, id: &str, grace: Grace) -> Result<Offboarding> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        let by = self.manages(&mut tx).await?;
        let NamedOffboarding { offboarding: before, name } = tx.offboarding(id).await?.ok_or(ServiceError::Missing)?;
        let (end, pointer) = match grace {
            Grace::Until(end) => (end, "/grace_ends_at"),
            Grace::Days(days) => (before.left_at.plus_seconds(days.saturating_mul(DAY_SECONDS)), "/grace_days"),
        };
        let flaw = |flaw: Flaw| ServiceError::from(FieldErrors::one(flaw.at(pointer)));
        let after = before.with_grace_until(end, self.service.now()).map_err(flaw)?;
        if after.grace_ends_at > before.grace_ends_at {
            // Extending rights is like granting them.
            may_give(&by.rights, &by.rights_of(&before.role))?;
        }
        if after != before {
            tx.update_grace(id, after.grace_ends_at).await?;
            let target = Target { kind: "user", id: id.to_string(), name: Some(name.to_string()) };
            let grace = Span { before: before.grace_ends_at, after: after.grace_ends_at };
            self.service.commit(tx, self.service.event(target, &AuditDetail::MemberGraceChanged(grace))).await?;
        }
        Ok(after)
    }

    /// Ends a membership in this transaction, and sets the end of the grace period. The organization authorizations of
    /// the member's tokens end at once.
    pub(super) async fn offboard(self, tx: &mut WriteTx, member: &MemberOfOrg) -> Result<Offboarding> {
        let days = tx.grace_period_days().await?;
        let offboarding = Offboarding::new(member.user.id, member.role.clone(), self.service.now(), days);
        tx.delete_membership(member.user.id).await?;
        tx.insert_offboarding(&offboarding).await?;
        tx.end_org_authorizations(member.user.id).await?;
        Ok(offboarding)
    }
}
