//! The pages. Each finds its data through `server_side` and puts shared pieces together; nothing else.

mod home;
mod new_org;
mod new_token;
mod not_found;
mod revoke_token;
mod sessions;
mod sign_in;
mod sign_up;
mod token;
mod tokens;

pub(crate) use self::home::Home;
pub(crate) use self::new_org::NewOrgPage;
pub(crate) use self::new_token::NewTokenPage;
pub(crate) use self::not_found::NotFound;
pub(crate) use self::revoke_token::RevokeTokenPage;
pub(crate) use self::sessions::SessionsPage;
pub(crate) use self::sign_in::SignInPage;
pub(crate) use self::sign_up::SignUpPage;
pub(crate) use self::token::TokenPage;
pub(crate) use self::tokens::TokensPage;

use crate::{error::AppError, server_side::posted_error};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_params_map, use_query_map};

/// One parameter of the page's query.
fn query(name: &str) -> Option<String> {
    use_query_map().with_untracked(|query| query.get(name))
}

/// The id in the page's path.
fn id_in_path() -> String {
    use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default()
}

/// What a native form post to `F` was refused for, if that led here.
fn refusal_of<F: ServerFn<Error = AppError>>() -> Option<AppError> {
    posted_error::<F>(query("__path"), query("__err"))
}
