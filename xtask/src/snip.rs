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

/// A future of `RenderHtml::hydrate_async`, as mangled names have it: the function, then closures, then the hash.
const UNUSED: &str = "13hydrate_async";
const CLOSURE: &str = "28_$u7b$$u7b$closure$u7d$$u7d$";
/// Of equal functions the compiler keeps one, under whichever name. Small ones may be in use under this name, as the closures of
/// `hydrate` are; a future with fewer instructions is not worth the risk.
const WORTH_IT: u64 = 200;

fn is_unused(name: &str) -> bool {
    let Some((_, mut rest)) = name.split_once(UNUSED) else { return false };
    let mut closures = 0;
    while let Some(after) = rest.strip_prefix(CLOSURE) {
        (rest, closures) = (after, closures + 1);
    }
    closures > 0 && rest.starts_with("17h")
}

/// Reads the module at `path` and leaves out what is not used; `names` says whether functions keep theirs.
///
/// # Errors
/// When the file is no module, or holds nothing to leave out: then Leptos calls it differently now, and this step does nothing.
pub(crate) fn read(path: &Path, names: bool) -> Outcome<Module> {
    let mut config = ModuleConfig::new();
    config.strict_validate(false).generate_dwarf(names).generate_name_section(names);
    let mut module = config.parse_file(path).map_err(|e| format!("{}: {e:#}", path.display()))?;
    let mut dropped = 0;
    for function in module.funcs.iter_mut().filter(|f| f.name.as_deref().is_some_and(is_unused)) {
        if let FunctionKind::Local(local) = &mut function.kind
            && local.size() > WORTH_IT
        {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_futures_are_left_out() {
        assert!(is_unused(&format!("_ZN8into_any13hydrate_async{CLOSURE}17h00E")));
        assert!(is_unused(&format!("_ZN1F13hydrate_async{CLOSURE}{CLOSURE}17h00E")));
        assert!(!is_unused(&format!("_ZN7element13hydrate_async{CLOSURE}7inner_117h00E")));
        assert!(!is_unused("_ZN8into_any13hydrate_async17h00E"));
        assert!(!is_unused("_ZN8into_any7hydrate17h00E"));
    }
}
