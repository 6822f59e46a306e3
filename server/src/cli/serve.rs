//! `mintmark serve`

use super::{Failure, say, setup};
use crate::{AppState, build_app, config::Config, listen, spawn_background, telemetry};
use std::sync::Arc;
use tokio::net::TcpListener;

pub(super) async fn run() -> Result<(), Failure> {
    let config = Config::load()?;
    telemetry::start(&config.log).map_err(|error| format!("MINTMARK_LOG cannot be read: {error}"))?;
    let site = setup::open_site(&config)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("MINTMARK_LISTEN: cannot listen on {}: {error}", config.listen))?;
    let service = setup::open_service(&config).await?;
    let state = AppState {
        service: service.clone(),
        public_url: Arc::new(config.public_url),
        trusted_proxies: config.trusted_proxies.into(),

        leptos: site.leptos_options(),
        site: Arc::new(site),
    };
    greet(&state, &listener).await?;
    let background = spawn_background(service.clone());
    let served = listen::serve(listener, build_app(state)).await;
    background.abort();
    let flushed = service.flush_usage().await;
    service.db().close().await;
    served?;
    Ok(flushed?)
}

async fn greet(state: &AppState, listener: &TcpListener) -> Result<(), Failure> {
    let origin = state.public_url.origin();
    say(&format!("Mintmark listens on http://{} and is reached at {origin}", listener.local_addr()?));
    if state.service.is_empty().await? {
        say(&format!("Nobody has signed up yet. Start at {origin}/sign-up"));
    }
    if !state.public_url.is_https() && state.public_url.has_host_cookie() {
        tracing::warn!("MINTMARK_PUBLIC_URL is not https: browsers will not keep the session cookie");
    }
    Ok(())
}
