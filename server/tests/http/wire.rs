//! A listener for tests, and HTTP written byte by byte where a client library would not misbehave.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
    routing::{get, post},
};
use rcgen::generate_simple_self_signed;
use server::{
    config::TlsFiles,
    listen::{Limits, Tls, serve},
};
use std::{
    convert::Infallible,
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::rustls::pki_types::CertificateDer;

/// A limit that a test waits for.
pub(crate) const SHORT: Duration = Duration::from_millis(50);
/// A limit that no test reaches.
const NEVER: Duration = Duration::from_secs(3600);
/// The longest time that a test waits for something.
const PATIENCE: Duration = Duration::from_secs(20);

/// Limits that are never reached. A test shortens the one it is about.
pub(crate) fn patient() -> Limits {
    Limits { connections: 100, head: NEVER, body: NEVER, idle: NEVER, write: NEVER, drain: NEVER }
}

/// Waits for an event, for at most [`PATIENCE`].
pub(crate) async fn soon<F: Future>(what: F) -> F::Output {
    timeout(PATIENCE, what).await.unwrap_or_else(|_| panic!("what the test waits for did not happen"))
}

/// The state that the handlers share.
pub(crate) struct Desk {
    /// One permit for each request that has reached `/hold`.
    pub(crate) entered: Semaphore,
    /// One permit for each request that may leave `/hold`.
    pub(crate) leave: Semaphore,
    /// One permit for each response of `/endless` that was given up.
    pub(crate) given_up: Arc<Semaphore>,
    inside: AtomicUsize,
    /// The largest number of concurrent requests in `/hold`.
    pub(crate) most: AtomicUsize,
}

/// A listener with its own application.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) desk: Arc<Desk>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

/// A listener that is shutting down.
pub(crate) struct Stopping(JoinHandle<()>);

impl Listening {
    pub(crate) async fn start(limits: Limits, tls: Option<Tls>) -> Self {
        let none = || Semaphore::new(0);
        let desk = Arc::new(Desk {
            entered: none(),
            leave: none(),
            given_up: Arc::new(none()),
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let app = Router::new()
            .route("/peer", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()))
            .route("/hold", get(hold))
            .route("/endless", get(endless))
            .route("/body", post(async |body: Bytes| body.len().to_string()))
            .with_state(desk.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move { drop(stopped.await) };
        let served = tokio::spawn(serve(listener, tls, app, (limits, [].into()), stopped));
        Self { address, desk, stop, served }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) fn stop(self) -> Stopping {
        self.stop.send(()).unwrap();
        Stopping(self.served)
    }
}

impl Stopping {
    pub(crate) async fn ended(self) {
        soon(self.0).await.unwrap();
    }
}

async fn hold(State(desk): State<Arc<Desk>>) -> &'static str {
    desk.most.fetch_max(desk.inside.fetch_add(1, SeqCst) + 1, SeqCst);
    desk.entered.add_permits(1);
    desk.leave.acquire().await.unwrap().forget();
    desk.inside.fetch_sub(1, SeqCst);
    "held"
}

async fn endless(State(desk): State<Arc<Desk>>) -> Body {
    struct GivenUp(Arc<Semaphore>);
    impl Drop for GivenUp {
        fn drop(&mut self) {
            self.0.add_permits(1);
        }
    }
    let given_up = GivenUp(desk.given_up.clone());
    Body::from_stream(futures_util::stream::repeat_with(move || {
        let _ = &given_up;
        Ok::<_, Infallible>(Bytes::from_static(&[0; 65536]))
    }))
}

/// Requests a page and reads the complete response. The connection stays open.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, path: &str) -> String {
    send(stream, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
    answer(stream).await
}

pub(crate) async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &str) {
    soon(stream.write_all(bytes.as_bytes())).await.unwrap();
}

/// Reads one complete response, head and body.
pub(crate) async fn answer<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut read = Vec::new();
    while !is_whole(&String::from_utf8_lossy(&read)) {
        let count = soon(stream.read_buf(&mut read)).await.unwrap();
        assert!(count > 0, "closed after {:?}", String::from_utf8_lossy(&read));
    }
    String::from_utf8(read).unwrap()
}

fn is_whole(read: &str) -> bool {
    let Some((head, body)) = read.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.unwrap_or("0").parse().unwrap()
}

/// Waits until the server has closed the connection in any way.
pub(crate) async fn closed<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut rest = [0; 1024];
    while let Ok(1..) = soon(stream.read(&mut rest)).await {}
}

/// A self-signed certificate for `localhost`.
pub(crate) struct Certificate {
    pub(crate) cert: String,
    pub(crate) key: String,
    pub(crate) der: CertificateDer<'static>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        Self { cert: made.cert.pem(), key: made.signing_key.serialize_pem(), der: made.cert.der().clone() }
    }
}

/// A folder with a certificate and its key.
pub(crate) struct CertificateFolder {
    pub(crate) files: TlsFiles,
    _dir: TempDir,
}

impl CertificateFolder {
    pub(crate) fn with(certificate: &Certificate) -> Self {
        let dir = TempDir::new().unwrap();
        let files = TlsFiles { cert: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
        let folder = Self { files, _dir: dir };
        folder.write(certificate);
        folder
    }

    pub(crate) fn write(&self, certificate: &Certificate) {
        fs::write(&self.files.cert, &certificate.cert).unwrap();
        fs::write(&self.files.key, &certificate.key).unwrap();
    }
}
