//! Offboarding: one panel per former member with their tokens, and the setting for the grace period.

use super::{ChangeGrace, ChangeSettings};
use crate::{
    credentials::StatusBadge,
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    server_side::CredentialPages,
    ui::{Button, ButtonLink, Look, RelativeTime, Select, Table, exact_in_words},
};
use domain::{
    Timestamp,
    access::{MAX_GRACE_DAYS, Offboarding},
    credential::Credential,
};
use leptos::prelude::*;
use service::members::FormerMember;

/// Offered grace periods in days, with labels.
const DAYS: [(i64, &str); 6] =
    [(0, "Stop at once"), (1, "1 day"), (3, "3 days"), (7, "7 days"), (14, "14 days"), (MAX_GRACE_DAYS, "30 days")];
const DAY: i64 = 86_400;

fn options(first: &'static str, chosen: i64) -> Vec<(String, String)> {
    let mut all: Vec<_> = DAYS.map(|(days, words)| (days, words.to_owned())).into();
    if !all.iter().any(|(days, _)| *days == chosen) {
        all.push((chosen, format!("{chosen} days")));
        all.sort_by_key(|(days, _)| *days);
    }
    let name = |(days, words)| (i64::to_string(&days), if days == 0 { first.to_owned() } else { words });
    all.into_iter().map(name).collect()
}

/// “12 calls today”.
fn calls_in_words(calls: u64) -> String {
    match calls {
        0 => "No calls today".to_owned(),
        1 => "1 call today".to_owned(),
        calls => format!("{calls} calls today"),
    }
}

