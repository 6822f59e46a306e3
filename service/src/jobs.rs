//! The background jobs of Mintmark, one per file.
//!
//! Owns the jobs that change an organization's data. Each acts as [`domain::access::Actor::system`], with a permit, a
//! transaction and an event like any use case. The server decides when jobs run. Correctness never depends on a job.

mod deliver_mail;
mod expiry_notices;
mod failed_sign_ins;
mod idle;
