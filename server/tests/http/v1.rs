mod audit_events;
mod bulk;
mod catalogue;
mod idempotency;
mod kinds;
mod me;
mod me_tokens;
mod rolling;
