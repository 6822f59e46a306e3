//! Decides who may gain control of a credential.
//!
//! This module owns the one check for everything that creates, reveals, widens, transfers or approves a credential.
//! Scopes alone are not enough: the owner, the reach and the bounds count too. `service` calls it inside the
//! transaction of the change, with the actor and the owner as read there.

use super::{Actor, Bound, Bounds, Denied, MemberRole, Reach};
use crate::{code::ProblemCode, credential::Owner, ids::CredentialId, scope::ScopeSet};

/// A credential that an actor wants to gain control of.
#[derive(Clone, Debug)]
pub struct Obtained {
    /// The owner that the credential acts for.
    pub owner: Owner,
    /// The current role of the owner. `None` for an application of the organization, and for a former member.
    pub role: Option<MemberRole>,
    /// The scopes of the credential, together with its effective scopes for this owner.
    pub scopes: ScopeSet,
    pub bounds: Bounds,
    /// The id of the credential, if it already exists.
    pub existing: Option<CredentialId>,
    /// Whether the credential also works in another organization.
    pub works_elsewhere: bool,
}

/// The way in which an actor gains control of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A new credential. The actor sees its secret.
    Create,
    /// A new secret or key of an existing credential.
    Reveal,
    /// More rights for an existing secret.
    Widen,
    /// Another owner for an existing secret.
    Transfer,
    /// A credential that another person requested. That person has the secret.
    Approve,
}

/// Checks whether `actor` may gain control of the credential.
///
/// # Errors
/// * [`Denied::CredentialItselfRequired`]: the actor presented an access token.
/// * [`Denied::NotTheOwner`]: the token belongs to another person.
/// * [`Denied::NotTheOwner`]: the token belongs to another person, or works outside the home of the calling credential.
/// * [`Denied::MissingScope`]: the actor does not hold all of the scopes.
/// * [`Denied::Beyond`]: the credential exceeds a bound of the actor.
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
        // The requester already has the secret, and it never exceeds the rights of the requester. The approver answers
        // for environment and resources, but not for addresses, rates and lifetime.
        Door::Approve => own.exceeded_by(&Bounds {
            env: wanted.bounds.env,
            resources: wanted.bounds.resources.clone(),
            ..own.clone()
        }),
        _ => own.exceeded_by(&wanted.bounds),
    };
    exceeded.map_or(Ok(()), |bound| Err(Denied::Beyond(bound)))
}

/// Checks whether the actor can act for the owner, regardless of scopes.
fn may_act_as(actor: &Actor, door: Door, wanted: &Obtained) -> Result<(), Denied> {
    let is_the_owner = actor.owner() == wanted.owner;
    match wanted.owner {
        Owner::User(_) if door == Door::Approve => covers(actor, wanted.role.as_ref()),
        Owner::User(_) if !is_the_owner => Err(Denied::NotTheOwner),
        // A credential is bounded by its home organization, but this token works outside it too.
        Owner::User(_) if wanted.works_elsewhere && actor.bounds().is_some() => Err(Denied::NotTheOwner),
        Owner::User(_) => Ok(()),
        Owner::ServiceAccount(_) if is_the_owner => Ok(()),
        Owner::ServiceAccount(_) if actor.role().is_none() => Err(Denied::UserContextRequired),
        Owner::ServiceAccount(_) => covers(actor, wanted.role.as_ref()),
        Owner::Organization => reaches(actor, Reach::Everyone),
    }
}

fn covers(actor: &Actor, role: Option<&MemberRole>) -> Result<(), Denied> {
    reaches(actor, role.map_or(Reach::Own, MemberRole::reach))
}

fn reaches(actor: &Actor, wanted: Reach) -> Result<(), Denied> {
    let own = actor.role().map_or(Reach::Everyone, MemberRole::reach);
    if own.covers(wanted) { Ok(()) } else { Err(Denied::BeyondReach) }
}

impl Bound {
    pub fn code(self) -> ProblemCode {
        match self {
            Self::Environment => ProblemCode::EnvironmentExceedsIssuer,
            Self::Resources => ProblemCode::ResourceNotInScope,
            Self::Networks => ProblemCode::IpAllowlistExceedsIssuer,
            Self::RateLimit => ProblemCode::RateLimitExceedsIssuer,
            Self::Quota => ProblemCode::QuotaExceedsIssuer,
            Self::Lifetime => ProblemCode::LifetimeExceedsIssuer,
        }
    }

    /// Returns a sentence that says what to do instead.
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
