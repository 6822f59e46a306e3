//! The log: one JSON line per event, on standard error.
//!
//! This module owns the format. Never log a header, a query string or a body; handlers log the fields they need by
//! name.

use tracing_subscriber::{EnvFilter, filter::ParseError};

/// Starts logging with the levels in `filter`, such as `info` or `info,sqlx=debug`.
///
/// # Errors
/// The filter cannot be parsed.
pub(crate) fn start(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let _ = tracing_subscriber::fmt().with_env_filter(filter).json().with_writer(std::io::stderr).try_init();
    Ok(())
}
