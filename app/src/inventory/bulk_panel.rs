//! The dry run of a bulk action: what would happen to each, who uses it, and the one button that does it.

use super::BulkChange;
use crate::{
    credentials::{StatusBadge, kind_words},
    error::AppError,
    layout::posts_to,
    server_side::{BulkAction, BulkItem, refused},
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, RelativeTime, Table},
};
use domain::{
    Timestamp,
    credential::{Credential, Status},
};
use leptos::prelude::*;

/// The action of this name.
pub(crate) fn action_named(name: &str) -> Option<BulkAction> {
    match name {
        "revoke" => Some(BulkAction::Revoke),
        "disable" => Some(BulkAction::Disable),
        "enable" => Some(BulkAction::Enable),
        _ => None,
    }
}

/// The verb, at the start of a sentence.
pub(crate) fn action_in_words(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Revoke => "Revoke",
        BulkAction::Disable => "Disable",
        BulkAction::Enable => "Enable",
    }
}

/// The same, when it is done.
pub(crate) fn done_in_words(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Revoke => "revoked",
        BulkAction::Disable => "disabled",
        BulkAction::Enable => "enabled",
    }
}

fn in_use_in_words(count: usize) -> String {
    let who = if count == 1 { "1 of them was".to_owned() } else { format!("{count} of them were") };
    format!("{who} used in the last day, so something probably depends on it.")
}

fn counted(count: usize) -> String {
    if count == 1 { "1 credential".to_owned() } else { format!("{count} credentials") }
}

/// One row each, then the button.
#[component]
pub(crate) fn BulkPanel(
    /// The organisation's name in addresses.
    slug: String,
    /// What is to be done.
    action: BulkAction,
    /// What would happen to each.
    items: Vec<BulkItem>,
    /// The moment the page is made.
    now: Timestamp,
    /// What the last try was refused for.
    refusal: Option<AppError>,
) -> impl IntoView {
    let verb = action_in_words(action);
    let changing: Vec<_> = items.iter().filter(|item| item.changed).map(|item| item.id.clone()).collect();
    let in_use = items.iter().filter(|item| item.changed && is_in_use(item, now)).count();
    let count = changing.len();
    let list = format!("/orgs/{slug}/credentials");
    let what = match action {
        BulkAction::Revoke => "Each is refused everywhere within a second, and for good.",
        BulkAction::Disable => "Each is refused everywhere within a second, until somebody enables it again.",
        BulkAction::Enable => "Each works again at once, with the same secret, scopes and end.",
    };
    view! {
        <div class="stack">
            {refusal.map(|error| view! { <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout> })}
            <section class="panel">
                <Table caption="What would happen to each credential" heads=vec!["Name", "Status", "Last used", "What happens"]>
                    {items.into_iter().map(|item| view! { <Row item=item action=action now=now/> }).collect_view()}
                </Table>
            </section>
            {(in_use > 0 && action != BulkAction::Enable).then(|| view! {
                <Callout tone=CalloutTone::Warn>
                    <p>{in_use_in_words(in_use)}</p>
                </Callout>
            })}
            <form class="form form-tight" method="post" action={posts_to::<BulkChange>()}>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="action" value=verb.to_lowercase()/>
                <input type="hidden" name="ids" value=changing.join(" ")/>
                <p class="text-muted">{if count == 0 { "Nothing would change." } else { what }}</p>
                <div class="form-actions">
                    {(count > 0).then(|| view! {
                        <Button look=if action == BulkAction::Revoke { Look::Danger } else { Look::Primary }>
                            {format!("{verb} {}", counted(count))}
                        </Button>
                    })}
                    <ButtonLink href=list look=Look::Ghost>"Back to the list"</ButtonLink>
                </div>
            </form>
        </div>
    }
    .into_any()
}

fn is_in_use(item: &BulkItem, now: Timestamp) -> bool {
    item.result.as_ref().is_ok_and(|credential| credential.was_used_in_the_last_day(now))
}

fn outcome(credential: &Credential, action: BulkAction, changed: bool, now: Timestamp) -> String {
    match (changed, credential.status(now)) {
        (true, _) => sentence(action),
        (false, Status::Revoked) => "Nothing; it is revoked already".to_owned(),
        (false, Status::Expired) => "Nothing; it has expired".to_owned(),
        (false, _) => format!("Nothing; it is {} already", done_in_words(action)),
    }
}

fn sentence(action: BulkAction) -> String {
    format!("Will be {}", done_in_words(action))
}

#[component]
fn Row(item: BulkItem, action: BulkAction, now: Timestamp) -> impl IntoView {
    match item.result {
        Ok(credential) => {
            let words = outcome(&credential, action, item.changed, now);
            let used = match credential.last_used_at() {
                Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
                None => view! { <span class="text-faint">"Never"</span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">
                        <span class="entry">
                            <span class="entry-name" dir="auto" title=credential.name.to_string()>{credential.name.to_string()}</span>
                            <span class="entry-note">{kind_words(credential.kind()).noun}" "<span class="mono">{credential.redacted().to_owned()}</span></span>
                        </span>
                    </th>
                    <td data-label="Status"><StatusBadge status=credential.status(now)/></td>
                    <td data-label="Last used" class="cell-tight">{used}</td>
                    <td data-label="What happens" class:text-faint=!item.changed>{words}</td>
                </tr>
            }
            .into_any()
        }
        Err(error) => {
            let words = refused(error).message;
            view! {
                <tr>
                    <th scope="row"><code class="break-all">{item.id}</code></th>
                    <td data-label="Status">"–"</td>
                    <td data-label="Last used">"–"</td>
                    <td data-label="What happens" class="text-faint">"Nothing. "{words}</td>
                </tr>
            }
            .into_any()
        }
    }
}
