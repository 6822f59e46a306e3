//! The objects of version 1. Their members are the public contract; `domain` types may change, these may only grow.

mod credential;
mod list;
mod tokens;

pub(crate) use self::credential::CredentialObject;
pub(crate) use self::list::{List, ListParams};
pub(crate) use self::tokens::{EditToken, IssueToken, IssuedToken};
