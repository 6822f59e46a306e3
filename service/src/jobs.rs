//! The background jobs of Mintmark, one per file.
//!
//! Owns the jobs, and the loop that runs each of them at its time ([`maintenance`]). A job that changes an
//! organization's data acts as [`domain::access::Actor::system`], with a permit, a transaction and an event like any
//! use case. Correctness never depends on a job.

mod deliver_mail;
mod expiry_notices;
mod failed_sign_ins;
mod idle;
mod maintenance;
mod sweep;
