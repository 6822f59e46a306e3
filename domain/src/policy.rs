//! Policies: the requirements of an organization for each kind of credential.
//!
//! This module owns the requirements, the notice period and the exceptions. A policy is announced before it is
//! enforced, so that nothing stops working by surprise. Its effect on a credential is derived from dates. For
//! permissions within Mintmark, see [`crate::access`].

mod draft;
mod rules;
mod stages;

pub use self::draft::PolicyDraft;
pub use self::rules::{Existing, Lifetimes, Objection, Rules};
pub use self::stages::{Block, Exception, Policies, Policy, Version};
