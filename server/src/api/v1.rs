//! Version 1 of the token API: one file per group of routes, objects under `types`.

pub(crate) mod me;
pub(crate) mod tokens;
mod types;
