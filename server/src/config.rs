//! Configuration: environment variables, or the same names in the TOML file that `MINTMARK_CONFIG` names.
//!
//! This module owns the names, the defaults and the error for a bad value, which is one line that names the variable.
//! Environment variables override the file. `docs/configuration.md` describes them all.

use crate::PublicUrl;
use domain::secret::Brand;
use ipnet::IpNet;
use service::{
    authn::SignUpMode,
    mail::{BadMailSetting, Mailer},
};
use std::{
    borrow::Cow,
    collections::HashMap,
    ffi::OsString,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

#[derive(Debug)]
pub struct Config {
    /// `MINTMARK_DATABASE_URL`
    pub database_url: String,
    /// `MINTMARK_DATA_DIR`
    pub data_dir: PathBuf,
    /// `MINTMARK_LISTEN`
    pub listen: SocketAddr,
    /// `MINTMARK_TLS_CERT` and `MINTMARK_TLS_KEY`
    pub tls: Option<TlsFiles>,
    /// `MINTMARK_PUBLIC_URL`
    pub public_url: PublicUrl,
    /// `MINTMARK_MASTER_KEY`, still in base64.
    pub master_key: Option<MasterKeyText>,
    /// `MINTMARK_TOKEN_BRAND`
    pub brand: Brand,
    /// `MINTMARK_TRUSTED_PROXIES`
    pub trusted_proxies: Vec<IpNet>,
    /// `MINTMARK_METRICS_LISTEN`
    pub metrics_listen: Option<SocketAddr>,
    /// `MINTMARK_MEMORY_LIMIT_MIB`, converted to bytes.
    pub memory_limit: Option<u64>,
    /// `MINTMARK_SMTP_URL` and `MINTMARK_MAIL_FROM`
    pub mailer: Option<Mailer>,
    /// `MINTMARK_SIGN_UP`
    pub sign_up: SignUpMode,
    /// `MINTMARK_LOG`
    pub log: String,
    /// `MINTMARK_SITE_DIR`
    pub site_dir: Option<PathBuf>,
}

/// The certificate of the listener and its key, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by the intermediate certificates.
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// The master key as configured. `Debug` redacts it.
pub struct MasterKeyText(pub(crate) zeroize::Zeroizing<String>);

impl std::fmt::Debug for MasterKeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A bad value and its variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct ConfigError {
    pub(crate) variable: Cow<'static, str>,
    pub(crate) problem: String,
}

const VARIABLES: [&str; 15] = [
    "MINTMARK_DATABASE_URL",
    "MINTMARK_DATA_DIR",
    "MINTMARK_LISTEN",
    TLS_CERT,
    TLS_KEY,
    "MINTMARK_PUBLIC_URL",
    "MINTMARK_MASTER_KEY",
    "MINTMARK_TOKEN_BRAND",
    "MINTMARK_TRUSTED_PROXIES",
    "MINTMARK_METRICS_LISTEN",
    MEMORY_LIMIT,
    SMTP_URL,
    MAIL_FROM,
    SIGN_UP,
    "MINTMARK_LOG",
];
pub(crate) const MEMORY_LIMIT: &str = "MINTMARK_MEMORY_LIMIT_MIB";
pub(crate) const TLS_CERT: &str = "MINTMARK_TLS_CERT";
pub(crate) const TLS_KEY: &str = "MINTMARK_TLS_KEY";
const SMTP_URL: &str = "MINTMARK_SMTP_URL";
const MAIL_FROM: &str = "MINTMARK_MAIL_FROM";
const SIGN_UP: &str = "MINTMARK_SIGN_UP";
const SITE_DIR: &str = "MINTMARK_SITE_DIR";
const CONFIG: &str = "MINTMARK_CONFIG";

/// Variables of other programs in the documentation. They may share the environment of the server.
const OF_OTHER_PROGRAMS: [&str; 10] = [
    "MINTMARK_TOKEN",
    "MINTMARK_API_KEY",
    "MINTMARK_CLIENT_ID",
    "MINTMARK_CLIENT_SECRET",
    "MINTMARK_URL",
    "MINTMARK_VERIFIER",
    "MINTMARK_CACHE",
    "MINTMARK_BINARY",
    "MINTMARK_RACES",
    "MINTMARK_EMBED_SITE",
];

impl Config {
    /// Reads the environment, and the file that `MINTMARK_CONFIG` names.
    ///
    /// # Errors
    /// The first variable with a bad value.
    pub fn load() -> Result<Self, ConfigError> {
        check_names(std::env::vars_os().map(|(name, _)| name))?;
        let mut values = HashMap::new();
        let names = || VARIABLES.into_iter().chain([SITE_DIR]);
        if let Some(path) = std::env::var_os(CONFIG) {
            let wrong = |problem: String| ConfigError { variable: CONFIG.into(), problem };
            let text = std::fs::read_to_string(&path)
                .map_err(|error| wrong(format!("names a file that cannot be read: {error}")))?;
            values = from_file(&text, &names().collect::<Vec<_>>()).map_err(wrong)?;
        }
        for name in names() {
            match std::env::var(name) {
                Ok(value) => drop(values.insert(name, value)),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(ConfigError { variable: name.into(), problem: "is not valid UTF-8".to_owned() });
                }
            }
        }
        Self::from_values(&values)
    }

    fn from_values(values: &HashMap<&'static str, String>) -> Result<Self, ConfigError> {
        // An empty variable counts as not set, as in `MINTMARK_SMTP_URL= mintmark`.
        let get = |name| values.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let data_dir = PathBuf::from(get("MINTMARK_DATA_DIR").unwrap_or("./data"));
        let database_url = get("MINTMARK_DATABASE_URL").map(str::to_owned);
        let proxies = get("MINTMARK_TRUSTED_PROXIES").unwrap_or("").split([',', ' ']).filter(|part| !part.is_empty());
        let public_url = PublicUrl::parse(get("MINTMARK_PUBLIC_URL").unwrap_or("http://localhost:3000"))
            .map_err(|problem| wrong("MINTMARK_PUBLIC_URL", problem))?;
        Ok(Self {
            mailer: mailer(get(SMTP_URL), get(MAIL_FROM), &public_url)?,
            database_url: match database_url {
                Some(url) if ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) => {
                    url
                }
                Some(_) => return Err(wrong("MINTMARK_DATABASE_URL", "must start with sqlite:// or postgres://")),
                None => format!("sqlite://{}", data_dir.join("mintmark.db").display()),
            },
            listen: get("MINTMARK_LISTEN")
                .unwrap_or("127.0.0.1:3000")
                .parse()
                .map_err(|_| wrong("MINTMARK_LISTEN", "must be an address and a port such as 127.0.0.1:3000"))?,
            metrics_listen: get("MINTMARK_METRICS_LISTEN").map(str::parse).transpose().map_err(|_| {
                wrong("MINTMARK_METRICS_LISTEN", "must be an address and a port such as 127.0.0.1:9464")
            })?,
            memory_limit: get(MEMORY_LIMIT)
                .map(str::parse::<u64>)
                .transpose()
                .map_err(|_| wrong(MEMORY_LIMIT, "must be a number of mebibytes such as 2048"))?
                .map(|mebibytes| mebibytes.saturating_mul(1024 * 1024)),
            tls: tls_files(get(TLS_CERT), get(TLS_KEY))?,
            public_url,
            master_key: get("MINTMARK_MASTER_KEY").map(|text| MasterKeyText(text.to_owned().into())),
            brand: Brand::parse(get("MINTMARK_TOKEN_BRAND").unwrap_or("mint"))
                .map_err(|flaw| wrong("MINTMARK_TOKEN_BRAND", &flaw.detail))?,
            trusted_proxies: proxies
                .map(|part| part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)))
                .collect::<Result<_, _>>()
                .map_err(|_| {
                    wrong("MINTMARK_TRUSTED_PROXIES", "must be networks such as 10.0.0.0/8, separated by commas")
                })?,
            sign_up: get(SIGN_UP).unwrap_or("open").parse().map_err(|problem| wrong(SIGN_UP, problem))?,
            log: get("MINTMARK_LOG").unwrap_or("info").to_owned(),
            site_dir: get(SITE_DIR).map(PathBuf::from),
            data_dir,
        })
    }
}

