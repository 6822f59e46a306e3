//! The preview of a bulk operation: the effect on each credential, its use, and the button that confirms.

use super::{BulkChange, BulkOperation};
use crate::{
    credentials::{StatusBadge, kind_labels},
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    server_side::{BulkItem, refused},
    ui::{Button, ButtonLink, Callout, CalloutTone, Look, RelativeTime, Table},
};
use domain::{
    Timestamp,
    credential::{Credential, Status},
};
use leptos::prelude::*;

fn in_use_in_words(count: usize) -> String {
    let who = if count == 1 { "1 of them was".to_owned() } else { format!("{count} of them were") };
    format!("{who} used in the last day, so something probably depends on it.")
}

fn counted(count: usize) -> String {
    if count == 1 { "1 credential".to_owned() } else { format!("{count} credentials") }
}

#[component]
pub(crate) fn BulkPanel(
    slug: String,
    operation: BulkOperation,
    /// ID and name of the service account that receives the tokens.
    to: Option<(String, String)>,
    /// The effect on each credential.
    items: Vec<BulkItem>,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    let verb = operation.verb();
    let changing: Vec<_> = items.iter().filter(|item| item.changed).map(|item| item.id.clone()).collect();
    let in_use = items.iter().filter(|item| item.changed && is_in_use(item, now)).count();
    let count = changing.len();
    let list = format!("/orgs/{slug}/credentials");
    let what = match operation {
        BulkOperation::Revoke => "Each is refused everywhere within two seconds, and for good.",
        BulkOperation::Disable => "Each is refused everywhere within two seconds, until somebody enables it again.",
        BulkOperation::Enable => "Each works again at once, with the same secret, scopes and end.",
        BulkOperation::Transfer => {
            "The secrets go on working and need no change. From now on each acts for the service account, with no more than its role allows. Only the audit log remembers whose they were."
        }
    };
    let receiver = to.as_ref().map(|(id, _)| id.clone());
    view! {
        <div class="stack">
            <Refusal refused=Refused(refusal) fields=&[]/>
            <section class="panel">
                <Table caption="What would happen to each credential" heads=vec!["Name", "Status", "Last used", "Calls in 24 hours", "What happens"]>
                    {items.into_iter().map(|item| view! { <Row item=item operation=operation now=now/> }).collect_view()}
                </Table>
            </section>
            {(in_use > 0 && matches!(operation, BulkOperation::Revoke | BulkOperation::Disable)).then(|| view! {
                <Callout tone=CalloutTone::Warn>
                    <p>{in_use_in_words(in_use)}</p>
                </Callout>
            })}
            <PostForm class="form form-tight" action={posts_to::<BulkChange>()}>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="action" value=operation.name()/>
                {receiver.map(|id| view! { <input type="hidden" name="to" value=id/> })}
                <input type="hidden" name="ids" value=changing.join(" ")/>
                <p class="text-muted">{if count == 0 { "Nothing would change." } else { what }}</p>
                <div class="form-actions">
                    {(count > 0).then(|| view! {
                        <Button look=if operation == BulkOperation::Revoke { Look::Danger } else { Look::Primary }>
                            {format!("{verb} {}", counted(count))}
                        </Button>
                    })}
                    <ButtonLink href=list look=Look::Ghost>"Back to the list"</ButtonLink>
                </div>
            </PostForm>
        </div>
    }
    .into_any()
}

fn is_in_use(item: &BulkItem, now: Timestamp) -> bool {
    item.result.as_ref().is_ok_and(|credential| credential.was_used_in_the_last_day(now))
}

fn outcome(credential: &Credential, operation: BulkOperation, changed: bool, now: Timestamp) -> String {
    match (changed, credential.status(now)) {
        (true, _) => format!("Will be {}", operation.done()),
        (false, _) if operation == BulkOperation::Transfer => {
            "Nothing; it belongs to that service account already".to_owned()
        }
        (false, Status::Revoked) => "Nothing; it is revoked already".to_owned(),
        (false, Status::Expired) => "Nothing; it has expired".to_owned(),
        (false, _) => format!("Nothing; it is {} already", operation.done()),
    }
}

#[component]
fn Row(item: BulkItem, operation: BulkOperation, now: Timestamp) -> impl IntoView {
    match item.result {
        Ok(credential) => {
            let words = outcome(&credential, operation, item.changed, now);
            let calls = item.calls_today.map_or("–".to_owned(), |calls| calls.to_string());
            let used = match credential.last_used_at() {
                Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
                None => view! { <span class="text-faint">"Never"</span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">
                        <span class="entry">
                            <span class="entry-name" dir="auto" title=credential.grant.name.to_string()>{credential.grant.name.to_string()}</span>
                            <span class="entry-note">{kind_labels(credential.kind()).noun}" "<span class="mono">{credential.redacted().to_owned()}</span></span>
                        </span>
                    </th>
                    <td data-label="Status"><StatusBadge status=credential.status(now)/></td>
                    <td data-label="Last used" class="cell-tight">{used}</td>
                    <td data-label="Calls in 24 hours">{calls}</td>
                    <td data-label="What happens" class:text-faint=!item.changed>{words}</td>
                </tr>
            }
            .into_any()
        }
        Err(error) => {
            let words = refused(error).in_words();
            view! {
                <tr>
                    <th scope="row"><code class="break-all">{item.id}</code></th>
                    <td data-label="Status">"–"</td>
                    <td data-label="Last used">"–"</td>
                    <td data-label="Calls in 24 hours">"–"</td>
                    <td data-label="What happens" class="text-faint">"Nothing. "{words}</td>
                </tr>
            }
            .into_any()
        }
    }
}
