//! What Mintmark does by itself, one job a file.
//!
//! Owns: jobs that change a tenant's data, each as [`domain::access::Actor::system`] with a permit, a transaction and an
//! event like any use case. Never: when they run, which is the server's to say; nothing is correct only because a job ran.

mod deliver_mail;
mod expiry_notices;
mod failed_sign_ins;
mod idle;
