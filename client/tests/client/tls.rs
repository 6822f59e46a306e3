//! An issuer behind TLS, with a certificate of a private certificate authority.

use crate::{
    peer::Peer,
    signing::{Signer, claims},
};
use mintmark_client::AuthError;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::sync::Arc;
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A root certificate in PEM, and the configuration of a server with a certificate signed by it.
fn private_authority() -> (String, ServerConfig) {
    let mut root = CertificateParams::default();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_key = KeyPair::generate().unwrap();
    let root_pem = root.self_signed(&root_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let server = server.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], key);
    (root_pem, config.unwrap())
}

#[tokio::test]
async fn an_issuer_is_trusted_by_the_root_that_was_given_and_not_without() {
    let signer = Signer::es256("es");
    let (root, config) = private_authority();
    let peer = Peer::start_tls(&[&signer], config).await;
    let token = signer.good(&claims(&peer.url));
    let trusting = peer.builder().root_certificate_pem(root).build().unwrap();
    assert!(trusting.verify(&token).await.is_ok());
    let (other_root, _) = private_authority();
    for distrusting in [peer.builder(), peer.builder().root_certificate_pem(other_root)] {
        let refused = distrusting.build().unwrap().verify(&token).await;
        assert!(matches!(refused, Err(AuthError::IssuerUnavailable { .. })), "{refused:?}");
    }
    assert_eq!(peer.key_calls(), 1);
}