/// Rejects unknown names. A misspelled variable would otherwise be ignored, together with the protection it configures.
fn check_names(names: impl Iterator<Item = OsString>) -> Result<(), ConfigError> {
    let is_known = |name: &str| {
        let others = OF_OTHER_PROGRAMS.iter().chain(&[SITE_DIR, CONFIG]);
        !name.starts_with("MINTMARK_") || VARIABLES.iter().chain(others).any(|known| *known == name)
    };
    let is_ours = |name: &str| !is_known(name) && !name.starts_with("MINTMARK_TEST_");
    let unknown = names.map(|name| name.to_string_lossy().into_owned()).find(|name| is_ours(name));
    let problem = || "is not a variable that Mintmark knows; docs/configuration.md lists those it does".to_owned();
    unknown.map_or(Ok(()), |name| Err(ConfigError { variable: name.into(), problem: problem() }))
}

fn tls_files(cert: Option<&str>, key: Option<&str>) -> Result<Option<TlsFiles>, ConfigError> {
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert: cert.into(), key: key.into() })),
        (Some(_), None) => Err(wrong(TLS_KEY, "is missing: it names the key of the certificate in MINTMARK_TLS_CERT")),
        (None, Some(_)) => Err(wrong(TLS_CERT, "is missing: it names the certificate for the key in MINTMARK_TLS_KEY")),
    }
}

/// The default sender is `mintmark` at the host of the public URL.
fn mailer(url: Option<&str>, from: Option<&str>, public_url: &PublicUrl) -> Result<Option<Mailer>, ConfigError> {
    let from = from.map_or_else(|| format!("Mintmark <mintmark@{}>", public_url.mail_domain()), str::to_owned);
    // The sender is checked even if no mail server is configured.
    let opened = Mailer::open(url.unwrap_or("smtp://localhost"), &from).map_err(|bad| match bad {
        BadMailSetting::Server(problem) => wrong(SMTP_URL, &problem),
        BadMailSetting::From(problem) => wrong(MAIL_FROM, &problem),
    })?;
    Ok(url.map(|_| opened))
}

