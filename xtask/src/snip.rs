//! Takes out of the module what no island runs.
//!
//! Every view that Leptos has a pointer to comes with a second way of hydrating it, which waits for data on the way: a quarter of
//! the module. Only lazy routes and `Suspense` in the browser go that way; islands get what they show as properties or ask for it
//! later. The compiler cannot know, so the bodies are dropped here, and with them what only they called. An island that goes that
//! way after all stops with `unreachable` in the console, which every test of `end2end` fails on; builds for development lack the
//! way too, so that it is noticed there.

use crate::Outcome;
use std::path::Path;
use walrus::{FunctionKind, Module, ModuleConfig};

/// In the names of `RenderHtml::hydrate_async`, of its futures and of what frees them.
const UNUSED: &str = "hydrate_async";

/// Reads the module at `path` and leaves out what is not used; `names` says whether functions keep theirs.
///
/// # Errors
/// When the file is no module, or holds nothing to leave out: then Leptos calls it differently now, and this step does nothing.
pub(crate) fn read(path: &Path, names: bool) -> Outcome<Module> {
    let mut config = ModuleConfig::new();
    config.strict_validate(false).generate_dwarf(names).generate_name_section(names);
    let mut module = config.parse_file(path).map_err(|e| format!("{}: {e:#}", path.display()))?;
    let mut dropped = 0;
    for function in module.funcs.iter_mut().filter(|f| f.name.as_ref().is_some_and(|name| name.contains(UNUSED))) {
        if let FunctionKind::Local(local) = &mut function.kind {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
            dropped += 1;
        }
    }
    if dropped == 0 {
        return Err(format!("no function of {} has {UNUSED} in its name; see xtask/src/snip.rs", path.display()).into());
    }
    Ok(module)
}
