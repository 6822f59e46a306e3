//! Disabling and enabling a credential, and the link to revoking it. Each control explains its effect first.

use super::{DisableCredential, EnableCredential, kind_labels};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, ButtonLink, Look},
};
use domain::{
    Timestamp,
    credential::{Credential, Status},
};
use leptos::prelude::*;

/// Renders nothing for a credential that has ended.
#[component]
pub(crate) fn DangerZone(
    credential: Credential,
    /// Base URL of the credential's pages.
    at: String,
    page: String,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let (status, noun) = (credential.status(now), kind_labels(credential.kind()).noun);
    if status.is_final() {
        return ().into_any();
    }
    let id = credential.id.to_string();
    let hidden = view! {
        <input type="hidden" name="at" value=at/>
        <input type="hidden" name="id" value=id/>
    };
    let switch = if status == Status::Disabled {
        view! {
            <div>
                <h2 class="panel-title">{format!("Enable this {noun}")}</h2>
                <p class="panel-lead">"It works again at once, with the same secret, scopes and end."</p>
            </div>
            <PostForm action={posts_to::<EnableCredential>()}>{hidden}<Button>{format!("Enable {noun}")}</Button></PostForm>
        }
        .into_any()
    } else {
        view! {
            <div>
                <h2 class="panel-title">{format!("Disable this {noun}")}</h2>
                <p class="panel-lead">"It is refused everywhere within two seconds, until somebody enables it again. Nothing is lost."</p>
            </div>
            <PostForm action={posts_to::<DisableCredential>()}>{hidden}<Button>{format!("Disable {noun}")}</Button></PostForm>
        }
        .into_any()
    };
    view! {
        <section class="panel panel-danger" aria-label="Danger zone">
            {refusal.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            <div class="panel-head">{switch}</div>
            <div class="panel-head border-0">
                <div>
                    <h2 class="panel-title">{format!("Revoke this {noun}")}</h2>
                    <p class="panel-lead">"It is refused everywhere within two seconds, and for good."</p>
                </div>
                <ButtonLink href=format!("{page}/revoke") look=Look::DangerQuiet>{format!("Revoke {noun}")}</ButtonLink>
            </div>
        </section>
    }
    .into_any()
}
