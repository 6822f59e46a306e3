//! The public keys with which a client authenticates: list, add and remove.
//!
//! Works without script. Removing a key takes a second step, and that step has its own URL.

use super::{KeyForm, RemoveClientKey};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, Table},
};
use domain::credential::{AuthMethod, Credential, PublicJwk};
use leptos::prelude::*;

/// State of the key panel from the URL: errors of its forms, and the key to be removed.
#[derive(Clone, Default)]
pub(crate) struct KeyChange {
    /// Error of the form that adds a key.
    pub(crate) not_added: Option<AppError>,
    /// Error of the form that removes a key.
    pub(crate) not_removed: Option<AppError>,
    /// ID of the key whose removal awaits confirmation.
    pub(crate) removing: Option<String>,
}

/// Renders nothing for a credential without keys.
#[component]
pub(crate) fn ClientKeys(
    credential: Credential,
    /// Base URL of the credential's pages.
    at: String,
    page: String,
    may_change: bool,
    change: KeyChange,
) -> impl IntoView {
    let Some(settings) = credential.grant.client.filter(|client| client.auth_method == AuthMethod::PrivateKeyJwt)
    else {
        return ().into_any();
    };
    let (id, keys) = (credential.id.to_string(), settings.keys);
    let may_remove = may_change && keys.len() > 1;
    let removing = keys.iter().find(|key| may_remove && change.removing.as_ref() == Some(&key.kid)).cloned();
    let row = |key: &PublicJwk| view! { <Row key=key.clone() page=page.clone() may_remove=may_remove/> };
    let rows = keys.iter().map(row).collect_view();
    let heads = if may_remove { vec!["Key ID", "Algorithm", ""] } else { vec!["Key ID", "Algorithm"] };
    let open = change.not_added.is_some();
    view! {
        <section class="panel" id="keys" aria-labelledby="keys-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="keys-heading">"Public keys"</h2>
                    <p class="panel-lead">
                        {if keys.len() == 1 {
                            "The client signs with the private half. To replace its only key, add the new one first."
                        } else {
                            "The client signs with the private half of any of these."
                        }}
                    </p>
                </div>
            </div>
            {change.not_removed.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            {removing.map(|key| view! { <Confirm key=key at=at.clone() id=id.clone() page=page.clone()/> })}
            <Table caption="Public keys of the client" heads=heads>{rows}</Table>
            {may_change.then(|| view! {
                <details class="fold panel-more" open=open>
                    <summary class="fold-edit">"Add key"</summary>
                    <div class="panel-body"><KeyForm at=at id=id refusal=change.not_added/></div>
                </details>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Row(key: PublicJwk, page: String, may_remove: bool) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><code class="break-all">{key.kid.clone()}</code></th>
            <td data-label="Algorithm">{key.alg}</td>
            {may_remove.then(|| view! {
                <td class="cell-end cell-wide">
                    <ButtonLink href=format!("{page}?remove={}#keys", key.kid) look=Look::DangerQuiet>
                        "Remove"<span class="unseen">{format!(" key {}", key.kid)}</span>
                    </ButtonLink>
                </td>
            })}
        </tr>
    }
    .into_any()
}

/// Asks for confirmation before a key is removed.
#[component]
fn Confirm(key: PublicJwk, at: String, id: String, page: String) -> impl IntoView {
    view! {
        <div class="panel-body">
            <Callout tone=CalloutTone::Warn>
                <p class="callout-title">"Remove the key "<code class="break-all">{key.kid.clone()}</code>"?"</p>
                <p>"Whatever still signs with it gets no access token from the next request on. You can add it again."</p>
                <PostForm class="form-actions" action={posts_to::<RemoveClientKey>()}>
                    <input type="hidden" name="at" value=at/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="kid" value=key.kid/>
                    <Button look=Look::Danger>"Remove key"</Button>
                    <ButtonLink href=format!("{page}#keys") look=Look::Ghost>"Keep key"</ButtonLink>
                </PostForm>
            </Callout>
        </div>
    }
    .into_any()
}
