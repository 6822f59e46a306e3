//! The architecture rules of the workspace: allowed dependencies, file length, and calls that only one place may make.
//!
//! `ARCHITECTURE.md` states these rules for people. Change both together.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every workspace member, with the members it may depend on. Add a new member here.
const DIRECTION: &[(&str, &[&str])] = &[
    ("app", &["domain", "service"]),
    ("bench", &[]),
    ("domain", &[]),
    ("frontend", &["app"]),
    ("mintmark-client", &[]),
    ("server", &["app", "domain", "service", "store"]),
    ("service", &["domain", "store", "verifier"]),
    ("store", &["domain"]),
    ("verifier", &["domain", "store"]),
    ("xtask", &[]),
];

/// The dependencies of the domain. None of them reads a clock, a network or randomness.
const DOMAIN_MAY_USE: &[&str] = &[
    "base64",
    "crc32fast",
    "hmac",
    "ipnet",
    "num-bigint",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "time",
    "unicode-normalization",
    "uuid",
    "zeroize",
];

/// Text that production code may contain only below these paths, and the reason.
const PLACES: &[(&str, &[&str], &str)] = &[
    ("SystemTime::now", &["service/src/sources.rs", "client/src/clock.rs"], "the clock is service::sources::Clock"),
    ("now_utc(", &["service/src/sources.rs"], "the clock is service::sources::Clock"),
    ("getrandom::", &["service/src/sources.rs"], "randomness is service::sources::Entropy"),
    // Keys and signatures draw their randomness inside the library, from the operating system.
    ("rand::", &["service/src/signing_keys/key_pair.rs", "bench/"], "randomness is service::sources::Entropy"),
    ("now_v7(", &[], "ids are made of a time and entropy that are transferred"),
    ("new_v4(", &["app/src/access_tokens/snippets.rs"], "ids are made of a time and entropy that are transferred"),
    ("sqlx::", &["store/"], "only store speaks SQL"),
    ("SELECT ", &["store/"], "only store speaks SQL"),
    ("INSERT INTO", &["store/"], "only store speaks SQL"),
    ("println!", &["server/src/cli", "server/src/main.rs", "xtask/", "bench/"], "output goes to the log"),
    ("eprintln!", &["server/src/cli", "server/src/main.rs", "xtask/", "bench/"], "output goes to the log"),
    ("<Title", &["app/src/layout/tab_title.rs"], "the title of a page is escaped in one place"),
    ("<title", &[], "the title of a page is escaped in one place"),
    ("<textarea", &["app/src/ui/text_area.rs"], "what stands in a textarea is escaped in one place"),
    ("textarea(", &[], "what stands in a textarea is escaped in one place"),
    (
        "inner_html",
        &[
            "app/src/ui/text_area.rs",
            "app/src/shell.rs",
            "app/src/docs/guide_view.rs",
            "app/src/overview/calls_chart.rs",
            "app/src/credentials/who_notices.rs",
            "app/src/forms/sending.rs",
        ],
        "markup is made by the renderer, which escapes; elsewhere it is a script of ours, a drawing of numbers or a page of `docs/`",
    ),
    (
        "set_inner_html",
        &["app/src/credentials/reveal_once.rs", "app/src/access_tokens/test_token.rs", "app/src/forms/sending.rs"],
        "a page takes markup from a server function of ours only",
    ),
    ("method=\"post\"", &["app/src/forms/post_form.rs"], "a form that changes something has a token"),
    ("GetUrl", &[], "a server function is a POST"),
    ("GetCbor", &[], "a server function is a POST"),
    ("#[ignore", &[], "a test runs or goes"),
    ("todo!(", &[], "what is not done is an issue"),
];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".into()])
        .exec()
        .unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn members() -> BTreeMap<String, Package> {
    metadata().packages.into_iter().map(|package| (package.name.to_string(), package)).collect()
}

/// The dependencies of `package` outside its tests.
fn dependencies(package: &Package) -> BTreeSet<&str> {
    let production = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
    production.map(|dependency| dependency.name.as_str()).collect()
}

/// The features that `feature` turns on, including itself.
fn closure<'a>(package: &'a Package, feature: &'a str) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![feature]);
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(package.features.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

/// The Rust files in `src` of every member, except test files.
fn production_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open: Vec<PathBuf> =
        members().into_values().map(|p| p.manifest_path.parent().unwrap().join("src").into()).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                open.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 50, "the walk finds the sources");
    files
}

/// The code of a file, without comments and without its test module.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let production = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    production
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n")
}

/// Finds `text` only at the start of a word: `rand::` is not in `brand::`.
fn mentions(code: &str, text: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(text).any(|(at, _)| !code[..at].ends_with(part_of_word))
}

