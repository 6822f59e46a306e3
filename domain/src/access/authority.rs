//! Who may come by something that acts for somebody.
//!
//! Owns: the one question that every door asks which creates, reveals, widens, transfers or approves a credential. Scopes
//! alone are not authority: whose it is, how far it reaches and what bounds it count too. The service asks inside the
//! transaction of the change, with the actor and the owner as they are there.

use super::{Actor, Bound, Bounds, Denied, MemberRole, policy::Extent};
use crate::{credential::Owner, ids::CredentialId, scope::ScopeSet};

/// What an actor would come by.
#[derive(Clone, Debug)]
pub struct Obtained {
    /// As whom it acts.
    pub owner: Owner,
    /// What that owner is now; none: an application of the organization, or a person who has left.
    pub role: Option<MemberRole>,
    /// Its scopes, and also what they are worth with this owner.
    pub scopes: ScopeSet,
    /// What bounds it.
    pub bounds: Bounds,
    /// The credential, if it exists already.
    pub existing: Option<CredentialId>,
    /// Whether it works in another organization too.
    pub works_elsewhere: bool,
}

/// How it would be come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A new credential, whose secret the actor is shown.
    Create,
    /// A new secret or key of an existing credential.
    Reveal,
    /// More rights for a secret that exists already.
    Widen,
    /// Another owner for a secret that exists already.
    Transfer,
    /// A credential that somebody else asked for, and whose secret they have.
    Approve,
}

/// Whether `actor` may come by it.
///
/// # Errors
/// [`Denied`]: [`Denied::CredentialItselfRequired`] for an access token, [`Denied::NotTheOwner`] for another person's token,
/// [`Denied::UserContextRequired`] and [`Denied::BeyondReach`] for what the actor could not be, [`Denied::MissingScope`], or
/// [`Denied::Beyond`] a bound.
pub fn may_obtain(actor: &Actor, door: Door, wanted: &Obtained) -> Result<(), Denied> {
    if actor.is_access_token() {
        return Err(Denied::CredentialItselfRequired);
    }
    let is_itself = wanted.existing.is_some() && wanted.existing == actor.credential();
    if door == Door::Reveal && is_itself {
        return Ok(());
    }
    may_act_as(actor, door, wanted)?;
    let is_the_person = actor.bounds().is_none() && actor.owner() == wanted.owner;
    if door == Door::Reveal && is_the_person {
        return Ok(());
    }
    actor.may_grant(&wanted.scopes)?;
    let Some(own) = actor.bounds() else { return Ok(()) };
    let exceeded = match door {
        // Whoever asked has the secret, and it is worth no more than they are: the approver answers for what it is for, not
        // for where, how often and how long it is used.
        Door::Approve => own.exceeded_by(&Bounds {
            env: wanted.bounds.env,
            resources: wanted.bounds.resources.clone(),
            ..own.clone()
        }),
        _ => own.exceeded_by(&wanted.bounds),
    };
    exceeded.map_or(Ok(()), |bound| Err(Denied::Beyond(bound)))
}

/// Whether the actor could be the owner, whatever the scopes.
fn may_act_as(actor: &Actor, door: Door, wanted: &Obtained) -> Result<(), Denied> {
    let is_the_owner = actor.owner() == wanted.owner;
    match wanted.owner {
        Owner::User(_) if door == Door::Approve => covers(actor, wanted.role.as_ref()),
        Owner::User(_) if !is_the_owner => Err(Denied::NotTheOwner),
        // Its home bounds what a credential obtains, and this works beyond it.
        Owner::User(_) if wanted.works_elsewhere && actor.bounds().is_some() => Err(Denied::NotTheOwner),
        Owner::User(_) => Ok(()),
        Owner::ServiceAccount(_) if is_the_owner => Ok(()),
        Owner::ServiceAccount(_) if actor.role().is_none() => Err(Denied::UserContextRequired),
        Owner::ServiceAccount(_) => covers(actor, wanted.role.as_ref()),
        Owner::Organization => reaches(actor, Extent::Everyone),
    }
}

fn covers(actor: &Actor, role: Option<&MemberRole>) -> Result<(), Denied> {
    reaches(actor, role.map_or(Extent::Own, MemberRole::reach))
}

fn reaches(actor: &Actor, wanted: Extent) -> Result<(), Denied> {
    let own = actor.role().map_or(Extent::Everyone, MemberRole::reach);
    if own.covers(wanted) { Ok(()) } else { Err(Denied::BeyondReach) }
}

impl Bound {
    /// The stable code of a refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Environment => "environment_exceeds_issuer",
            Self::Resources => "resource_not_in_scope",
            Self::Networks => "ip_allowlist_exceeds_issuer",
            Self::RateLimit => "rate_limit_exceeds_issuer",
            Self::Quota => "quota_exceeds_issuer",
            Self::Lifetime => "lifetime_exceeds_issuer",
        }
    }

    /// What to do instead.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Environment => {
                "Your credential is for testing. Ask for a test credential, or use a live one or the browser."
            }
            Self::Resources => {
                "Your credential is limited to resources. Limit this one to the same resources, or to some of them."
            }
            Self::Networks => {
                "Your credential has an IP allowlist. Give this one the same networks, or some of them, or do it in the browser."
            }
            Self::RateLimit => {
                "Your credential has a rate limit. Give this one the same limit or a lower one, or do it in the browser."
            }
            Self::Quota => {
                "Your credential has a quota. Give this one the same quota or a lower one, or do it in the browser."
            }
            Self::Lifetime => {
                "A credential cannot obtain or widen one that outlives it. Use a credential that lives as long, or the browser."
            }
        }
    }
}
