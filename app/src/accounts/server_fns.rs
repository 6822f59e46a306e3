//! The server functions of accounts. Each also works as a native form post. On success it redirects; on an error it
//! returns to the page with the error in the URL.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Creates an account, its first organization and a session.
#[server(name = SignUp, prefix = "/_fn", endpoint = "sign-up")]
pub async fn sign_up(name: String, email: String, organization: String, password: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let wanted = server::SignUp { name, email, password: server::Password::new(password), organization, slug: None };
    let signed_in = server::service()?.accounts().sign_up(wanted, &server::origin()).await.map_err(server::refused)?;
    server::start_session(&signed_in, false).await?;
    server::remember_device(&signed_in)?;
    server::redirect("/settings/tokens");
    Ok(())
}

/// Starts a session for the owner of the password. `remember` keeps it for 30 days. `next` is the page to show and must
/// be a page of this site.
#[server(name = SignIn, prefix = "/_fn", endpoint = "sign-in")]
pub async fn sign_in(
    email: String,
    password: String,
    remember: Option<String>,
    next: Option<String>,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let password = server::Password::new(password);
    let (origin, device) = (server::origin(), server::device_cookie());
    let signed_in = server::service()?.accounts().sign_in(&email, password, &origin, device.as_deref()).await;
    let signed_in = signed_in.map_err(server::refused)?;
    server::start_session(&signed_in, remember.is_some()).await?;
    server::remember_device(&signed_in)?;
    server::redirect(server::page_of_ours(next.as_deref()));
    Ok(())
}

#[server(name = SignOut, prefix = "/_fn", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::server_side as server;
    server::end_this_session().await?;
    server::redirect("/sign-in");
    Ok(())
}

/// Switches to another organization of the caller, then shows the page `next`.
#[server(name = SwitchOrg, prefix = "/_fn", endpoint = "switch-org")]
pub async fn switch_org(org: String, next: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let org = server::service()?.orgs().mine(&caller, &org).await.map_err(server::refused)?;
    server::change_org(&org).await?;
    server::redirect(server::page_of_ours(next.as_deref()));
    Ok(())
}

/// Creates an organization with the caller as its Owner, and switches to it.
#[server(name = CreateOrg, prefix = "/_fn", endpoint = "create-org")]
pub async fn create_org(name: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let org = server::service()?.orgs().create(&caller, &name).await.map_err(server::refused)?;
    server::change_org(&org).await?;
    server::redirect_with_notice("/settings/tokens?created=1");
    Ok(())
}

/// Saves the theme (light, dark or system), then shows the page `back`.
#[server(name = SetTheme, prefix = "/_fn", endpoint = "set-theme")]
pub async fn set_theme(theme: String, back: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    server::set_theme_cookie(&theme)?;
    server::redirect(server::page_of_ours(back.as_deref()));
    Ok(())
}
