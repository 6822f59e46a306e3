//! Where the build reads and writes. Nothing is ever written into the clone.

use crate::Outcome;
use std::path::{Path, PathBuf};

/// The name every built file starts with; the server knows it too.
pub(crate) const NAME: &str = "mintmark";

/// The workspace root: the parent of this crate. As cargo says at run time: another clone may have compiled this program into
/// the same target directory.
pub(crate) fn workspace() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Cargo's target directory, shared with every other build.
pub(crate) fn target() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    workspace().join(given)
}

/// What the server serves: `pkg/` (hash-named), the files of `public/`, `hash.txt`.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// Every file below `folder`, in a stable order.
pub(crate) fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).map_err(|e| format!("{}: {e}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
