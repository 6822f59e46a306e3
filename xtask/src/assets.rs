//! Files named by their hash: `pkg/mintmark.<hash>.<kind>`, with `.br` and `.gz` beside them, and `hash.txt` with the
//! names.
//!
//! A name changes exactly when the content does, so the server may let browsers cache the files forever.

use crate::{Outcome, paths::NAME};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Js,
    Wasm,
    Css,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Js, Kind::Wasm, Kind::Css];

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Kind::Js => "js",
            Kind::Wasm => "wasm",
            Kind::Css => "css",
        }
    }
}

/// The first 16 hex digits of SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes `bytes` under its hash name, removes older files of its kind, and records the name in `hash.txt`.
pub(crate) fn store(site: &Path, kind: Kind, bytes: &[u8], release: bool) -> Outcome {
    let (pkg, hash) = (site.join("pkg"), digest(bytes));
    let path = pkg.join(format!("{NAME}.{hash}.{}", kind.extension()));
    for old in fs::read_dir(&pkg)? {
        let old = old?.path();
        let name = old.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let same_kind = name.split('.').nth(2) == Some(kind.extension());
        if same_kind && name.split('.').nth(1) != Some(&hash) {
            fs::remove_file(old)?;
        }
    }
    if !path.exists() {
        fs::write(&path, bytes)?;
    }
    if release {
        compress(&path, bytes)?;
    } else {
        for ending in ["br", "gz"] {
            let _ = fs::remove_file(beside(&path, ending));
        }
    }
    let mut names = String::new();
    for each in Kind::ALL {
        let hash = if each == kind { Some(hash.clone()) } else { recorded(site, each) };
        if let Some(hash) = hash {
            let _ = writeln!(names, "{}: {hash}", each.extension());
        }
    }
    fs::write(site.join("hash.txt"), names)?;
    Ok(())
}

/// The hash of `kind` in `hash.txt`.
pub(crate) fn recorded(site: &Path, kind: Kind) -> Option<String> {
    let names = fs::read_to_string(site.join("hash.txt")).ok()?;
    names.lines().find_map(|line| line.strip_prefix(kind.extension())?.strip_prefix(": ").map(str::to_owned))
}

/// Path of the built file of `kind`, if it exists.
pub(crate) fn built(site: &Path, kind: Kind) -> Option<PathBuf> {
    let path = site.join("pkg").join(format!("{NAME}.{}.{}", recorded(site, kind)?, kind.extension()));
    path.exists().then_some(path)
}

/// True if the script and the module exist under the names in `hash.txt`.
pub(crate) fn complete(site: &Path) -> Outcome<bool> {
    Ok(built(site, Kind::Js).is_some() && built(site, Kind::Wasm).is_some())
}

/// Adds an extension to `path`: `a.js` and `br` give `a.js.br`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes `.br` and `.gz` beside `path`, unless they are newer than it.
pub(crate) fn compress(path: &Path, bytes: &[u8]) -> Outcome {
    let modified = |p: &Path| fs::metadata(p).and_then(|m| m.modified()).ok();
    let (br, gz) = (beside(path, "br"), beside(path, "gz"));
    if modified(&br) >= modified(path) && modified(&gz) >= modified(path) {
        return Ok(());
    }
    let mut writer = brotli::CompressorWriter::new(fs::File::create(&br)?, 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    let mut writer = GzEncoder::new(fs::File::create(&gz)?, Compression::best());
    writer.write_all(bytes)?;
    writer.finish()?;
    Ok(())
}
