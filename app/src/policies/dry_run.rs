//! The preview of a policy: affected credentials, and the button that saves it.

use super::{
    SavePolicy,
    rule_labels::{objection_in_words, rules_in_words},
};
use crate::{
    credentials::kind_labels,
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    server_side::{CredentialPages, OwnerNames},
    ui::{Button, Callout, CalloutTone, ExactTime, Look, RelativeTime, Table},
};
use domain::{Timestamp, policy::PolicyDraft};
use leptos::prelude::*;
use service::policies::{Affected, DryRun, Hit};

/// Maximum number of rows shown. The total is always that of all affected credentials.
const SHOWN: usize = 100;

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The consequences, the affected credentials, and the button.
#[component]
pub(crate) fn DryRunPanel(
    slug: String,
    draft: PolicyDraft,
    found: DryRun,
    names: OwnerNames,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let noun = kind_labels(found.kind).noun;
    let (hits, used) = (found.hits.len(), found.used_today(now));
    let is_later = found.enforced_at > now;
    let confirmed = PolicyDraft { confirm_affected: Some(hits as u64), ..draft };
    let json = serde_json::to_string(&confirmed).unwrap_or_default();
    let look = if hits > 0 && !is_later { Look::Danger } else { Look::Primary };
    let said = rules_in_words(&found.rules);
    let rows = found.hits.iter().take(SHOWN).map(|hit| row(&slug, hit, &names, now)).collect_view();
    view! {
        <section class="panel" aria-labelledby="dry-run-heading" id="dry-run">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="dry-run-heading">
                        {if hits == 0 { "It hits nothing".to_owned() } else { format!("It hits {} of {}", hits, counted(usize::try_from(found.live).unwrap_or(usize::MAX), noun)) }}
                    </h2>
                    <p class="panel-lead">
                        {if said.is_empty() { "It asks for nothing.".to_owned() } else { format!("{}.", said.join(". ")) }}
                    </p>
                </div>
            </div>
            <Consequences found=found noun=noun used=used now=now refusal=refusal/>
            {(hits > 0).then(|| view! {
                <Table caption="Credentials that would stop working" heads=vec!["Name", "Owner", "Why", "Last used"]>{rows}</Table>
            })}
            {(hits > SHOWN).then(|| view! { <p class="panel-body text-muted">{format!("and {} more", hits - SHOWN)}</p> })}
            <div class="panel-body">
                <PostForm action={posts_to::<SavePolicy>()}>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <input type="hidden" name="draft" value=json/>
                    <Button look=look>
                        {match (hits, is_later) {
                            (0, _) => "Save policy".to_owned(),
                            (hits, true) => format!("Announce it; {} will be hit", counted(hits, noun)),
                            (hits, false) => format!("Save it and block {}", counted(hits, noun)),
                        }}
                    </Button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

/// Stages of enforcement, and a warning if affected credentials are in use.
#[component]
fn Consequences(
    found: DryRun,
    noun: &'static str,
    used: usize,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let is_later = found.enforced_at > now;
    let (were, it) =
        if used == 1 { ("1 of them was".to_owned(), "it") } else { (format!("{used} of them were"), "them") };
    let stages = match (found.hits.is_empty(), is_later) {
        (true, _) => ().into_any(),
        (false, true) => view! {
            <ol class="stages">
                <li><strong>"Today"</strong>" New "{noun}"s keep it."</li>
                <li><ExactTime at=found.warns_at/>" Replies to those below begin to warn."</li>
                <li><ExactTime at=found.enforced_at/>" Those below are refused, unless they were replaced or let off by then."</li>
            </ol>
        }
        .into_any(),
        (false, false) => view! {
            <ol class="stages"><li><strong>"At once"</strong>" New "{noun}"s keep it, and those below are refused."</li></ol>
        }
        .into_any(),
    };
    view! {
        <div class="panel-body stack">
            <Refusal refused=Refused(refusal) fields=&[]/>
            {stages}
            {(used > 0).then(|| view! {
                <Callout tone=CalloutTone::Warn>
                    <p>{format!("{were} used in the last day, so something depends on {it}.")}</p>
                </Callout>
            })}
        </div>
    }
    .into_any()
}

fn row(slug: &str, hit: &Hit, names: &OwnerNames, now: Timestamp) -> AnyView {
    let (page, name, redacted, owner, note) = match &hit.affected {
        Affected::Own(credential) => {
            let page = CredentialPages::of(slug, credential.kind()).page(credential.id);
            (page, credential.grant.name.to_string(), credential.redacted().to_owned(), names.of(credential), None)
        }
        Affected::Authorized(here) => {
            let (page, token) = (format!("/orgs/{slug}/organization-authorizations"), &here.token);
            let owner = token.owner_name.to_string();
            (page, token.name.to_string(), token.redacted.clone(), owner, Some("Of another organization"))
        }
    };
    let why: Vec<_> = hit.objections.iter().map(|objection| objection_in_words(*objection)).collect();
    let used = match hit.affected.last_used_at() {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="entry">
                    <a class="entry-name" href=page title=name.clone() dir="auto">{name.clone()}</a>
                    <span class="entry-note mono">{redacted}</span>
                    {note.map(|words| view! { <span class="entry-note">{words}</span> })}
                </span>
            </th>
            <td data-label="Owner" dir="auto">{owner}</td>
            <td data-label="Why">{why.join(", ")}</td>
            <td data-label="Last used" class="cell-tight">{used}</td>
        </tr>
    }
    .into_any()
}
