//! What an organisation asks of its credentials of each kind.
//!
//! Owns: the rules, from when they count, and whom they let off. A policy is announced before it is enforced, so that nothing
//! stops working by surprise; what it does to a credential at a moment is worked out from dates, as everything about a
//! credential is. Never: who may do what in Mintmark itself; that is [`crate::access`].

mod draft;
mod rules;
mod stages;

pub use self::draft::PolicyDraft;
pub use self::rules::{Existing, Lifetimes, Objection, Rules};
pub use self::stages::{Block, Exception, Policies, Policy, Version};
