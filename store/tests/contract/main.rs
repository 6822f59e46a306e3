//! The store contract: the guarantees that callers may rely on, tested on SQLite and on PostgreSQL.
//!
//! Each file covers one promise. A test is an `async fn(TestDb)` whose name states the guarantee. `on_both!` runs it on
//! a new database of each kind. `MINTMARK_TEST_POSTGRES_URL` names the PostgreSQL server; `make test` sets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

#[macro_use]
mod support;

mod accounts;
mod addresses;
mod apis;
mod audit_chain;
mod audit_list;
mod claims;
mod connecting;
mod credentials;
mod feed;
mod inventory;
mod load;
mod notices;
mod offboardings;
mod org_authorizations;
mod outbox;
mod overview;
mod pages;
mod platform;
mod policies;
mod recognizing;
mod roles;
mod rolling;
mod schema;
mod searching;
mod service_accounts;
mod sessions;
mod snapshot;
mod statements;
mod tenants;
mod token_service;
mod transactions;
mod upgrade;
mod usage;
mod usage_sources;
