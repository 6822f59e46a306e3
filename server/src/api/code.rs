//! The `code` of a problem.
//!
//! Owns which codes come with which status. The codes themselves are the tables in `domain`.

use domain::{
    code::{FlawCode, ProblemCode},
    verify::Verdict,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// The code of a problem, from one of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[schemars(inline)]
#[serde(untagged)]
pub(crate) enum Code {
    Problem(ProblemCode),
    /// The only flaw of a request.
    Flaw(FlawCode),
    /// The verdict for which forward-auth refuses a credential.
    Verdict(Verdict),
}

impl Code {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Problem(code) => code.as_str(),
            Self::Flaw(code) => code.as_str(),
            Self::Verdict(verdict) => verdict.as_str(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The status of a problem that has the code of a flaw, or several flaws.
pub(crate) const STATUS_OF_FLAWS: u16 = 422;

/// The codes that come with this status. Verdicts are added by the routes that answer with them.
pub(crate) fn codes_of(status: u16) -> BTreeSet<&'static str> {
    let problems = ProblemCode::ALL.into_iter().filter(|code| code.statuses().contains(&status));
    let flaws = FlawCode::ALL.into_iter().filter(|_| status == STATUS_OF_FLAWS);
    problems.map(ProblemCode::as_str).chain(flaws.map(FlawCode::as_str)).collect()
}