/// A former member: when their tokens stop working, the tokens, and the available actions.
#[component]
pub(crate) fn PersonWhoLeft(
    slug: String,
    /// The former member and their tokens.
    person: FormerMember,
    /// Whether the viewer may decide on the tokens.
    may_decide: bool,
    /// Whether the viewer may transfer tokens.
    may_transfer: bool,
    now: Timestamp,
) -> impl IntoView {
    let FormerMember { user, name, offboarding, tokens } = person;
    let heading = format!("left-{user}");
    let of_heading = heading.clone();
    let calls = calls_in_words(tokens.iter().map(|(_, calls)| calls).sum());
    let bulk =
        |action: &str| format!("/orgs/{slug}/credentials/bulk?action={action}&owner={user}&live=1&left=gone&all=1");
    let (revoke, transfer_tokens) = (bulk("revoke"), bulk("transfer"));
    let rows = tokens.into_iter().map(|(credential, calls)| {
        let page = CredentialPages::of(&slug, credential.kind()).page(credential.id);
        view! { <Token page=page credential=credential calls=calls now=now/> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="form form-tight" aria-labelledby=heading>
            <div>
                <h2 class="section-title" id=of_heading><bdi>{name.to_string()}</bdi></h2>
                <p class="text-muted">{when(offboarding.clone(), now)}" "{calls}"."</p>
            </div>
            <section class="panel">
                <Table caption="Their tokens" heads=vec!["Name", "Status", "Last used", "Calls today", "Expires"]>{rows}</Table>
            </section>
            {may_decide.then(|| view! {
                <div class="form-actions">
                    {may_transfer.then(|| view! { <ButtonLink href=transfer_tokens>"Transfer…"</ButtonLink> })}
                    <ButtonLink href=revoke look=Look::DangerQuiet>"Revoke all…"</ButtonLink>
                    {offboarding.clone().filter(|left| left.is_in_grace(now)).map(|left| view! { <StopNow slug=slug.clone() left=left/> })}
                </div>
                {offboarding.map(|left| view! { <GoOn slug=slug left=left now=now/> })}
            })}
        </section>
    }
    .into_any()
}

/// When the member left, and when their tokens stop working.
fn when(offboarding: Option<Offboarding>, now: Timestamp) -> impl IntoView {
    match offboarding {
        None => view! { "Has left. Their tokens are refused." }.into_any(),
        Some(left) if left.is_in_grace(now) => view! {
            {format!("{} until they left ", left.role.title())}<RelativeTime at=left.left_at now=now/>
            ". Their tokens go on and stop "<RelativeTime at=left.grace_ends_at now=now class="when-warn"/>"."
        }
        .into_any(),
        Some(left) => view! {
            {format!("{} until they left ", left.role.title())}<RelativeTime at=left.left_at now=now/>
            ". Their tokens stopped "<RelativeTime at=left.grace_ends_at now=now/>"."
        }
        .into_any(),
    }
}

#[component]
fn Token(page: String, credential: Credential, calls: u64, now: Timestamp) -> impl IntoView {
    let name = credential.grant.name.to_string();
    let used = match credential.last_used_at() {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    let expires = match credential.grant.expires_at {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span>"Never"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="entry">
                    <a class="entry-name" href=page title=name.clone() dir="auto">{name.clone()}</a>
                    <span class="entry-note mono">{credential.redacted().to_owned()}</span>
                </span>
            </th>
            <td data-label="Status"><StatusBadge status=credential.status(now)/></td>
            <td data-label="Last used" class="cell-tight">{used}</td>
            <td data-label="Calls today" class="cell-tight">{calls}</td>
            <td data-label="Expires" class="cell-tight">{expires}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn StopNow(slug: String, left: Offboarding) -> impl IntoView {
    view! {
        <PostForm action={posts_to::<ChangeGrace>()}>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="id" value=left.user.to_string()/>
            <input type="hidden" name="days" value="0"/>
            <Button look=Look::DangerQuiet>"Stop them now"</Button>
        </PostForm>
    }
    .into_any()
}

/// Changes the end of the grace period, counted from when the member left. Renders nothing after the maximum of 30
/// days.
#[component]
fn GoOn(slug: String, left: Offboarding, now: Timestamp) -> impl IntoView {
    let days_to = |at: Timestamp| at.seconds_since(left.left_at).div_euclid(DAY);
    // A grace period shorter than their absence would end at once.
    let gone = days_to(now);
    let choices: Vec<_> = DAYS.into_iter().filter(|(days, _)| *days > gone).collect();
    let is_end = |(days, _): &(i64, &str)| left.left_at.plus_seconds(days * DAY) == left.grace_ends_at;
    let chosen = choices.iter().find(|choice| is_end(choice)).map(|(days, _)| days.to_string());
    // Keeps the current end. Submitting the form unchanged changes nothing.
    let same =
        chosen.is_none().then(|| (String::new(), format!("Until {}, as now", exact_in_words(left.grace_ends_at))));
    let of_days = choices.iter().map(|(days, words)| (days.to_string(), format!("{words} after they left")));
    let options: Vec<_> = same.into_iter().chain(of_days).collect();
    let options = options.into_iter().map(move |(value, words)| {
        let is_chosen = chosen.as_ref() == Some(&value);
        view! { <option value=value selected=is_chosen>{words}</option> }
    });
    let options = options.collect_view();
    (!choices.is_empty()).then(|| {
        view! {
            <PostForm class="form form-tight page-narrow" action={posts_to::<ChangeGrace>()}>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=left.user.to_string()/>
                <select class="input select" name="days" aria-label="Let the tokens go on for">{options}</select>
                <div class="form-actions"><Button>"Let them go on"</Button></div>
            </PostForm>
        }
    })
}

/// Sets the grace period for members who leave from now on.
#[component]
pub(crate) fn GraceSetting(
    slug: String,
    /// Current grace period in days.
    days: i64,
    refusal: Option<AppError>,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="grace-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="grace-heading">"When somebody leaves"</h2>
                    <p class="panel-lead">"Their sessions end at once. Their tokens can go on for some days, with what their role allowed, so that there is time to hand them over. Who has left already keeps their date."</p>
                </div>
            </div>
            <PostForm class="panel-body form" action={posts_to::<ChangeSettings>()}>
                <Refusal refused=Refused(refusal) fields=&[]/>
                <input type="hidden" name="slug" value=slug/>
                <Select id="grace-days" name="days" label="Their tokens go on for" options=options("No days: they stop at once", days) chosen=days.to_string()/>
                <div class="form-actions"><Button>"Save"</Button></div>
            </PostForm>
        </section>
    }
    .into_any()
}
