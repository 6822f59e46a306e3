//! Builds the module and its JavaScript glue from `frontend/`.
//!
//! It uses wasm-bindgen as a library, in the same version as the crate, so no tool has to be installed.

use crate::{
    Outcome,
    paths::{self, NAME},
    snip,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Flags that keep hydration working. Others, such as `--all-features` or an older binaryen, break it silently. The two
/// skipped passes would make the raw module smaller but its Brotli form larger, because Brotli packs repetition better.
const WASM_OPT: [&str; 9] = [
    "-Oz",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=merge-similar-functions",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds `frontend` for the browser and returns the path of the raw module.
pub(crate) fn compile(release: bool) -> Outcome<PathBuf> {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(paths::workspace())
        .args(["build", "--quiet", "-p", "frontend", "--target", "wasm32-unknown-unknown", "--profile", profile])
        .status()?;
    if !built.success() {
        return Err("the browser's half did not build".into());
    }
    Ok(paths::target().join("wasm32-unknown-unknown").join(folder).join("frontend.wasm"))
}

/// Runs wasm-bindgen and, in release builds, wasm-opt if it is installed. Returns the glue and the module.
pub(crate) fn bind(module: &Path, release: bool) -> Outcome<(Vec<u8>, Vec<u8>)> {
    let work = paths::target().join("wasm-bindgen");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    wasm_bindgen_cli_support::Bindgen::new()
        .input_module(NAME, snip::read(module, !release)?)
        .web(true)?
        .typescript(false)
        .keep_debug(!release)
        .remove_name_section(release)
        .out_name(NAME)
        .generate(&work)
        .map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    let wasm = work.join(format!("{NAME}_bg.wasm"));
    if release {
        optimize(&wasm)?;
    }
    Ok((fs::read(work.join(format!("{NAME}.js")))?, fs::read(wasm)?))
}

fn optimize(wasm: &Path) -> Outcome {
    let local = paths::workspace().join("end2end/node_modules/.bin/wasm-opt");
    let tool = match env::var_os("WASM_OPT") {
        Some(given) => PathBuf::from(given),
        None if local.exists() => local,
        None => {
            println!("wasm-opt is not installed: the module stays a third larger than it could be");
            return Ok(());
        }
    };
    let ran = Command::new(&tool).args(WASM_OPT).arg("-o").arg(wasm).arg(wasm).status();
    match ran {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", tool.display()).into()),
        Err(error) => Err(format!("{}: {error}", tool.display()).into()),
    }
}
