//! The locations that the build reads and writes. It never writes into the clone.

use crate::Outcome;
use std::path::{Path, PathBuf};

/// The name that every built file starts with. The server uses the same name.
pub(crate) const NAME: &str = "mintmark";

/// The workspace root, which is the parent of this crate. It is taken from the environment at run time, because another
/// clone may have compiled this program into the same target directory.
pub(crate) fn workspace() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Cargo's target directory, shared with every other build.
pub(crate) fn target() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    workspace().join(given)
}

/// The files that the server serves: `pkg/` (named by hash), the files of `public/`, and `hash.txt`.
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
