//! TLS: accepted versions, clients that do not speak it, and replacement of the certificate.

use crate::{
    program::Program,
    wire::{Certificate, CertificateFolder, Listening, SHORT, answer, ask, closed, patient, send, soon},
};
use server::listen::{Limits, Tls};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
        crypto::ring,
        pki_types::CertificateDer,
        version::{TLS12, TLS13},
    },
};

/// The interval at which the test server reads its certificate files.
const OFTEN: Duration = Duration::from_millis(5);

fn client(trusted: &[&Certificate], version: &'static SupportedProtocolVersion, alpn: &[&str]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.der.clone()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_protocol_versions(&[version]).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

async fn connect(server: &Listening, client: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
    connect_to(server.address, client).await
}

async fn connect_to(address: SocketAddr, client: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
    let stream = soon(TcpStream::connect(address)).await?;
    soon(client.connect("localhost".try_into().unwrap(), stream)).await
}

fn shown(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

#[tokio::test]
async fn both_versions_are_spoken_and_handlers_learn_the_address_of_the_peer() {
    let certificate = Certificate::new();
    let folder = CertificateFolder::with(&certificate);
    let server = Listening::start(patient(), Some(Tls::open(&folder.files, OFTEN).unwrap())).await;
    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut stream = connect(&server, &client(&[&certificate], version, &["h2", "http/1.1"])).await.unwrap();
        let peer = stream.get_ref().0.local_addr().unwrap().to_string();
        assert!(ask(&mut stream, "/peer").await.ends_with(&peer));
        let session = stream.get_ref().1;
        assert_eq!((session.protocol_version(), session.alpn_protocol()), (Some(name), Some(&b"http/1.1"[..])));
    }
    assert!(connect(&server, &client(&[&certificate], &TLS13, &["h2"])).await.is_err(), "HTTP/2 is not spoken");
}

#[tokio::test]
async fn whoever_speaks_no_tls_is_disconnected_at_once() {
    let folder = CertificateFolder::with(&Certificate::new());
    let server = Listening::start(patient(), Some(Tls::open(&folder.files, OFTEN).unwrap())).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /peer HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_handshake_has_to_come_in_time_and_so_does_the_request_after_it() {
    let certificate = Certificate::new();
    let folder = CertificateFolder::with(&certificate);
    let tls = Tls::open(&folder.files, OFTEN).unwrap();
    let server = Listening::start(Limits { head: SHORT, ..patient() }, Some(tls.clone())).await;
    closed(&mut server.connect().await).await;

    let server = Listening::start(Limits { head: Duration::from_secs(2), ..patient() }, Some(tls)).await;
    closed(&mut connect(&server, &client(&[&certificate], &TLS13, &[])).await.unwrap()).await;
}

#[tokio::test]
async fn new_connections_see_a_new_certificate_while_old_ones_go_on() {
    let (old, new) = (Certificate::new(), Certificate::new());
    let folder = CertificateFolder::with(&old);
    let server = Listening::start(patient(), Some(Tls::open(&folder.files, OFTEN).unwrap())).await;
    for version in [&TLS12, &TLS13] {
        folder.write(&old);
        let client = client(&[&old, &new], version, &[]);
        let until_shown = async |wanted: &Certificate| loop {
            let mut stream = connect(&server, &client).await.unwrap();
            ask(&mut stream, "/peer").await;
            if shown(&stream) == wanted.der {
                return stream;
            }
        };
        let mut before = soon(until_shown(&old)).await;
        let again = soon(until_shown(&old)).await;
        assert_eq!(again.get_ref().1.handshake_kind(), Some(HandshakeKind::Resumed), "this client comes back cheaply");

        folder.write(&new);
        let after = soon(until_shown(&new)).await;
        assert_ne!(shown(&before), shown(&after));
        assert!(ask(&mut before, "/peer").await.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn a_broken_pair_is_passed_over() {
    let (old, new) = (Certificate::new(), Certificate::new());
    let folder = CertificateFolder::with(&old);
    let server = Listening::start(patient(), Some(Tls::open(&folder.files, OFTEN).unwrap())).await;
    let client = client(&[&old, &new], &TLS13, &[]);
    std::fs::write(&folder.files.cert, &new.cert).unwrap();
    // Longer than two intervals.
    for _ in 0..20 {
        let stream = connect(&server, &client).await.unwrap();
        assert!(shown(&stream) == old.der, "a certificate without its key is not shown");
    }
    std::fs::write(&folder.files.key, &new.key).unwrap();
    soon(async { while shown(&connect(&server, &client).await.unwrap()) != new.der {} }).await;
}

#[tokio::test]
async fn stopping_waits_for_no_handshake_but_finishes_the_request_under_way() {
    let certificate = Certificate::new();
    let folder = CertificateFolder::with(&certificate);
    let server = Listening::start(patient(), Some(Tls::open(&folder.files, OFTEN).unwrap())).await;
    let mut silent = server.connect().await;
    let mut busy = connect(&server, &client(&[&certificate], &TLS13, &[])).await.unwrap();
    send(&mut busy, "GET /hold HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let desk = server.desk.clone();
    soon(desk.entered.acquire()).await.unwrap().forget();

    let stopping = server.stop();
    closed(&mut silent).await;
    desk.leave.add_permits(1);
    assert!(answer(&mut busy).await.ends_with("held"));
    closed(&mut busy).await;
    stopping.ended().await;
}

#[tokio::test]
async fn the_program_serves_tls_and_takes_a_new_certificate_by_itself() {
    let (old, new) = (Certificate::new(), Certificate::new());
    let folder = CertificateFolder::with(&old);
    let [cert, key] = [&folder.files.cert, &folder.files.key].map(|path| path.to_str().unwrap());
    let variables =
        [("MINTMARK_TLS_CERT", cert), ("MINTMARK_TLS_KEY", key), ("MINTMARK_PUBLIC_URL", "https://localhost:3000")];
    let program = Program::start("", &variables);
    assert!(program.greeting.starts_with("Mintmark listens on https://127.0.0.1:"), "{}", program.greeting);
    let client = client(&[&old, &new], &TLS13, &[]);
    let mut before = connect_to(program.address, &client).await.unwrap();
    assert!(shown(&before) == old.der);

    folder.write(&new);
    soon(async { while shown(&connect_to(program.address, &client).await.unwrap()) != new.der {} }).await;
    assert!(ask(&mut before, "/health/ready").await.contains("ready"));
}
