//! An issuer on a port of its own. A test sets its answers, and it counts the calls.

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::Listener,
};
use mintmark_client::{Clock, IntrospectionCredential, Verifier, VerifierBuilder};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedRwLockWriteGuard, RwLock},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

use crate::signing::{AUDIENCE, Signer};

/// The credential with which the tested API asks the issuer.
pub(crate) const OWN: &str = "mint_key_own";

#[derive(Default)]
struct Told {
    keys: Mutex<Vec<Value>>,
    cache_control: Mutex<Option<String>>,
    answers: Mutex<HashMap<String, Value>>,
    is_down: AtomicBool,
    /// A write lock holds back all answers about keys.
    gate: Arc<RwLock<()>>,
    key_calls: AtomicUsize,
    not_modified: AtomicUsize,
    introspections: AtomicUsize,
    elsewhere: AtomicUsize,
    last_authorization: Mutex<String>,
}

pub(crate) struct Peer {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    told: Arc<Told>,
}

impl Peer {
    pub(crate) async fn start(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(signers, listener, "http").await
    }

    /// Starts a peer behind TLS with the certificate of `config`.
    pub(crate) async fn start_tls(signers: &[&Signer], config: ServerConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(signers, TlsListener { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }, "https").await
    }

    async fn serve<L: Listener<Addr = SocketAddr>>(signers: &[&Signer], listener: L, scheme: &str) -> Self {
        let told = Arc::new(Told { cache_control: Mutex::new(Some("max-age=300".into())), ..Told::default() });
        let routes = Router::new()
            .route("/.well-known/jwks.json", get(jwks))
            .route("/oauth/introspect", post(introspect))
            .fallback(elsewhere)
            .with_state(told.clone());
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let peer = Self { url, clock: Clock::default(), told };
        peer.publish(signers);
        peer
    }

    pub(crate) fn builder(&self) -> VerifierBuilder {
        Verifier::builder(&self.url, AUDIENCE)
            .organization("org_01")
            .introspect_with(IntrospectionCredential::bearer(OWN))
            .clock(self.clock.clone())
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.builder().build().unwrap()
    }

    pub(crate) fn publish(&self, signers: &[&Signer]) {
        *self.told.keys.lock().unwrap() = signers.iter().map(|signer| signer.jwk()).collect();
    }

    pub(crate) fn keep_keys_for(&self, cache_control: Option<&str>) {
        *self.told.cache_control.lock().unwrap() = cache_control.map(str::to_owned);
    }

    /// Sets the answer about `token` from now on.
    pub(crate) fn say(&self, token: &str, answer: Value) {
        self.told.answers.lock().unwrap().insert(token.to_owned(), answer);
    }

    /// An active answer about a credential of a user.
    pub(crate) fn active(&self) -> Value {
        json!({"active": true, "iss": self.url, "sub": "usr_01", "sub_type": "user", "username": "ada", "client_id": "pat_01",
            "org_id": "org_01", "scope": "contacts:read", "credential_id": "pat_01", "token_type": "Bearer"})
    }

    pub(crate) fn set_down(&self, is_down: bool) {
        self.told.is_down.store(is_down, SeqCst);
    }

    /// Holds back all answers about keys until the returned guard is dropped.
    pub(crate) async fn hold_keys_back(&self) -> OwnedRwLockWriteGuard<()> {
        self.told.gate.clone().write_owned().await
    }

    pub(crate) fn key_calls(&self) -> usize {
        self.told.key_calls.load(SeqCst)
    }

    pub(crate) fn not_modified(&self) -> usize {
        self.told.not_modified.load(SeqCst)
    }

    pub(crate) fn introspections(&self) -> usize {
        self.told.introspections.load(SeqCst)
    }

    /// Number of calls to any other address.
    pub(crate) fn elsewhere(&self) -> usize {
        self.told.elsewhere.load(SeqCst)
    }

    pub(crate) fn last_authorization(&self) -> String {
        self.told.last_authorization.lock().unwrap().clone()
    }
}

async fn jwks(State(told): State<Arc<Told>>, headers: HeaderMap) -> Response {
    told.key_calls.fetch_add(1, SeqCst);
    drop(told.gate.read().await);
    if told.is_down.load(SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let body = json!({ "keys": *told.keys.lock().unwrap() }).to_string();
    let etag = format!("\"{:08x}\"", crc32fast::hash(body.as_bytes()));
    let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag.as_str()) {
        told.not_modified.fetch_add(1, SeqCst);
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json"), (header::ETAG, etag.as_str())], body).into_response()
    };
    if let Some(value) = &*told.cache_control.lock().unwrap() {
        response.headers_mut().insert(header::CACHE_CONTROL, value.parse().unwrap());
    }
    response
}

async fn introspect(
    State(told): State<Arc<Told>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    told.introspections.fetch_add(1, SeqCst);
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    *told.last_authorization.lock().unwrap() = authorization.unwrap_or_default();
    if told.is_down.load(SeqCst) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "9")]).into_response();
    }
    let answer = told.answers.lock().unwrap().get(&form["token"]).cloned();
    match answer {
        Some(Value::String(raw)) => raw.into_response(),
        Some(answer) => Json(answer).into_response(),
        None => Json(json!({"active": false})).into_response(),
    }
}

async fn elsewhere(State(told): State<Arc<Told>>) -> StatusCode {
    told.elsewhere.fetch_add(1, SeqCst);
    StatusCode::NOT_FOUND
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // A client that does not trust the certificate disconnects here.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
