//! Pages of the reference: an overview, and one page per group with an anchor for each operation.

use super::{
    Places, Section,
    reference::{Field, Group, Operation},
};
use crate::ui::Table;
use leptos::prelude::*;

fn path_of(group: &Group) -> String {
    format!("{}/{}", Section::Api.path(), group.key)
}

pub(super) fn address(group: &Group, operation: &Operation) -> String {
    format!("{}#{}", path_of(group), operation.id)
}

/// Method, path and scope of every operation, by group.
#[component]
pub(crate) fn OperationList(groups: &'static [Group]) -> impl IntoView {
    view! {
        {groups
            .iter()
            .map(|group| {
                let heading = format!("group-{}", group.key);
                view! {
                    <section class="panel" aria-labelledby=heading.clone()>
                        <div class="panel-head">
                            <h2 class="panel-title" id=heading.clone()><a class="link" href=path_of(group)>{group.title.as_str()}</a></h2>
                        </div>
                        <ul class="docs-operations">
                            {group
                                .operations
                                .iter()
                                .map(|operation| view! {
                                    <li>
                                        <a href=address(group, operation)><Request operation=operation/></a>
                                        <span class="text-faint">{operation.scopes.join(" ")}</span>
                                    </li>
                                })
                                .collect_view()}
                        </ul>
                    </section>
                }
            })
            .collect_view()}
    }
    .into_any()
}

#[component]
fn Request(operation: &'static Operation) -> impl IntoView {
    view! { <code class="docs-request"><strong>{operation.method.as_str()}</strong>" "{operation.path.as_str()}</code> }
}

/// Full reference of every operation in a group.
#[component]
pub(crate) fn GroupView(group: &'static Group, places: Places) -> impl IntoView {
    group.operations.iter().map(|operation| view! { <One operation=operation places=places.clone()/> }).collect_view()
}

#[component]
fn One(operation: &'static Operation, places: Places) -> impl IntoView {
    let heading = format!("{}-heading", operation.id);
    view! {
        <section class="panel docs-operation" id=operation.id.as_str() aria-labelledby=heading.clone()>
            <div class="panel-head">
                <div class="min-w-0">
                    <h2 class="panel-title" id=heading.clone()><Request operation=operation/></h2>
                    <p class="panel-lead">
                        <code>{operation.id.as_str()}</code>
                        {(!operation.description.is_empty()).then(|| format!(". {}", operation.description))}
                    </p>
                </div>
            </div>
            <div class="panel-body form form-tight">
                {(!operation.query.is_empty()).then(|| view! {
                    <p class="text-muted">"Query: "<code>{operation.query.join(", ")}</code></p>
                })}
                {(!operation.fields.is_empty()).then(|| view! { <Fields title="Body" fields=&operation.fields/> })}
                <pre class="raw" tabindex="0" translate="no" aria-label="Example">{places.fill(&operation.example)}</pre>
                <details class="fold">
                    <summary class="fold-small">{format!("Answers {}", operation.status)}</summary>
                    <div class="fold-body">
                        {if operation.answer.is_empty() {
                            view! { <p class="text-muted">"Its shape is in the OpenAPI document where it has one."</p> }.into_any()
                        } else {
                            view! { <Fields title="Answer" fields=&operation.answer/> }.into_any()
                        }}
                    </div>
                </details>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Fields(title: &'static str, fields: &'static [Field]) -> impl IntoView {
    view! {
        <Table caption=title heads=vec![title, "Type"]>
            {fields
                .iter()
                .map(|field| view! {
                    <tr>
                        <th scope="row"><code>{field.name.as_str()}</code>{field.required.then(|| view! { <span class="text-faint">" required"</span> })}</th>
                        <td data-label="Type" class="break-words">{field.kind.as_str()}</td>
                    </tr>
                })
                .collect_view()}
        </Table>
    }
    .into_any()
}
