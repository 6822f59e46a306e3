//! What can be added to an API: a scope, an operation, or everything that an OpenAPI document says.
//! Hydrated they keep what was typed and show refusals in place; without script they are plain forms.

use super::server_fns::{AddApiScope, AddOperation, ImportOpenapi};
use crate::{
    error::AppError,
    ui::{Button, Callout, CalloutTone, Select, TextArea, TextField},
};
use leptos::{form::ActionForm, prelude::*};

type Outcome = Result<(), AppError>;

/// The refusal to show: of the last try with script, or of the one without.
fn refused(value: Option<Outcome>, before: &Option<AppError>) -> Option<AppError> {
    match value {
        Some(outcome) => outcome.err(),
        None => before.clone(),
    }
}

/// What is wrong beside the fields, or with a field that has no place of its own.
#[component]
fn Refusal(error: Signal<Option<AppError>>, fields: &'static [&'static str]) -> impl IntoView {
    move || {
        error.get().filter(|error| !error.is_only_fields() || error.at(fields).is_none()).map(|error| {
            let detail = error.fields.0.first().map(|field| format!("{}: {}", field.pointer, field.detail));
            view! {
                <Callout tone=CalloutTone::Danger urgent=true>
                    <p>{error.message}</p>
                    {detail.map(|detail| view! { <p class="callout-note">{detail}</p> })}
                </Callout>
            }
        })
    }
}

/// One scope.
#[island]
pub fn ScopeForm(
    /// The organisation's name in addresses.
    slug: String,
    /// The API's id.
    api: String,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<AddApiScope>::new();
    let error = Signal::derive(move || refused(action.value().get(), &refusal));
    let at =
        move |pointer: &'static str| Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.at(&[pointer]))));
    view! {
        <ActionForm action=action attr:class="form form-tight">
            <Refusal error=error fields=&["/name", "/title", "/description"]/>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="api" value=api/>
            <div class="field-pair">
                <TextField id="scope-name" name="name" label="Scope" length=(0, 128) placeholder="contacts:read" error=at("/name")/>
                <TextField id="scope-title" name="title" label="Title" length=(0, 100) optional=true placeholder="Read contacts" error=at("/title")/>
            </div>
            <TextField id="scope-description" name="description" label="Description" length=(0, 300) optional=true help="One sentence for the scope picker." error=at("/description")/>
            <div class="form-actions"><Button disabled=action.pending()>"Add scope"</Button></div>
        </ActionForm>
    }
    .into_any()
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// One operation.
#[island]
pub fn OperationForm(
    /// The organisation's name in addresses.
    slug: String,
    /// The API's id.
    api: String,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<AddOperation>::new();
    let error = Signal::derive(move || refused(action.value().get(), &refusal));
    let at =
        move |pointer: &'static str| Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.at(&[pointer]))));
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map(|method| (method, method));
    view! {
        <ActionForm action=action attr:class="form form-tight">
            <Refusal error=error fields=&["/id", "/method", "/path", "/scopes", "/resource_type"]/>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="api" value=api/>
            <TextField id="operation-id" name="operation[id]" label="Operation" length=(0, 128) placeholder="contacts.create" error=at("/id")/>
            <div class="field-pair">
                <Select id="operation-method" name="operation[method]" label="Method" options=options(&methods) error=at("/method")/>
                <TextField id="operation-path" name="operation[path]" label="Path" length=(0, 300) placeholder="/contacts/{id}" error=at("/path")/>
            </div>
            <div class="field-pair">
                <TextField id="operation-scopes" name="operation[scopes]" label="Scopes" length=(0, 2000) optional=true placeholder="contacts:write" help="With spaces between. None: every credential will do." error=at("/scopes")/>
                <Select id="operation-rule" name="operation[rule]" label="It needs" options=options(&[("all", "All of them"), ("any", "One of them")])/>
            </div>
            <div class="field-pair">
                <Select
                    id="operation-context"
                    name="operation[user_context]"
                    label="User context"
                    options=options(&[("optional", "Optional"), ("required", "Required: acts for a person"), ("forbidden", "Forbidden: applications only")])
                />
                <TextField id="operation-resource" name="operation[resource_type]" label="Resource type" length=(0, 60) optional=true placeholder="project" error=at("/resource_type")/>
            </div>
            <div class="form-actions"><Button disabled=action.pending()>"Add operation"</Button></div>
        </ActionForm>
    }
    .into_any()
}

/// A pasted OpenAPI document.
#[island]
pub fn ImportForm(
    /// The organisation's name in addresses.
    slug: String,
    /// The API's id.
    api: String,
    /// The refusal of a post without script.
    refusal: Option<AppError>,
) -> impl IntoView {
    let action = ServerAction::<ImportOpenapi>::new();
    let error = Signal::derive(move || refused(action.value().get(), &refusal));
    let at_document = Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.at(&["/document"]))));
    view! {
        <ActionForm action=action attr:class="form form-tight">
            <Refusal error=error fields=&["/document"]/>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="api" value=api/>
            <TextArea
                id="document"
                name="document"
                label="OpenAPI document"
                required=true
                code=true
                max_length=1_000_000
                placeholder="{ \"openapi\": \"3.1.0\", \"paths\": { … } }"
                help="OpenAPI 3 as JSON. Scopes and operations that are new are added; what is here already stays. x-mintmark-user-context says whether an operation acts for a person."
                error=at_document
            />
            <div class="form-actions"><Button disabled=action.pending()>{move || if action.pending().get() { "Importing…" } else { "Import" }}</Button></div>
        </ActionForm>
    }
    .into_any()
}
