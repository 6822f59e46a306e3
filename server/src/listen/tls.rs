//! The certificate that this server shows, and that another can take its place while it runs.
//!
//! Owns: reading a certificate with its key, what is said when they cannot be used, and TLS 1.2 and 1.3 as this server
//! speaks them. Never prints a key. The task that looks for another pair is in `watch`.

mod watch;

use crate::config::{ConfigError, TLS_CERT as CERT, TLS_KEY as KEY, TlsFiles};
use std::{fs, path::Path, sync::Arc, time::Duration};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        Error, InconsistentKeys, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        sign::{CertifiedKey, SingleCertAndKey},
        version::{TLS12, TLS13},
    },
};
use zeroize::Zeroizing;

/// How often `mintmark` looks whether certificate and key have changed. Another pair is taken at the second look.
pub const LOOK: Duration = Duration::from_secs(2);

/// What new connections are greeted with.
#[derive(Clone, Debug)]
pub struct Tls(tokio::sync::watch::Receiver<Arc<ServerConfig>>);

impl Tls {
    /// Reads the files, and from then on looks at them every `interval`, as long as this or a copy of it is there.
    ///
    /// # Errors
    /// Certificate and key cannot be used; says which, and why.
    pub fn open(files: &TlsFiles, interval: Duration) -> Result<Self, ConfigError> {
        let (watch, current) = watch::Watch::start(files)?;
        tokio::spawn(watch.run(interval));
        Ok(Self(current))
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.0.borrow().clone())
    }
}

/// What stood in the two files at one time.
#[derive(Clone, PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Pair {
    fn read(files: &TlsFiles) -> Result<Self, ConfigError> {
        let read = |variable, path: &Path| {
            let explain =
                |error| wrong(variable, format!("names a file that cannot be read: {}: {error}", path.display()));
            fs::read(path).map_err(explain)
        };
        Ok(Self { cert: read(CERT, &files.cert)?, key: Zeroizing::new(read(KEY, &files.key)?) })
    }

    /// The settings of connections that show this certificate. Sessions are kept with them, so that nobody comes back to
    /// a certificate that was replaced.
    fn settings(&self) -> Result<ServerConfig, ConfigError> {
        let chain = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| wrong(CERT, format!("names a file that is not PEM: {error}")))?;
        if chain.is_empty() {
            return Err(wrong(CERT, "names a file without a certificate in PEM"));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|_| wrong(KEY, "names a file without a private key in PEM that is not encrypted"))?;

        let provider = Arc::new(ring::default_provider());
        let unusable = |error| wrong(KEY, format!("names a file with a key that cannot be used: {error}"));
        let pair = CertifiedKey::new(chain, provider.key_provider.load_private_key(key).map_err(unusable)?);
        match pair.keys_match() {
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => {}
            Err(Error::InconsistentKeys(_)) => {
                return Err(wrong(KEY, format!("does not fit the certificate of {CERT}")));
            }
            Err(error) => {
                return Err(wrong(CERT, format!("names a file with a certificate that cannot be used: {error}")));
            }
        }
        let mut settings = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
        settings.alpn_protocols = vec!["http/1.1".into(), "http/1.0".into()];
        Ok(settings)
    }
}

fn wrong(variable: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError { variable: variable.into(), problem: problem.into() }
}
