//! Version 1 of the token API: one file per group of routes, objects under `types`.

pub(crate) mod apis;
pub(crate) mod audit_events;
pub(crate) mod clients;
pub(crate) mod credentials;
pub(crate) mod lifecycle;
pub(crate) mod me;
pub(crate) mod members;
pub(crate) mod offboarding;
pub(crate) mod org_authorizations;
pub(crate) mod policies;
pub(crate) mod roles;
pub(crate) mod service_accounts;
pub(crate) mod token_requests;
pub(crate) mod types;
