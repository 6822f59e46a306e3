//! Style sheets, scripts, WebAssembly and icons.
//!
//! Serves them from memory, compressed as the browser accepts. A release contains them in the binary; otherwise they
//! come from a folder. File names contain a hash of the content, so browsers cache them forever.

use axum::{
    body::Body,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use bytes::Bytes;
use leptos::config::LeptosOptions;
use std::{collections::HashMap, io, path::Path, sync::Arc};

#[cfg(feature = "embed-site")]
static EMBEDDED: include_dir::Dir<'static> = include_dir::include_dir!("$MINTMARK_EMBED_SITE");

/// The built site. Keys are paths such as `pkg/mintmark.css`.
#[derive(Default)]
pub struct Site {
    files: HashMap<String, Bytes>,
    /// `js`, `wasm` and `css` → the hash in the name of that file.
    hashes: HashMap<String, String>,
    version: String,
}

impl Site {
    /// Reads a folder that `cargo xtask site` has built.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn from_folder(folder: &Path) -> io::Result<Self> {
        let mut files = HashMap::new();
        add(&mut files, folder, "")?;
        Ok(Self::new(files))
    }

    fn new(files: HashMap<String, Bytes>) -> Self {
        let text = files.get("hash.txt").map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        let pair =
            |line: &str| line.split_once(':').map(|(kind, hash)| (kind.trim().to_owned(), hash.trim().to_owned()));
        let hashes: HashMap<_, _> = text.lines().filter_map(pair).collect();
        let short = |kind: &str| hashes.get(kind).map_or("0", |hash| hash.get(..8).unwrap_or(hash));
        let version = ["js", "wasm", "css"].map(short).concat();
        Self { files, hashes, version }
    }

    /// The options for the links in a page. The folder name changes whenever a file in it changes.
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder().output_name("mintmark").site_pkg_dir(format!("pkg/{}", self.version)).build()
    }

    /// The hashed path of `mintmark.js`, `mintmark_bg.wasm` or `mintmark.css`, the names that pages use.
    fn package_path(&self, name: &str) -> Option<String> {
        let kind = match name {
            "mintmark.js" => "js",
            "mintmark_bg.wasm" => "wasm",
            "mintmark.css" => "css",
            _ => return None,
        };
        Some(format!("pkg/mintmark.{}.{kind}", self.hashes.get(kind)?))
    }

    /// Returns the site in this binary, if it was built with one.
    pub fn embedded() -> Option<Self> {
        #[cfg(feature = "embed-site")]
        {
            let mut files = HashMap::new();
            add_embedded(&mut files, &EMBEDDED);
            Some(Self::new(files))
        }
        #[cfg(not(feature = "embed-site"))]
        None
    }
}

fn add(files: &mut HashMap<String, Bytes>, folder: &Path, prefix: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add(files, &entry.path(), &format!("{name}/"))?;
        } else {
            files.insert(name, std::fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

#[cfg(feature = "embed-site")]
fn add_embedded(files: &mut HashMap<String, Bytes>, dir: &include_dir::Dir<'static>) {
    for file in dir.files() {
        files.insert(file.path().to_string_lossy().into_owned(), Bytes::from_static(file.contents()));
    }
    dir.dirs().for_each(|dir| add_embedded(files, dir));
}

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// `GET /pkg/{version}/{file}`. The version changes with the content.
pub(crate) async fn package(
    State(site): State<Arc<Site>>,
    UrlPath((version, file)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    match site.package_path(&file) {
        Some(path) if version == site.version => serve(&site, &path, FOREVER, &headers),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /favicon.ico` and the other files at the root.
pub(crate) async fn icon(State(site): State<Arc<Site>>, uri: axum::http::Uri, headers: HeaderMap) -> Response<Body> {
    serve(&site, uri.path().trim_start_matches('/'), AN_HOUR, &headers)
}

fn serve(site: &Site, path: &str, cache: HeaderValue, headers: &HeaderMap) -> Response<Body> {
    let Some(content_type) = content_type(path) else { return StatusCode::NOT_FOUND.into_response() };
    let accepts = |coding: &str| {
        headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
            value
                .split(',')
                .any(|part| part.split(';').next().is_some_and(|name| name.trim() == coding) && !part.ends_with("q=0"))
        })
    };
    let codings = [("br", ".br"), ("gzip", ".gz")].into_iter().filter(|(coding, _)| accepts(coding));
    let coded =
        codings.filter_map(|(coding, suffix)| Some((coding, site.files.get(&format!("{path}{suffix}"))?))).next();
    let (coding, bytes) = match (coded, site.files.get(path)) {
        (Some((coding, bytes)), _) => (Some(coding), bytes),
        (None, Some(bytes)) => (None, bytes),
        (None, None) => return StatusCode::NOT_FOUND.into_response(),
    };
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let coding = coding.map(|coding| [(header::CONTENT_ENCODING, HeaderValue::from_static(coding))]);
    match coding {
        Some(coding) => (fixed, coding, bytes.clone()).into_response(),
        None => (fixed, bytes.clone()).into_response(),
    }
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
