//! `mintmark serve`

use super::{Failure, say, setup};
use crate::{
    AppState, build_app,
    config::{Config, MEMORY_LIMIT},
    listen::{self, Limits, Tls, tls},
    metrics, spawn_background, telemetry,
};
use service::Service;
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
    let metrics = match config.metrics_listen {
        Some(at) => {
            let bound = TcpListener::bind(at).await;
            Some(bound.map_err(|error| format!("MINTMARK_METRICS_LISTEN: cannot listen on {at}: {error}"))?)
        }
        None => None,
    };
    let service = setup::open_service(&config).await?;
    service.accounts().admit_sign_ups(config.sign_up);
    if let Some(mailer) = config.mailer {
        service.mail().send_by(mailer);
    }
    check_memory(&service, config.memory_limit).await?;
    let state = AppState {
        service: service.clone(),
        public_url: Arc::new(config.public_url),
        trusted_proxies: config.trusted_proxies.into(),
        leptos: site.leptos_options(),
        site: Arc::new(site),
    };
    service.node().load_snapshot().await?;
    service.node().report().await?;
    let stop = listen::stopped_by_signal()?;
    greet(&state, &listener, tls.is_some()).await?;
    let background = spawn_background(service.clone());
    if let Some(listener) = metrics {
        let routes = metrics::routes(service.clone());
        tokio::spawn(listen::serve(listener, None, routes, (Limits::default(), [].into()), std::future::pending()));
    }
    let (limits, trusted_proxies) = (Limits::default().within_descriptors(), state.trusted_proxies.clone());
    listen::serve(listener, tls, build_app(state), (limits, trusted_proxies), stop).await;
    background.abort();
    let flushed = service.node().flush_usage().await;
    if let Err(error) = service.jobs().record_last_failed_sign_ins().await {
        tracing::warn!(%error, "failed sign-ins are not recorded");
    }
    let retired = service.node().retire().await;
    service.db().close().await;
    flushed?;
    Ok(retired?)
}

/// Fails if the snapshot of all credentials would not fit into the memory limit. The limit does not apply to
/// credentials that are created later.
async fn check_memory(service: &Service, limit: Option<u64>) -> Result<(), Failure> {
    let Some(limit) = limit else { return Ok(()) };
    let needed = service.node().memory_needed().await?;
    if needed > limit {
        let mebibytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
        let (needed, limit) = (mebibytes(needed), mebibytes(limit));
        return Err(format!("{MEMORY_LIMIT} is {limit}, and the credentials need about {needed} MiB").into());
    }
    Ok(())
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
