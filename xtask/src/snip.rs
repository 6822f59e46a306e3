//! Removes code from the module that no island runs.
//!
//! Leptos compiles a second way to hydrate every view behind a pointer, which can wait for data: a quarter of the
//! module. Only lazy routes and `Suspense` in the browser use it. Islands get their data as properties or request it
//! later. The compiler cannot know that, so this step empties these functions, and code that only they called is
//! dropped too.
//!
//! An island that uses this way nevertheless stops with `unreachable` in the console, and every test of `end2end` fails
//! on that. Development builds omit it too, so that a mistake is noticed there.

use crate::Outcome;
use std::path::Path;
use walrus::{FunctionKind, Module, ModuleConfig};

/// A future of `RenderHtml::hydrate_async` in a mangled name: the function, then closures, then the hash.
const UNUSED: &str = "13hydrate_async";
const CLOSURE: &str = "28_$u7b$$u7b$closure$u7d$$u7d$";
/// Smallest size, in instructions, of a function that is emptied. The compiler merges equal functions under one of
/// their names. A small function with this name may be in use elsewhere, as the closures of `hydrate` are.
const WORTH_IT: u64 = 200;

fn is_unused(name: &str) -> bool {
    let Some((_, mut rest)) = name.split_once(UNUSED) else { return false };
    let mut closures = 0;
    while let Some(after) = rest.strip_prefix(CLOSURE) {
        (rest, closures) = (after, closures + 1);
    }
    closures > 0 && rest.starts_with("17h")
}

/// Reads the module at `path` and removes the unused code. `names` says whether functions keep their names.
///
/// # Errors
/// Fails if the file is not a module, or if it contains nothing to remove. In that case Leptos has renamed the
/// function.
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
