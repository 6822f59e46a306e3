//! The log: one JSON line an event, on standard error.
//!
//! Owns: the form of the log. Never: a header, a query string or a body; handlers log what they mean, by name.

use tracing_subscriber::{EnvFilter, filter::ParseError};

/// Starts logging at the levels that `filter` names, such as `info` or `info,sqlx=debug`.
///
/// # Errors
/// The filter cannot be read.
pub(crate) fn start(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let _ = tracing_subscriber::fmt().with_env_filter(filter).json().with_writer(std::io::stderr).try_init();
    Ok(())
}
