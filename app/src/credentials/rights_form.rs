//! The form that changes the scopes and limits of a credential without a new secret. A plain form that works without
//! script.

use super::{
    EditRights, Offer, ScopeOffer, kind_labels,
    limits_fields::{periods, windows_with},
    notes_edit::NotesEdit,
};
use crate::{
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Button, Callout, FieldNotes, Select, TextArea, TextField},
};
use domain::{
    credential::Credential,
    scope::{ALL, Scope, ScopeSet},
};
use leptos::prelude::*;

/// Pointers of the fields that show their own errors.
const FIELDS: &[&str] = &["/scopes", "/resources", "/ip_allowlist", "/rate_limit", "/quota", "/metadata"];

#[component]
pub(crate) fn RightsForm(
    credential: Credential,
    /// Base URL of the credential's pages.
    place: String,
    offer: Offer,
    /// Additional scopes that a link has preselected.
    wanted: Vec<String>,
    /// Whether the person may add scopes. Another person's token can only be narrowed.
    may_widen: bool,
    refusal: Option<AppError>,
) -> impl IntoView {
    let noun = kind_labels(credential.kind()).noun;
    let wanted = if may_widen { wanted } else { Vec::new() };
    let widening = if may_widen {
        "Tick to widen; you can only add what you hold yourself."
    } else {
        "Only its owner can widen it."
    };
    let open = refusal.is_some() || !wanted.is_empty();
    let refused = Refused(refusal);
    let at = |pointer: &str| refused.at(pointer);
    let (at_scopes, at_resources, at_networks) = (at("/scopes"), at("/resources"), at("/ip_allowlist"));
    let (at_rate, at_quota, at_metadata) = (at("/rate_limit"), at("/quota"), at("/metadata"));
    let adds: Vec<_> = wanted.iter().filter(|name| !credential.grant.scopes.contains(name)).cloned().collect();
    let groups = offer.groups().into_iter().chain(
        offer.scopes.iter().find(|scope| scope.name == ALL).map(|scope| (scope.group.clone(), vec![scope.clone()])),
    );
    let groups = groups.chain(held_beyond(&credential.grant.scopes, &offer));
    let boxes = groups.map(|(group, scopes)| {
        let (held, wanted) = (credential.grant.scopes.clone(), wanted.clone());
        let rows = scopes.into_iter().map(move |scope| {
            let (holds, adds) = (held.contains(&scope.name), wanted.contains(&scope.name));
            view! { <ScopeBox scope=scope holds=holds adds=adds may_widen=may_widen/> }
        });
        view! {
            <div role="group" aria-label=group.clone()>
                <p class="scopes-group" aria-hidden="true" dir="auto">{group.clone()}</p>
                {rows.collect_view()}
            </div>
        }
        .into_any()
    });
    let scopes = view! {
        <fieldset class="form form-tight" aria-describedby="rights-scopes-help">
            <legend class="field-label">"Scopes"</legend>
            <div class="scopes"><div class="scopes-list" tabindex="-1">{boxes.collect_view()}</div></div>
            <FieldNotes
                id="rights-scopes"
                help=format!("Untick to narrow at once. {widening} The {noun} keeps its secret.")
                error=at_scopes
            />
        </fieldset>
    }
    .into_any();
    let form = view! {
                <PostForm action={posts_to::<EditRights>()}>
                    <div class="panel-body form">
                        <Refusal refused=refused fields=FIELDS/>
                        {(!adds.is_empty()).then(|| view! {
                            <Callout><p>{format!("Ticked for you, not saved yet: {}.", adds.join(", "))}</p></Callout>
                        })}
                        <input type="hidden" name="at" value=place/>
                        <input type="hidden" name="id" value=credential.id.to_string()/>
                        {scopes}
                        <LimitsEdit
                            credential=credential
                            errors=[at_resources, at_networks, at_rate, at_quota, at_metadata]
                        />
                    </div>
                    <div class="panel-foot"><Button>"Save scopes and limits"</Button></div>
                </PostForm>
    }
    .into_any();
    view! {
        <section class="panel" id="rights" aria-labelledby="rights-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="rights-heading">"What it may do"</h2>
                    <p class="panel-lead">"Changes count from the next call. The secret stays the same."</p>
                </div>
            </div>
            <details class="fold" open=open>
                <summary class="fold-edit">"Change scopes and limits"</summary>
                {form}
            </details>
        </section>
    }
    .into_any()
}

