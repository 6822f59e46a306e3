//! Looking for another certificate.
//!
//! Owns: that a new pair is taken without anybody being told to, that a broken one is not, and that a pair of which half
//! has been written is left alone until the rest is there.

use super::Pair;
use crate::config::{ConfigError, TlsFiles};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch::{Receiver, Sender, channel},
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};
use tokio_rustls::rustls::ServerConfig;

/// What stands in the files, or why they cannot be read.
type Found = Result<Pair, ConfigError>;

pub(super) struct Watch {
    files: TlsFiles,
    current: Sender<Arc<ServerConfig>>,
    /// What was taken or refused last.
    settled: Found,
    /// What was there at the last look and has to be there at the next as well.
    fresh: Option<Found>,
}

/// What a look led to.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    Nothing,
    Taken,
    Refused(ConfigError),
}

impl Watch {
    /// Reads the first pair, without which there is nothing to serve.
    pub(super) fn start(files: &TlsFiles) -> Result<(Self, Receiver<Arc<ServerConfig>>), ConfigError> {
        let pair = Pair::read(files)?;
        let (current, receiver) = channel(Arc::new(pair.settings()?));
        Ok((Self { files: files.clone(), current, settled: Ok(pair), fresh: None }, receiver))
    }

    /// Looks again and again, until nobody is interested any more.
    pub(super) async fn run(mut self, every: Duration) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.current.closed() => return,
                _ = ticks.tick() => {}
            }
            let files = self.files.clone();
            let Ok(found) = spawn_blocking(move || Pair::read(&files)).await else { return };
            match self.consider(found) {
                Look::Nothing => {}
                Look::Taken => tracing::info!("new connections get the new TLS certificate"),
                Look::Refused(error) => {
                    tracing::warn!(%error, "the new TLS certificate is not used; the old one stays")
                }
            }
        }
    }

    fn consider(&mut self, found: Found) -> Look {
        if found == self.settled {
            self.fresh = None;
            return Look::Nothing;
        }
        if self.fresh.as_ref() != Some(&found) {
            self.fresh = Some(found);
            return Look::Nothing;
        }
        self.fresh = None;
        self.settled = found.clone();
        match found.and_then(|pair| pair.settings()) {
            Ok(settings) => {
                self.current.send_replace(Arc::new(settings));
                Look::Taken
            }
            Err(error) => Look::Refused(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::generate_simple_self_signed;
    use std::fs;
    use tempfile::TempDir;

    struct Folder {
        _dir: TempDir,
        files: TlsFiles,
        watch: Watch,
        shown: Receiver<Arc<ServerConfig>>,
    }

    fn pair() -> (String, String) {
        let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    impl Folder {
        fn new() -> Self {
            let dir = TempDir::new().unwrap();
            let files = TlsFiles { cert: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
            let (cert, key) = pair();
            fs::write(&files.cert, cert).unwrap();
            fs::write(&files.key, key).unwrap();
            let (watch, shown) = Watch::start(&files).unwrap();
            Self { _dir: dir, files, watch, shown }
        }

        /// Looks once; gives what came of it and whether another certificate is shown since.
        fn look(&mut self) -> (Look, bool) {
            let look = self.watch.consider(Pair::read(&self.files));
            let changed = self.shown.has_changed().unwrap();
            self.shown.mark_unchanged();
            (look, changed)
        }

        #[track_caller]
        fn assert_nothing_happens(&mut self) {
            assert_eq!(self.look(), (Look::Nothing, false));
        }
    }

    #[test]
    fn a_new_pair_is_taken_at_the_second_look_that_finds_it() {
        let mut folder = Folder::new();
        folder.assert_nothing_happens();
        let (cert, key) = pair();
        fs::write(&folder.files.cert, cert).unwrap();
        fs::write(&folder.files.key, key).unwrap();
        folder.assert_nothing_happens();
        assert_eq!(folder.look(), (Look::Taken, true));
        folder.assert_nothing_happens();
    }

    #[test]
    fn a_pair_replaced_one_file_after_the_other_is_taken_when_both_are_there() {
        let mut folder = Folder::new();
        let (cert, key) = pair();
        fs::write(&folder.files.cert, &cert[..200]).unwrap();
        folder.assert_nothing_happens();
        fs::write(&folder.files.cert, &cert).unwrap();
        folder.assert_nothing_happens();
        fs::write(&folder.files.key, key).unwrap();
        folder.assert_nothing_happens();
        assert_eq!(folder.look(), (Look::Taken, true));
    }

    #[test]
    fn a_broken_pair_changes_nothing_and_is_complained_of_once() {
        let mut folder = Folder::new();
        let (cert, key) = pair();
        for (broken, says) in [
            (cert.as_str(), "MINTMARK_TLS_KEY does not fit the certificate of MINTMARK_TLS_CERT"),
            ("not PEM at all", "MINTMARK_TLS_CERT names a file without a certificate"),
        ] {
            fs::write(&folder.files.cert, broken).unwrap();
            folder.assert_nothing_happens();
            let (look, changed) = folder.look();
            assert!(matches!(&look, Look::Refused(error) if error.to_string().contains(says)), "{look:?}");
            assert!(!changed);
            folder.assert_nothing_happens();
            folder.assert_nothing_happens();
        }
        fs::remove_file(&folder.files.cert).unwrap();
        folder.assert_nothing_happens();
        assert!(matches!(folder.look(), (Look::Refused(_), false)));
        fs::write(&folder.files.cert, cert).unwrap();
        fs::write(&folder.files.key, key).unwrap();
        folder.assert_nothing_happens();
        assert_eq!(folder.look(), (Look::Taken, true), "the next good pair is taken");
    }
}