fn wrong(variable: &'static str, problem: &str) -> ConfigError {
    ConfigError { variable: variable.into(), problem: problem.to_owned() }
}

/// Reads TOML whose keys are the variable names without `MINTMARK_`, in lower case: `public_url = "https://…"`.
fn from_file(text: &str, names: &[&'static str]) -> Result<HashMap<&'static str, String>, String> {
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| format!("names a file that is not TOML: {}", error.message()))?;
    let value = |(key, value): (String, toml::Value)| {
        let variable = format!("MINTMARK_{}", key.to_uppercase());
        let name =
            names.iter().find(|name| **name == variable).ok_or(format!("names a file with the unknown key {key}"))?;
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Array(parts) if parts.iter().all(toml::Value::is_str) => {
                parts.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")
            }
            _ => return Err(format!("names a file whose key {key} is not a string")),
        };
        Ok((*name, value))
    };
    table.into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> Result<Config, ConfigError> {
        Config::from_values(&HashMap::from([(name, value.to_owned())]))
    }

    #[test]
    fn the_defaults_are_those_of_the_public_contract() {
        let config = Config::from_values(&HashMap::new()).unwrap();
        assert_eq!(config.database_url, "sqlite://./data/mintmark.db");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url.origin(), "http://localhost:3000");
        assert_eq!(config.brand.as_str(), "mint");
    }

    #[test]
    fn a_bad_value_names_its_variable_in_one_line() {
        for (name, value) in [
            ("MINTMARK_DATABASE_URL", "mysql://x"),
            ("MINTMARK_LISTEN", "localhost"),
            ("MINTMARK_METRICS_LISTEN", "9464"),
            ("MINTMARK_MEMORY_LIMIT_MIB", "2 GiB"),
            ("MINTMARK_PUBLIC_URL", "tokens.example.com"),
            ("MINTMARK_TOKEN_BRAND", "Mint_"),
            ("MINTMARK_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("MINTMARK_SMTP_URL", "mail.example.com"),
            ("MINTMARK_SMTP_URL", "smtp://user:password@mail.example.com"),
            ("MINTMARK_MAIL_FROM", "Mintmark"),
            ("MINTMARK_SIGN_UP", "yes"),
        ] {
            let error = with(name, value).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_misspelt_variable_ends_the_start() {
        let check = |name: &str| check_names([OsString::from(name)].into_iter()).map_err(|error| error.to_string());
        for name in
            VARIABLES.into_iter().chain(OF_OTHER_PROGRAMS).chain(["PATH", "MINTMARKET", "MINTMARK_TEST_POSTGRES_URL"])
        {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in ["MINTMARK_MASTERKEY", "MINTMARK_MASTER_KEY_FILE", "MINTMARK_TRUSTED_PROXY", "MINTMARK_"] {
            let error = check(name).unwrap_err();
            assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn mail_is_from_the_host_where_the_server_is_reached() {
        for (url, domain) in [
            ("https://tokens.example.com:8443", "tokens.example.com"),
            ("http://127.0.0.1:3000", "localhost"),
            ("http://[::1]:3000", "localhost"),
        ] {
            let set =
                HashMap::from([("MINTMARK_PUBLIC_URL", url.to_owned()), (SMTP_URL, "smtp://localhost".to_owned())]);
            let mailer = Config::from_values(&set).unwrap().mailer;
            assert_eq!(format!("{:?}", mailer.unwrap()), format!("Mailer from mintmark@{domain}"));
        }
        assert!(with(SMTP_URL, "").unwrap().mailer.is_none());
    }

    #[test]
    fn tls_takes_a_certificate_and_a_key() {
        let both = HashMap::from([(TLS_CERT, "c.pem".to_owned()), (TLS_KEY, "k.pem".to_owned())]);
        let files = TlsFiles { cert: "c.pem".into(), key: "k.pem".into() };
        assert_eq!(Config::from_values(&both).unwrap().tls, Some(files));
        assert_eq!(with(TLS_KEY, "").unwrap().tls, None);
        for (given, missing) in [(TLS_CERT, TLS_KEY), (TLS_KEY, TLS_CERT)] {
            assert!(with(given, "x.pem").unwrap_err().to_string().starts_with(&format!("{missing} is missing")));
        }
    }

    #[test]
    fn a_file_sets_the_same_and_its_unknown_keys_are_refused() {
        let values =
            from_file("listen = \"[::1]:80\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]", &VARIABLES).unwrap();
        let config = Config::from_values(&values).unwrap();
        assert_eq!((config.listen.to_string(), config.trusted_proxies.len()), ("[::1]:80".to_owned(), 2));
        assert!(from_file("lissten = \"x\"", &VARIABLES).unwrap_err().contains("lissten"));
        assert!(from_file("listen = 80", &VARIABLES).is_err());
    }
}
