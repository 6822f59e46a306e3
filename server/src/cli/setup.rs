//! Builds a service from the configuration: database, master key and site.

use super::Failure;
use crate::{
    Site,
    config::{Config, ConfigError, MasterKeyText},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use service::{KeyringError, MasterKey, Service, Sources};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use store::{ConnectError, Db};
use zeroize::Zeroizing;

const KEY_VARIABLE: &str = "MINTMARK_MASTER_KEY";
const KEY_FILE: &str = "master.key";

/// Opens the database, brings its schema up to date and opens the keyring.
pub(crate) async fn open_service(config: &Config) -> Result<Service, Failure> {
    let (db, master, sources) = open_with_key(config).await?;
    let opened = Service::open(db, config.brand.clone(), config.public_url.origin(), &master, sources).await;
    opened.map_err(|error| explain_keyring(error, config))
}

/// Like [`open_service`], but also succeeds if signing keys cannot be decrypted, so that a command can replace them.
pub(super) async fn open_service_for_repair(config: &Config) -> Result<Service, Failure> {
    let (db, master, sources) = open_with_key(config).await?;
    let opened = Service::open_for_repair(db, config.brand.clone(), config.public_url.origin(), &master, sources).await;
    opened.map_err(|error| explain_keyring(error, config))
}

/// Names the source of a wrong master key.
fn explain_keyring(error: KeyringError, config: &Config) -> Failure {
    let KeyringError::WrongMasterKey = error else { return error.into() };
    let place = match &config.master_key {
        Some(_) => KEY_VARIABLE.to_owned(),
        None => config.data_dir.join(KEY_FILE).display().to_string(),
    };
    format!("{place} does not hold the master key this database was set up with").into()
}

pub(super) async fn open_database(config: &Config) -> Result<Db, Failure> {
    let db = Db::connect(&config.database_url).await.map_err(explain)?;
    db.migrate().await.map_err(explain)?;
    Ok(db)
}

fn explain(error: ConnectError) -> String {
    format!("MINTMARK_DATABASE_URL: {error}")
}

/// Like [`open_database`], with the master key. Looks for the key first: without it, an existing database stays
/// unchanged.
async fn open_with_key(config: &Config) -> Result<(Db, MasterKey, Sources), Failure> {
    let (db, sources) = (Db::connect(&config.database_url).await.map_err(explain)?, Sources::default());
    let is_set_up = db.is_set_up().await.map_err(|error| format!("MINTMARK_DATABASE_URL: {error}"))?;
    let master = master_key(config, &sources, is_set_up)?;
    db.migrate().await.map_err(explain)?;
    Ok((db, master, sources))
}

/// Reads the key from the configuration or its file. Creates a new key only for a new database.
fn master_key(config: &Config, sources: &Sources, is_set_up: bool) -> Result<MasterKey, Failure> {
    if let Some(MasterKeyText(text)) = &config.master_key {
        return Ok(decode(text)?);
    }
    let path = config.data_dir.join(KEY_FILE);
    let broken = |error: io::Error| format!("{KEY_VARIABLE} is not set and {} cannot be used: {error}", path.display());
    match fs::read_to_string(&path) {
        Ok(text) => decode_file(&path, text),
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_set_up => {
            let file = path.display();
            Err(format!(
                "{file} is missing: it holds the master key of this database. Bring it back, or set {KEY_VARIABLE}"
            )
            .into())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = MasterKey::generate(sources);
            fs::create_dir_all(&config.data_dir).map_err(broken)?;
            match write_new(&path, &key) {
                // Another process created the key first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    decode_file(&path, fs::read_to_string(&path).map_err(broken)?)
                }
                Err(error) => Err(broken(error).into()),
                Ok(()) => Ok(key),
            }
        }
        Err(error) => Err(broken(error).into()),
    }
}

/// Writes a draft and then links it to its path, so that no process ever reads half a key.
fn write_new(path: &Path, key: &MasterKey) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let line = Zeroizing::new(format!("{}\n", *Zeroizing::new(STANDARD.encode(key.expose()))));
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    let moved = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    moved
}

fn decode_file(path: &Path, text: String) -> Result<MasterKey, Failure> {
    let decoded = decode(&Zeroizing::new(text));
    decoded.map_err(|_| format!("{} does not hold 32 bytes in base64", path.display()).into())
}

fn decode(text: &str) -> Result<MasterKey, ConfigError> {
    let wrong = || ConfigError { variable: KEY_VARIABLE.into(), problem: "must be 32 bytes in base64".to_owned() };
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| wrong())?);
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| wrong())?;
    Ok(MasterKey::new(key))
}

/// Opens the site in this binary, else the configured folder, else the folder next to the build.
pub(crate) fn open_site(config: &Config) -> Result<Site, Failure> {
    if let Some(site) = Site::embedded() {
        return Ok(site);
    }
    let beside = || -> Option<PathBuf> { Some(std::env::current_exe().ok()?.parent()?.parent()?.join("site")) };
    let folder = config.site_dir.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("site"));
    Site::from_folder(&folder)
        .map_err(|error| format!("MINTMARK_SITE_DIR: there is no built site in {}: {error}", folder.display()).into())
}
