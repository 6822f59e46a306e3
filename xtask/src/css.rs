//! The style sheet: `style/*.css` in the order of `SHEETS`, then the utilities that `app/src` uses.
//!
//! Utilities come from encre-css and only from string literals, so a Rust word such as `table` makes no rule. Their
//! colors are names from `style/tokens.css`, and a color value appears nowhere else.

use crate::{Outcome, paths};
use encre_css::{Config, Preflight, Scanner};
use std::{collections::BTreeSet, fs};

/// Tokens first, then from general to specific.
const SHEETS: [&str; 10] =
    ["tokens", "base", "icons", "controls", "overlays", "data", "frame", "forms", "credentials", "docs"];

/// Color names that utilities may use: `text-muted`, `bg-sunken`, `border-line`.
const COLORS: [&str; 14] = [
    "page",
    "surface",
    "raised",
    "sunken",
    "line",
    "text",
    "muted",
    "faint",
    "accent",
    "ok",
    "warn",
    "danger",
    "warn-soft",
    "danger-soft",
];

pub(crate) fn build() -> Outcome<String> {
    let workspace = paths::workspace();
    let mut sheet = String::new();
    for name in SHEETS {
        let path = workspace.join("style").join(name).with_extension("css");
        sheet += &without_comments(&fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?);
    }
    let mut sources = Vec::new();
    for file in paths::files_below(&workspace.join("app/src"))? {
        if file.extension().is_some_and(|e| e == "rs") {
            sources.push(fs::read_to_string(file)?);
        }
    }
    sheet += &encre_css::generate(sources.iter().map(String::as_str), &config());
    Ok(sheet)
}

fn config() -> Config {
    let mut config = Config::default();
    config.preflight = Preflight::None;
    config.scanner = Scanner::from_fn(literals);
    for name in COLORS {
        config.theme.colors.add(name, format!("var(--{name})"));
    }
    config
}

/// The words inside string literals. This is good enough for our own sources: a stray word makes at most an unused
/// rule.
fn literals(source: &str) -> BTreeSet<&str> {
    source.split('"').skip(1).step_by(2).flat_map(str::split_ascii_whitespace).collect()
}

fn without_comments(sheet: &str) -> String {
    let mut kept = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        kept += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept += rest;
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |text, line| text + line + "\n")
}
