//! What is wrong with a body, in the caller's words.
//!
//! Owns: translating the parser's messages, which name types of this program, into sentences about JSON. A message that is
//! none of the parser's is ours already.

use crate::api::problem::Problem;
use domain::{
    code::{FlawCode, ProblemCode},
    error::FieldError,
};
use serde::de::IgnoredAny;
use serde_path_to_error::{Path, Segment};
use std::fmt::Write;

/// The refusal of a body that is not JSON.
pub(super) fn syntax(error: &serde_json::Error) -> Problem {
    let detail = format!("The body is not valid JSON at line {}, column {}.", error.line(), error.column());
    Problem::new(ProblemCode::MalformedJson, &detail)
}

/// The refusal of a body that is not JSON, or JSON of another shape.
pub(super) fn problem(path: &Path, error: &serde_json::Error, bytes: &[u8]) -> Problem {
    if !error.is_data() {
        // The parser also says so of well-formed JSON, such as null where one of several names is meant.
        let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
        if !std::str::from_utf8(bytes).is_ok_and(is_json) {
            return syntax(error);
        }
        let detail = "The value is not allowed here.".to_owned();
        return Problem::invalid(vec![FieldError { pointer: pointer(path), code: FlawCode::InvalidType, detail }]);
    }
    // The message ends with the place, which the pointer says better.
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(before, _)| before);
    let Told { code, detail, member } = told(message);
    let mut pointer = pointer(path);
    // The place of a member that is missing or there twice is that of its object.
    if let Some(member) = member {
        pointer = format!("{pointer}/{}", escaped(member));
    }
    Problem::invalid(vec![FieldError { pointer, code, detail }])
}

struct Told<'a> {
    code: FlawCode,
    detail: String,
    member: Option<&'a str>,
}

fn told(message: &str) -> Told<'_> {
    let plain = |code, detail| Told { code, detail, member: None };
    if let Some(rest) = message.strip_prefix("missing field ") {
        let member = quoted(rest).unwrap_or_default();
        return Told { code: FlawCode::Required, detail: format!("{member} is required."), member: Some(member) };
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let name = quoted(rest).unwrap_or_default();
        return plain(FlawCode::UnknownField, format!("There is no field {name} here.{}", known(rest, "Known fields")));
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let value = quoted(rest).unwrap_or_default();
        return plain(
            FlawCode::InvalidType,
            format!("{value} is not a value of this field.{}", known(rest, "Known values")),
        );
    }
    if let Some(rest) = message.strip_prefix("duplicate field ") {
        let member = quoted(rest).unwrap_or_default();
        return Told {
            code: FlawCode::DuplicateField,
            detail: format!("{member} is there twice."),
            member: Some(member),
        };
    }
    let about_type = ["invalid type: ", "invalid value: ", "invalid length "];
    let Some(rest) = about_type.iter().find_map(|prefix| message.strip_prefix(prefix)) else {
        return plain(FlawCode::InvalidType, message.to_owned());
    };
    let (found, wanted) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
    let detail = match (kind_of(found), asked_for(wanted)) {
        (Some(found), Some(wanted)) if found != wanted => format!("Send {wanted} here, not {found}."),
        (_, Some(wanted)) => format!("Send {wanted} of an allowed size here."),
        (Some(found), None) => format!("{found} is not allowed here."),
        (None, None) => "The value is not allowed here.".to_owned(),
    };
    plain(FlawCode::InvalidType, detail)
}

/// The text between the first two backticks.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

/// The names that are listed after `expected`, as a sentence.
fn known(text: &str, title: &str) -> String {
    let names: Vec<_> =
        text.rsplit_once(", expected").map_or("", |(_, names)| names).split('`').skip(1).step_by(2).collect();
    if names.is_empty() { String::new() } else { format!(" {title}: {}.", names.join(", ")) }
}

fn kind_of(found: &str) -> Option<&'static str> {
    let kinds = [
        ("null", "null"),
        ("unit", "null"),
        ("boolean", "true or false"),
        ("integer `-", "a negative number"),
        ("integer", "a number"),
        ("floating point", "a fraction"),
        ("number", "a number"),
        ("string", "a string"),
        ("character", "a string"),
        ("sequence", "an array"),
        ("map", "an object"),
    ];
    kinds.iter().find(|(start, _)| found.starts_with(start)).map(|(_, kind)| *kind)
}

