//! Verification: the request about a presented credential, and the verdict on it.
//!
//! This module owns the codes of the public contract and the order of the checks. One function answers `POST
//! /v1/verify`, forward authentication, introspection and Mintmark's own gate. A verdict is a result, not an error.
//! `verifier` holds the data that the verdict depends on.

mod cross_org;
mod rate;
mod verdict;

pub use self::cross_org::{CrossOrgRelation, check_cross_org};
pub use self::rate::{Allowance, QuotaLeft, Taken, take};
pub use self::verdict::{AccessRequest, CredentialState, Require, SecretEnd, Verdict, missing_scopes, verdict};
