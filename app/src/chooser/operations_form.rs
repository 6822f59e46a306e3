//! The form to pick operations. It only changes the URL, so the result can be shared as a link.

use crate::{
    apis::context_in_words,
    ui::{Button, Choice, Look, TextField},
};
use domain::operation::{Catalog, Operation};
use leptos::prelude::*;
use std::{collections::HashSet, sync::Arc};

/// Operations grouped by API, where the code runs, and a name.
#[component]
pub(crate) fn OperationsForm(
    catalog: Catalog,
    picked: Vec<String>,
    /// Whether the code runs on a server, which can keep a client secret.
    is_service: bool,
    /// Name of the future credential.
    name: String,
) -> impl IntoView {
    let picked: Arc<HashSet<String>> = Arc::new(picked.into_iter().collect());
    // Customers look for their own APIs first. Mintmark's own API is last.
    let (own, others) = (catalog.apis().iter().take(1), catalog.apis().iter().skip(1));
    let apis: Vec<_> = others.chain(own).filter(|api| !api.operations.is_empty()).cloned().collect();
    let first = apis.first().map(|api| api.id);
    view! {
        <form class="form" method="get" action="/settings/new-credential">
            <fieldset class="form form-tight">
                <legend class="field-label">"What does your program do?"</legend>
                <div class="picks">
                    {apis
                        .into_iter()
                        .map(|api| {
                            let any = api.operations.iter().any(|operation| picked.contains(&operation.id));
                            let picked = picked.clone();
                            view! {
                                <details class="fold picks-api" open={Some(api.id) == first || any}>
                                    <summary class="fold-edit">
                                        <span dir="auto">{api.name.to_string()}</span>
                                        <span class="fold-note">{format!("{} operations", api.operations.len())}</span>
                                    </summary>
                                    <div class="picks-list" role="group" aria-label=api.name.to_string()>
                                        {api
                                            .operations
                                            .into_iter()
                                            .map(|operation| {
                                                let ticked = picked.contains(&operation.id);
                                                view! { <Pick operation=operation ticked=ticked/> }
                                            })
                                            .collect_view()}
                                    </div>
                                </details>
                            }
                        })
                        .collect_view()}
                </div>
            </fieldset>
            <Choice name="service" value="1" checked=is_service help="A backend or device that can ask for access tokens, rather than a tool where somebody pastes a key.">
                "It is a service that can keep a client secret"
            </Choice>
            <div class="max-w-96">
                <TextField id="chooser-name" name="name" label="Name" optional=true value=name help="Goes into the form that follows."/>
            </div>
            <div class="form-actions"><Button look=Look::Primary>"Advise me"</Button></div>
        </form>
    }
    .into_any()
}

#[component]
fn Pick(operation: Operation, ticked: bool) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" name="op" value=operation.id.clone() checked=ticked/>
            <span class="mono break-words">{operation.id.clone()}</span>
            <span class="choice-help">
                <span class="mono break-words">{operation.method}" "{operation.path}</span>
                " · "
                {context_in_words(operation.user_context)}
            </span>
        </label>
    }
    .into_any()
}
