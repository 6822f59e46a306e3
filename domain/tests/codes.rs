//! The page `docs/errors.md` lists every public code as its table has it. Accept a new page with `UPDATE_EXPECT=1`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use domain::{
    code::{FlawCode, ProblemCode},
    verify::Verdict,
};
use expect_test::expect_file;
use std::fmt::Write;

const HEAD: &str = "\
# Error codes

This page lists every code that the API returns: of errors, of flaws in a request, and of verdicts.
[API](api.md#errors) says how errors are written.

A test writes this page from the tables in `domain/src/code` and `domain/src/verify/verdict.rs`.
Codes are stable: a release may add codes, but never changes what one means.

";

const PROBLEMS: &str = "\
## Errors

`code` of an error (`application/problem+json`). Some codes occur only on the screens or on the
command line. The OpenAPI document names the codes of each status.

| Code | Status | Meaning |
|---|---|---|
";

const FLAWS: &str = "
## Flaws

`code` of each of the `errors` of a 422. If there is only one flaw, the error itself has the same
code.

| Code | Meaning |
|---|---|
";

const VERDICTS: &str = "
## Verdict codes

`code` of a [verification](api.md#verify-a-token): the first one that applies, in this order, and
`valid` if no other does. A proxy that asks forward-auth gets some of them as the code of a 403.

| Code | Meaning |
|---|---|
";

#[test]
fn the_page_of_error_codes_is_the_golden_file() {
    let mut page = format!("{HEAD}{PROBLEMS}");
    for code in ProblemCode::ALL {
        let statuses = code.statuses().iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
        writeln!(page, "| `{code}` | {statuses} | {} |", code.explanation()).unwrap();
    }
    page += FLAWS;
    for code in FlawCode::ALL {
        writeln!(page, "| `{code}` | {} |", code.explanation()).unwrap();
    }
    page += VERDICTS;
    for code in Verdict::ALL {
        writeln!(page, "| `{code}` | {} |", code.explanation()).unwrap();
    }
    expect_file!["../../docs/errors.md"].assert_eq(&page);
}
