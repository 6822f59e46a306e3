//! Pages for the APIs that the organization sees: the list, the form that defines one, and one API with scopes and
//! operations.

use super::{done, id_in_path, in_path, refusal_of};
use crate::{
    apis::{
        AddApiScope, AddOperation, ApiTable, CreateApi, DefineApiForm, ImportForm, ImportOpenapi, OperationForm,
        OperationTable, ScopeForm, ScopeTable,
    },
    layout::{PageHead, signed_in_page},
    server_side::{refused, service},
    ui::{ButtonLink, CopyButton, Glyph, Icon, Look, Toast},
};
use domain::{access::Action, operation::Api};
use leptos::prelude::*;

fn crumbs(slug: &str) -> Vec<(String, String)> {
    vec![(format!("/orgs/{slug}/apis"), "APIs & scopes".to_owned())]
}

#[component]
pub(crate) fn ApisPage() -> impl IntoView {
    let slug = in_path("slug");
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let catalog = service()?.apis().show_catalog(&context.caller).await.map_err(refused)?;
        let define = context.may(Action::ManageApis).then(|| {
            view! {
                <ButtonLink href=format!("/orgs/{slug}/apis/new") look=Look::Primary>
                    <Icon glyph=Glyph::Plus/>
                    "Define API"
                </ButtonLink>
            }
        });
        Ok(view! {
            <PageHead title="APIs & scopes" lead="What credentials can be given rights to. Scopes and operations drive the scope picker, the preview and the answer when something is refused.">
                {define}
            </PageHead>
            <ApiTable slug=slug apis=catalog.into_apis() now=context.now/>
        }
        .into_any())
    })
}

#[component]
pub(crate) fn NewApiPage() -> impl IntoView {
    let (slug, refusal) = (in_path("slug"), refusal_of::<CreateApi>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        Ok(view! {
            <PageHead
                title="Define an API"
                lead="Give it a name and its audience. You can import its operations from an OpenAPI document next."
                crumbs=crumbs(&slug)
            />
            <DefineApiForm slug=slug refusal=refusal/>
        }
        .into_any())
    })
}

fn done_in_words() -> Option<&'static str> {
    match done("done")?.as_str() {
        "defined" => Some("Defined. Its scopes can be given from now on."),
        "scope" => Some("Scope added"),
        "operation" => Some("Operation added"),
        "imported" => Some("Imported. What was new has been added."),
        _ => None,
    }
}

#[component]
pub(crate) fn ApiPage() -> impl IntoView {
    let (slug, id, just_done) = (in_path("slug"), id_in_path(), done_in_words());
    let (at_scope, at_operation, at_import) =
        (refusal_of::<AddApiScope>(), refusal_of::<AddOperation>(), refusal_of::<ImportOpenapi>());
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let api = service()?.apis().show(&context.caller, &id).await.map_err(refused)?;
        let may_add = api.org.is_some() && context.may(Action::ManageApis);
        let lead = if api.org.is_some() {
            "An API of the organization."
        } else {
            "An API of the platform: every organization sees it, its operator changes it."
        };
        let (api_id, scopes_open, operation_open, import_open) =
            (api.id.to_string(), at_scope.is_some(), at_operation.is_some(), at_import.is_some());
        Ok(view! {
            <PageHead title=api.name.to_string() lead=lead crumbs=crumbs(&slug)/>
            <div class="stack">
                <ApiFacts api=api.clone()/>
                <section class="panel" aria-labelledby="scopes-heading">
                    <div class="panel-head"><h2 class="panel-title" id="scopes-heading">{format!("Scopes ({})", api.scopes.len())}</h2></div>
                    {if api.scopes.is_empty() {
                        view! { <p class="panel-body text-faint">"None yet. Add the first one, or import a document that names them."</p> }.into_any()
                    } else {
                        view! { <ScopeTable scopes=api.scopes.clone()/> }.into_any()
                    }}
                    {may_add.then(|| view! {
                        <details class="fold panel-more" open=scopes_open>
                            <summary class="fold-edit">"Add scope"</summary>
                            <div class="panel-body"><ScopeForm slug=slug.clone() api=api_id.clone() refusal=at_scope/></div>
                        </details>
                    })}
                </section>
                <section class="panel" aria-labelledby="operations-heading">
                    <div class="panel-head"><h2 class="panel-title" id="operations-heading">{format!("Operations ({})", api.operations.len())}</h2></div>
                    {if api.operations.is_empty() {
                        view! { <p class="panel-body text-faint">"None yet. Import an OpenAPI document, or add them one by one."</p> }.into_any()
                    } else {
                        view! { <OperationTable operations=api.operations.clone()/> }.into_any()
                    }}
                    {may_add.then(|| view! {
                        <details class="fold panel-more" open=operation_open>
                            <summary class="fold-edit">"Add operation"</summary>
                            <div class="panel-body"><OperationForm slug=slug.clone() api=api_id.clone() refusal=at_operation/></div>
                        </details>
                        <details class="fold panel-more" open=import_open>
                            <summary class="fold-edit">"Import OpenAPI"</summary>
                            <div class="panel-body"><ImportForm slug=slug api=api_id refusal=at_import/></div>
                        </details>
                    })}
                </section>
            </div>
            {just_done.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}

fn access_tokens_of(api: &Api) -> String {
    match api.owns_audience {
        true => format!("Signed with {}, live {} seconds", api.signing_alg.as_str(), api.access_token_seconds),
        false => "None: another API has this audience. Define an API with an audience of your own.".to_owned(),
    }
}

#[component]
fn ApiFacts(api: Api) -> impl IntoView {
    view! {
        <section class="panel" aria-label="Details">
            <dl class="details">
                <dt>"Audience"</dt>
                <dd>
                    <span class="flex items-center gap-1 min-w-0">
                        <code class="truncate">{api.audience.clone()}</code>
                        <CopyButton text=api.audience.clone() label="Copy the audience".to_owned()/>
                    </span>
                </dd>
                <dt>"Access tokens"</dt>
                <dd>{access_tokens_of(&api)}</dd>
                <dt>"Id"</dt>
                <dd><code class="break-all">{api.id.to_string()}</code></dd>
            </dl>
        </section>
    }
    .into_any()
}