fn asked_for(wanted: &str) -> Option<&'static str> {
    let is_number = |text: &str| matches!(text, "u8" | "u16" | "u32" | "u64" | "usize");
    Some(match wanted {
        number if is_number(number) => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a map" => "an object",
        "a sequence" => "an array",
        "null" | "unit" => "null",
        text if text.contains("string") || text.ends_with("identifier") => "a string",
        object if object.starts_with("struct ") || object.starts_with("map with ") => "an object",
        one if one.starts_with("enum ") || one.contains("variant of enum") => "one of the named values",
        _ => return None,
    })
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut pointer, segment| {
        let _ = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => write!(pointer, "/{}", escaped(key)),
            Segment::Enum { variant } => write!(pointer, "/{variant}"),
            Segment::Unknown => Ok(()),
        };
        pointer
    })
}

/// RFC 6901.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use crate::api::json::parse;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        count: u32,
        inner: Option<Inner>,
        many: Option<Vec<Inner>>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        name: String,
        since: Option<i64>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only read")]
    enum Kind {
        Big,
        Rule(Vec<String>),
    }

    fn read(body: &str) -> Result<Outer, (String, String, String)> {
        parse::<Outer>(body.as_bytes()).map_err(|problem| {
            let error = problem.errors().first().cloned().unwrap();
            (error.pointer, error.code.to_string(), error.detail)
        })
    }

    #[test]
    fn objects_are_read_from_objects_at_every_depth() {
        assert!(read(r#"{"count":1,"inner":{"name":"x"},"many":[{"name":"y","since":1}],"kind":"big"}"#).is_ok());
        assert!(read(r#"{"count":1,"kind":{"rule":["a"]}}"#).is_ok());
        for (body, at) in [
            (r#"[1,null,null,null]"#, ""),
            (r#"{"count":1,"inner":["x",1]}"#, "/inner"),
            (r#"{"count":1,"many":[["x",1]]}"#, "/many/0"),
        ] {
            let told = (at.to_owned(), "invalid_type".to_owned(), "Send an object here, not an array.".to_owned());
            assert_eq!(read(body).unwrap_err(), told, "{body}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_about_json() {
        for (body, at, code, detail) in [
            (r#"{"count":"x"}"#, "/count", "invalid_type", "Send a whole number from 0 here, not a string."),
            (r#"{"count":-1}"#, "/count", "invalid_type", "Send a whole number from 0 here, not a negative number."),
            (r#"{"count":1.5}"#, "/count", "invalid_type", "Send a whole number from 0 here, not a fraction."),
            (r#"{"count":null}"#, "/count", "invalid_type", "Send a whole number from 0 here, not null."),
            (r#"{}"#, "/count", "required", "count is required."),
            (r#"{"count":1,"inner":{}}"#, "/inner/name", "required", "name is required."),
            (r#"{"count":1,"inner":7}"#, "/inner", "invalid_type", "Send an object here, not a number."),
            (r#"{"count":1,"many":{}}"#, "/many", "invalid_type", "Send an array here, not an object."),
            (r#"{"count":1,"count":2}"#, "/count", "duplicate_field", "count is there twice."),
            (
                r#"{"count":1,"kind":"odd, expected u32"}"#,
                "/kind",
                "invalid_type",
                "odd, expected u32 is not a value of this field. Known values: big, rule.",
            ),
            (
                r#"{"count":1,"more":2}"#,
                "/more",
                "unknown_field",
                "There is no field more here. Known fields: count, inner, many, kind.",
            ),
            (r#"{"count":1,"kind":5}"#, "/kind", "invalid_type", "The value is not allowed here."),
            (r#""x""#, "", "invalid_type", "Send an object here, not a string."),
            (r#"null"#, "", "invalid_type", "Send an object here, not null."),
        ] {
            assert_eq!(read(body).unwrap_err(), (at.into(), code.into(), detail.into()), "{body}");
        }
    }
}
