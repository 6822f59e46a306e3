//! `mintmark serve`

use super::{Failure, say, setup};
use crate::{
    AppState, build_app,
    config::Config,
    listen::{self, Limits, Tls, tls},
    spawn_background, telemetry,
};
use std::sync::Arc;
use tokio::net::TcpListener;

pub(super) async fn run() -> Result<(), Failure> {
    let config = Config::load()?;
    telemetry::start(&config.log).map_err(|error| format!("MINTMARK_LOG cannot be read: {error}"))?;
    let site = setup::open_site(&config)?;
    let tls = config.tls.as_ref().map(|files| Tls::open(files, tls::LOOK)).transpose()?;
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
    service.load_memory().await?;
    service.report_node().await?;
    let stop = listen::stopped_by_signal()?;
    greet(&state, &listener, tls.is_some()).await?;
    let background = spawn_background(service.clone());
    listen::serve(listener, tls, build_app(state), Limits::default().within_descriptors(), stop).await;
    background.abort();
    let flushed = service.flush_usage().await;
    let retired = service.retire_node().await;
    service.db().close().await;
    flushed?;
    Ok(retired?)
}

async fn greet(state: &AppState, listener: &TcpListener, is_tls: bool) -> Result<(), Failure> {
    let origin = state.public_url.origin();
    let scheme = if is_tls { "https" } else { "http" };
    say(&format!("Mintmark listens on {scheme}://{} and is reached at {origin}", listener.local_addr()?));
    if state.service.is_empty().await? {
        say(&format!("Nobody has signed up yet. Start at {origin}/sign-up"));
    }
    if is_tls && !state.public_url.is_https() {
        tracing::warn!(
            "TLS is on but MINTMARK_PUBLIC_URL is not https: forms will be taken for another site's and refused"
        );
    } else if !state.public_url.is_https() && state.public_url.has_host_cookie() {
        tracing::warn!("MINTMARK_PUBLIC_URL is not https: browsers will not keep the session cookie");
    }
    Ok(())
}
