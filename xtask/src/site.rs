//! The order of the build steps. A stamp of the inputs beside the outputs makes a run without changes quick.

use crate::{
    Outcome,
    assets::{self, Kind},
    css, paths, wasm,
};
use std::{fs, path::Path};

/// Builds everything that a browser requests into `<target>/site`.
///
/// # Errors
/// Fails with the message of the step that failed.
pub(crate) fn build(release: bool) -> Outcome {
    let site = paths::site();
    let pkg = site.join("pkg");
    fs::create_dir_all(&pkg)?;
    let module = wasm::compile(release)?;
    let stamp = format!("{} {release}", assets::digest(&fs::read(&module)?));
    let stamp_file = paths::target().join("site.stamp");
    if fs::read_to_string(&stamp_file).ok().as_deref() != Some(&stamp) || !assets::complete(&site)? {
        let (glue, wasm) = wasm::bind(&module, release)?;
        assets::store(&site, Kind::Js, &glue, release)?;
        assets::store(&site, Kind::Wasm, &wasm, release)?;
        fs::write(&stamp_file, &stamp)?;
    }
    build_css(release)?;
    copy_public(&site, release)
}

/// Builds only the style sheet. The rest of the site stays as it is.
pub(crate) fn build_css(release: bool) -> Outcome {
    let site = paths::site();
    fs::create_dir_all(site.join("pkg"))?;
    assets::store(&site, Kind::Css, css::build()?.as_bytes(), release)
}

fn copy_public(site: &Path, release: bool) -> Outcome {
    let public = paths::workspace().join("public");
    for file in paths::files_below(&public)? {
        let to = site.join(file.strip_prefix(&public)?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        let bytes = fs::read(&file)?;
        if fs::read(&to).ok().as_deref() != Some(&bytes[..]) {
            fs::write(&to, &bytes)?;
        }
        if release && to.extension().is_some_and(|e| e == "svg" || e == "txt") {
            assets::compress(&to, &bytes)?;
        }
    }
    Ok(())
}
