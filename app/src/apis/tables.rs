//! Tables of APIs, scopes and operations.

use crate::{
    credentials::ScopeChips,
    ui::{Badge, RelativeTime, Table, Tone},
};
use domain::{
    Timestamp,
    operation::{Api, ApiScope, Operation, ScopeRule, UserContext},
};
use leptos::prelude::*;

/// Whether an operation acts for a person.
pub(crate) fn context_in_words(context: UserContext) -> &'static str {
    match context {
        UserContext::Required => "Acts for a person",
        UserContext::Optional => "Either way",
        UserContext::Forbidden => "Applications only",
    }
}

#[component]
pub(crate) fn ApiTable(slug: String, apis: Vec<Api>, now: Timestamp) -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="APIs that the organization sees" heads=vec!["Name", "Whose", "Scopes", "Operations", "Defined"]>
                {apis
                    .into_iter()
                    .map(|api| {
                        let (name, page) = (api.name.to_string(), format!("/orgs/{slug}/apis/{}", api.id));
                        let whose = if api.org.is_some() { "Organization" } else { "Platform" };
                        let defined = (api.created_at > Timestamp::EPOCH).then_some(api.created_at);
                        view! {
                            <tr>
                                <th scope="row">
                                    <span class="entry">
                                        <a class="entry-name" href=page title=name.clone() dir="auto">{name.clone()}</a>
                                        <span class="entry-note mono">{api.audience}</span>
                                    </span>
                                </th>
                                <td data-label="Whose">{whose}</td>
                                <td data-label="Scopes">{api.scopes.len()}</td>
                                <td data-label="Operations">{api.operations.len()}</td>
                                <td data-label="Defined" class="cell-tight">
                                    {match defined {
                                        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
                                        None => view! { <span class="text-faint">"Built in"</span> }.into_any(),
                                    }}
                                </td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn ScopeTable(scopes: Vec<ApiScope>) -> impl IntoView {
    view! {
        <Table caption="Scopes of the API" heads=vec!["Scope", "What it allows"]>
            {scopes
                .into_iter()
                .map(|scope| view! {
                    <tr>
                        <th scope="row"><code class="break-all">{scope.name.to_string()}</code></th>
                        <td data-label="Allows">
                            <span class="grid">
                                <span dir="auto">{scope.title}</span>
                                <span class="entry-note whitespace-normal" dir="auto">{scope.description}</span>
                            </span>
                        </td>
                    </tr>
                })
                .collect_view()}
        </Table>
    }
    .into_any()
}

#[component]
pub(crate) fn OperationTable(operations: Vec<Operation>) -> impl IntoView {
    view! {
        <Table caption="Operations of the API" heads=vec!["Operation", "Needs", "User context", "Resource"]>
            {operations
                .into_iter()
                .map(|operation| {
                    let tone = match operation.user_context {
                        UserContext::Optional => Tone::Off,
                        UserContext::Required | UserContext::Forbidden => Tone::Quiet,
                    };
                    let one_of = matches!(&operation.scopes, ScopeRule::Any(scopes) if scopes.len() > 1);
                    view! {
                        <tr>
                            <th scope="row">
                                <span class="entry">
                                    <code class="entry-name">{operation.id}</code>
                                    <span class="entry-note mono">{operation.method}" "{operation.path}</span>
                                </span>
                            </th>
                            <td data-label="Needs">
                                {one_of.then_some("One of ")}
                                <ScopeChips scopes=operation.scopes.scopes().clone() shown=3/>
                            </td>
                            <td data-label="User context"><Badge tone=tone word=context_in_words(operation.user_context)/></td>
                            <td data-label="Resource" class="mono">{operation.resource_type.unwrap_or_else(|| "–".to_owned())}</td>
                        </tr>
                    }
                })
                .collect_view()}
        </Table>
    }
    .into_any()
}
