//! Turns the forms of APIs into requests to the service.

use super::{
    drafts::{lines, words},
    refusal::invalid,
};
use crate::{apis::OperationWords, error::AppError};
use domain::{
    error::FieldErrors,
    operation::{Api, ApiDraft, ApiScopeDraft, OperationDraft, ScopeRule, UserContext},
    scope::{Scope, ScopeSet},
};

/// Each line of `scopes` has a name, then a title.
pub(crate) fn api_draft(name: String, audience: &str, scopes: &str) -> ApiDraft {
    let scope = |line: String| {
        let (name, title) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        scope_draft(name, title, "")
    };
    let scopes = lines(scopes).into_iter().map(scope).collect();
    ApiDraft { name, audience: audience.trim().to_owned(), scopes, ..ApiDraft::default() }
}

pub(crate) fn scope_draft(name: &str, title: &str, description: &str) -> ApiScopeDraft {
    ApiScopeDraft {
        name: name.trim().to_owned(),
        title: title.trim().to_owned(),
        description: description.trim().to_owned(),
    }
}

pub(crate) fn operation_draft(typed: OperationWords) -> Result<OperationDraft, AppError> {
    let scopes: Result<ScopeSet, _> = words(&typed.scopes).iter().map(|scope| Scope::parse(scope)).collect();
    let scopes = scopes.map_err(|flaw| invalid(FieldErrors::one(flaw.at("/scopes"))))?;
    let user_context = match typed.user_context.as_str() {
        "required" => UserContext::Required,
        "forbidden" => UserContext::Forbidden,
        _ => UserContext::Optional,
    };
    Ok(OperationDraft {
        id: typed.id.trim().to_owned(),
        method: typed.method,
        path: typed.path.trim().to_owned(),
        scopes: if typed.rule == "any" { ScopeRule::Any(scopes) } else { ScopeRule::All(scopes) },
        user_context,
        resource_type: Some(typed.resource_type.trim().to_owned()).filter(|text| !text.is_empty()),
    })
}

/// URL of an API's page with a success notice.
pub(crate) fn api_page(slug: &str, api: &Api, done: &str) -> String {
    format!("/orgs/{slug}/apis/{}?done={done}", api.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_scope_and_its_title() {
        let draft = api_draft("CRM".into(), " https://crm.example ", "contacts:read  Read contacts\n\ncontacts:write");
        assert_eq!(draft.audience, "https://crm.example");
        assert_eq!(draft.scopes[0], scope_draft("contacts:read", "Read contacts", ""));
        assert_eq!(draft.scopes[1].title, "");
    }
}