/// Scopes the credential has that are no longer offered. They stay until they are unchecked.
fn held_beyond(held: &ScopeSet, offer: &Offer) -> Option<(String, Vec<ScopeOffer>)> {
    let is_offered = |scope: &Scope| offer.scopes.iter().any(|known| known.name == scope.as_str());
    let beyond = held.iter().filter(|scope| !is_offered(scope)).map(|scope| ScopeOffer {
        name: scope.to_string(),
        title: scope.to_string(),
        description: "It is not offered here any more. Once unticked, it cannot be added again.".to_owned(),
        group: "Not offered".to_owned(),
        may_give: true,
    });
    let beyond: Vec<_> = beyond.collect();
    (!beyond.is_empty()).then(|| ("Not offered".to_owned(), beyond))
}

#[component]
fn ScopeBox(scope: ScopeOffer, holds: bool, adds: bool, may_widen: bool) -> impl IntoView {
    let allowed = (scope.may_give && may_widen) || holds;
    view! {
        <label class="choice scope">
            <input type="checkbox" name="scopes[]" value=scope.name.clone() checked={holds || (adds && allowed)} disabled=!allowed/>
            <span class="scope-title" dir="auto">{scope.title}</span>
            <span class="scope-name">{scope.name}</span>
            <span class="scope-words" dir="auto">
                {scope.description}
                {(!allowed && may_widen).then_some(" Not part of your role.")}
            </span>
        </label>
    }
    .into_any()
}

fn one_a_line(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}

#[component]
fn LimitsEdit(credential: Credential, errors: [Signal<Option<String>>; 5]) -> impl IntoView {
    let [resources, networks, rate, quota, metadata] = errors;
    let (limit, for_period) = (credential.grant.rate_limit, credential.grant.quota);
    let window = limit.map_or(60, |limit| limit.window_seconds);
    view! {
        <TextArea
            id="edit-resources"
            name="limits[resources]"
            label="Resources"
            code=true
            max_length=30_000
            value=one_a_line(credential.grant.resources.iter().map(ToString::to_string))
            help="One a line, as type:id. Empty: everything of the organization."
            error=resources
        />
        <TextArea
            id="edit-networks"
            name="limits[ip_allowlist]"
            label="Networks"
            code=true
            max_length=10_000
            value=one_a_line(credential.grant.networks.iter().map(ToString::to_string))
            help="Addresses and networks from which it may be used, one a line. Empty: from anywhere."
            error=networks
        />
        <div class="field-pair">
            <TextField
                id="edit-rate"
                name="limits[rate]"
                label="Rate limit"
                optional=true
                length=(0, 12)
                placeholder="No limit"
                value=limit.map(|limit| limit.limit.to_string()).unwrap_or_default()
                error=rate
            />
            <Select
                id="edit-window"
                name="limits[rate_window]"
                label="Window"
                options=windows_with(window)
                chosen=window.to_string()
            />
        </div>
        <div class="field-pair">
            <TextField
                id="edit-quota"
                name="limits[quota]"
                label="Quota"
                optional=true
                length=(0, 20)
                placeholder="No quota"
                value=for_period.map(|quota| quota.limit.to_string()).unwrap_or_default()
                error=quota
            />
            <Select
                id="edit-period"
                name="limits[quota_period]"
                label="Period"
                options=periods()
                chosen=for_period.map_or("month", |quota| quota.period.as_str())
            />
        </div>
        <NotesEdit notes=credential.grant.metadata.clone() error=metadata/>
    }
    .into_any()
}
