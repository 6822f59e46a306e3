//! Verification: what is asked about a presented credential, and the verdict.
//!
//! Owns: every code of the public contract and the order in which causes count. The same function answers
//! `POST /v1/verify`, forward authentication, introspection and Mintmark's own gate. A verdict is an answer, not an error.
//! Never: where the facts come from.

mod elsewhere;
mod rate;
mod verdict;

pub use self::elsewhere::{Acquaintance, elsewhere};
pub use self::rate::{Allowance, QuotaLeft, Taken, take};
pub use self::verdict::{Facts, Needs, Require, SecretEnd, Verdict, missing_scopes, verdict};
