//! Forms that add to an API: one scope, one operation, or a whole OpenAPI document.

use super::server_fns::{AddApiScope, AddOperation, ImportOpenapi};
use crate::{
    error::AppError,
    forms::{Live, PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, Select, TextArea, TextField},
};
use leptos::prelude::*;

#[component]
pub(crate) fn ScopeForm(slug: String, api: String, refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    view! {
        <PostForm class="form form-tight" action={posts_to::<AddApiScope>()}>
            <Live busy=""/>
            <Refusal refused=refused.clone() fields=&["/name", "/title", "/description"]/>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="api" value=api/>
            <div class="field-pair">
                <TextField id="scope-name" name="name" label="Scope" length=(0, 128) placeholder="contacts:read" error=refused.at("/name")/>
                <TextField id="scope-title" name="title" label="Title" length=(0, 100) optional=true placeholder="Read contacts" error=refused.at("/title")/>
            </div>
            <TextField id="scope-description" name="description" label="Description" length=(0, 300) optional=true help="One sentence for the scope picker." error=refused.at("/description")/>
            <div class="form-actions"><Button>"Add scope"</Button></div>
        </PostForm>
    }
    .into_any()
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

#[component]
pub(crate) fn OperationForm(slug: String, api: String, refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map(|method| (method, method));
    view! {
        <PostForm class="form form-tight" action={posts_to::<AddOperation>()}>
            <Live busy=""/>
            <Refusal refused=refused.clone() fields=&["/id", "/method", "/path", "/scopes", "/resource_type"]/>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="api" value=api/>
            <TextField id="operation-id" name="operation[id]" label="Operation" length=(0, 128) placeholder="contacts.create" error=refused.at("/id")/>
            <div class="field-pair">
                <Select id="operation-method" name="operation[method]" label="Method" options=options(&methods) error=refused.at("/method")/>
                <TextField id="operation-path" name="operation[path]" label="Path" length=(0, 300) placeholder="/contacts/{id}" error=refused.at("/path")/>
            </div>
            <div class="field-pair">
                <TextField id="operation-scopes" name="operation[scopes]" label="Scopes" length=(0, 2000) optional=true placeholder="contacts:write" help="With spaces between. None: every credential will do." error=refused.at("/scopes")/>
                <Select id="operation-rule" name="operation[rule]" label="It needs" options=options(&[("all", "All of them"), ("any", "One of them")])/>
            </div>
            <div class="field-pair">
                <Select
                    id="operation-context"
                    name="operation[user_context]"
                    label="User context"
                    options=options(&[("optional", "Optional"), ("required", "Required: acts for a person"), ("forbidden", "Forbidden: applications only")])
                />
                <TextField id="operation-resource" name="operation[resource_type]" label="Resource type" length=(0, 60) optional=true placeholder="project" error=refused.at("/resource_type")/>
            </div>
            <div class="form-actions"><Button>"Add operation"</Button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
pub(crate) fn ImportForm(slug: String, api: String, refusal: Option<AppError>) -> impl IntoView {
    let refused = Refused(refusal);
    view! {
        <PostForm class="form form-tight" action={posts_to::<ImportOpenapi>()}>
            <Live busy="Importing…"/>
            <Refusal refused=refused.clone() fields=&["/document"]/>
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
                error=refused.at("/document")
            />
            <div class="form-actions"><Button>"Import"</Button></div>
        </PostForm>
    }
    .into_any()
}