fn name_of(file: &Path) -> String {
    file.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

#[test]
fn members_depend_only_in_the_written_direction() {
    let members = members();
    let names: BTreeSet<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(names, DIRECTION.iter().map(|(name, _)| *name).collect(), "every member has its line in DIRECTION");
    for (name, allowed) in DIRECTION {
        let used: Vec<&str> = dependencies(&members[*name]).intersection(&names).copied().collect();
        let wrong: Vec<&&str> = used.iter().filter(|used| !allowed.contains(used)).collect();
        assert!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
    }
}

#[test]
fn the_domain_stays_pure() {
    let members = members();
    let used = dependencies(&members["domain"]);
    let impure: Vec<_> = used.iter().filter(|name| !DOMAIN_MAY_USE.contains(name)).collect();
    assert!(impure.is_empty(), "domain may not depend on {impure:?}");
}

#[test]
fn only_store_has_a_database_driver() {
    for (name, package) in members() {
        let drivers: Vec<_> =
            dependencies(&package).into_iter().filter(|d| d.starts_with("sqlx") || d.contains("sqlite")).collect();
        assert!(name == "store" || drivers.is_empty(), "{name} may not depend on {drivers:?}");
    }
}

#[test]
fn what_runs_in_the_browser_cannot_name_the_service() {
    let members = members();
    let app = &members["app"];
    for feature in ["default", "hydrate"] {
        let reached = closure(app, feature);
        let server_side: Vec<_> = reached.iter().filter(|f| f.contains("service") || f.contains("ssr")).collect();
        assert!(server_side.is_empty(), "app[{feature}] reaches {server_side:?}");
    }
    let service = app.dependencies.iter().find(|d| d.name == "service").unwrap();
    assert!(service.optional, "app has service only with its feature ssr");
    let of_frontend = members["frontend"].dependencies.iter().find(|d| d.name == "app").unwrap();
    assert_eq!(of_frontend.features, ["hydrate"]);
    assert!(!of_frontend.uses_default_features);
}

#[test]
fn production_files_stay_short() {
    let lengths = production_files().into_iter().map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file));
    let long: Vec<String> =
        lengths.filter(|(lines, _)| *lines > 400).map(|(lines, file)| format!("{}: {lines}", name_of(&file))).collect();
    assert!(long.is_empty(), "over 400 lines; split by responsibility: {long:#?}");
}

#[test]
fn each_dangerous_call_is_made_from_its_one_place() {
    let mut misplaced = Vec::new();
    for file in production_files() {
        let (name, code) = (name_of(&file), code(&file));
        for (text, places, reason) in PLACES {
            if mentions(&code, text) && !places.iter().any(|place| name.starts_with(place)) {
                misplaced.push(format!("{name}: `{text}`: {reason}"));
            }
        }
    }
    assert!(misplaced.is_empty(), "{misplaced:#?}");
}

#[test]
fn plain_secrets_can_be_neither_printed_nor_serialized() {
    let plain = code(&root().join("domain/src/secret/plain.rs"));
    for forbidden in ["Debug", "Serialize", "Display"] {
        let derived = plain.lines().any(|line| line.contains("derive(") && line.contains(forbidden));
        let written = plain.contains(&format!("{forbidden} for "));
        assert!(!derived && !written, "domain::secret::PlainSecret has {forbidden}");
    }
    let revealed = code(&root().join("domain/src/secret/revealed.rs"));
    assert!(
        !revealed.lines().any(|line| line.contains("derive(") && line.contains("Debug")),
        "RevealedSecret derives Debug"
    );
}

#[test]
fn a_resource_never_carries_a_revealed_secret() {
    let leaks = production_files().into_iter().filter(|file| name_of(file).starts_with("app/")).filter(|file| {
        let code = code(file);
        code.contains("RevealedSecret") && (code.contains("Resource::new") || code.contains("LocalResource"))
    });
    let leaks: Vec<String> = leaks.map(|file| name_of(&file)).collect();
    assert!(leaks.is_empty(), "resources land in the HTML; a secret travels as the value of an action: {leaks:?}");
}

/// Every name in backticks in the last column of the promises of SECURITY.md.
fn promised_tests(security: &str) -> BTreeSet<&str> {
    let (_, table) = security.split_once("## What we promise").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let columns = lines.map(|line| line.trim_end_matches(" |").rsplit(" | ").next().unwrap());
    let names: Vec<Vec<&str>> = columns.map(|column| column.split('`').skip(1).step_by(2).collect()).collect();
    assert!(names.iter().all(|names| !names.is_empty()), "a promise names no test");
    names.into_iter().flatten().collect()
}

#[test]
fn each_promise_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let security = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let mut missing = promised_tests(&security);
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && !["node_modules", "target", "data"].contains(&&*name) {
                folders.push(path);
            } else if name.ends_with(".rs") || name.ends_with(".mjs") {
                let text = fs::read_to_string(path).unwrap();
                missing
                    .retain(|test| !text.contains(&format!("fn {test}(")) && !text.contains(&format!("(\"{test}\"")));
            }
        }
    }
    assert!(missing.is_empty(), "SECURITY.md names tests that are not there: {missing:?}");
}
