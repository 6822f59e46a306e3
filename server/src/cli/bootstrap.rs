//! `mintmark bootstrap`

use super::{Failure, say, setup::open_service};
use crate::config::Config;
use clap::Args;
use domain::error::FieldError;
use serde_json::json;
use service::{Password, ServiceError};
use std::io::Read;
use zeroize::Zeroizing;

#[derive(Args)]
pub(super) struct Arguments {
    /// Slug of the organization, such as acme
    #[arg(long)]
    org: String,
    /// Email address of the owner
    #[arg(long)]
    email: String,
    /// Read the owner's password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = Config::load()?;
    let mut password = Zeroizing::new(String::new());
    std::io::stdin().read_to_string(&mut password).map_err(|error| format!("cannot read the password: {error}"))?;
    let password = Password::new(password.trim_end_matches(['\r', '\n']).to_owned());
    let service = open_service(&config).await?;
    let made = service.bootstrap(&arguments.org, &arguments.email, password).await.map_err(explain)?;
    let (org, user, token) = (made.owner.org.id, made.owner.user.id, made.token.expose());
    if arguments.json {
        say(&json!({ "org_id": org, "user_id": user, "token": token }).to_string());
    } else {
        say(&format!("Organization {org}\nOwner        {user}\nToken        {token}\n\nThe token is shown this once."));
    }
    service.db().close().await;
    Ok(())
}

/// Returns the error as one line that says how to fix it.
pub(super) fn explain(error: ServiceError) -> Failure {
    match error {
        ServiceError::Invalid(errors) => {
            let said = |error: FieldError| format!("--{}: {}", error.pointer.trim_start_matches('/'), error.detail);
            errors.0.into_iter().map(said).collect::<Vec<_>>().join("; ").into()
        }
        ServiceError::Unavailable(source) | ServiceError::Internal(source) => source,
        other => other.into(),
    }
}
