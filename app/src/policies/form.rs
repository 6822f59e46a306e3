//! The form for a policy draft. It only changes the URL, because a preview changes nothing.

use super::units::{DAYS, UNITS, unit_of};
use crate::{
    credentials::kind_labels,
    error::AppError,
    forms::{Refusal, Refused},
    labels::role_in_words,
    ui::{Button, ButtonLink, Choice, Look, Select, TextArea, TextField},
};
use domain::{access::Role, credential::CredentialKind, policy::PolicyDraft};
use leptos::prelude::*;

/// Pointers of the fields that show their own errors.
const FIELDS: &[&str] = &["/creators", "/max_lifetime_seconds", "/max_idle_days", "/networks", "/notice_days"];

#[component]
pub(crate) fn PolicyForm(
    path: String,
    kind: CredentialKind,
    /// Initial values: the draft being previewed, or the current policy.
    draft: PolicyDraft,
    error: Option<AppError>,
) -> impl IntoView {
    let noun = kind_labels(kind).noun;
    let creators = draft.creators.clone().unwrap_or_else(|| Role::ALL.map(|role| role.as_str().to_owned()).into());
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let (longest, unit) = match draft.max_lifetime_seconds {
        Some(seconds) => {
            let unit = unit_of(seconds);
            ((seconds / unit.seconds).to_string(), unit.name)
        }
        None => (String::new(), DAYS.name),
    };
    let units = UNITS.map(|unit| (unit.name.to_owned(), unit.name.to_owned())).into();
    let viewer_stays =
        kind != CredentialKind::PersonalAccessToken && creators.iter().any(|name| name == Role::Viewer.as_str());
    let refused = Refused(error);
    let at = |pointer: &str| refused.at(pointer);
    let list = path.rsplit_once('/').map(|(list, _)| list.to_owned()).unwrap_or_default();
    let notices = [
        ("", "Two weeks, or at once if nothing is hit"),
        ("0", "None: at once"),
        ("7", "One week"),
        ("14", "Two weeks"),
        ("30", "Thirty days"),
        ("90", "Ninety days"),
    ];
    let mut notices: Vec<_> = notices.map(|(value, words)| (value.to_owned(), words.to_owned())).into();
    let notice = draft.notice_days.map(|days| days.to_string()).unwrap_or_default();
    if notices.iter().all(|(value, _)| *value != notice) {
        notices.push((notice.clone(), format!("{notice} days")));
    }
    let creator_error = at("/creators");
    view! {
        <form class="form panel" method="get" action=path>
            <div class="panel-body stack">
                <input type="hidden" name="try" value="1"/>
                <Refusal refused=refused.clone() fields=FIELDS/>
                <fieldset class="field">
                    <legend class="field-label">"Who may issue one"</legend>
                    <input type="hidden" name="creators" value="owner"/>
                    <p class="field-help">"Owners always may."</p>
                    {[Role::Admin, Role::Member, Role::Viewer]
                        .into_iter()
                        .filter(|role| *role != Role::Viewer || kind == CredentialKind::PersonalAccessToken)
                        .map(|role| {
                            let checked = creators.iter().any(|name| name == role.as_str());
                            view! { <Choice name="creators" value=role.as_str() checked=checked>{format!("{}s", role_in_words(role))}</Choice> }
                        })
                        .collect_view()}
                    {viewer_stays.then(|| view! { <input type="hidden" name="creators" value="viewer"/> })}
                    {move || creator_error.get().map(|error| view! { <p class="field-error">{error}</p> })}
                </fieldset>
                <fieldset class="field">
                    <legend class="field-label">"What it must keep"</legend>
                    <Choice name="needs_approval" checked=draft.needs_approval help="Whoever may approve needs nobody's approval for their own.">"Somebody approves it before it works"</Choice>
                    <Choice name="must_expire" checked=draft.must_expire>"It has an end"</Choice>
                    {kind.rules().may_hold_all.then(|| view! {
                        <Choice name="forbids_all" checked=draft.allows_all == Some(false) help="Everybody chooses the scopes that are needed.">"It does not hold the scope all"</Choice>
                    })}
                </fieldset>
                <div class="field-pair">
                    <TextField id="max-life" name="max_life" label="Longest life" value=longest optional=true error=at("/max_lifetime_seconds")/>
                    <Select id="max-life-unit" name="max_life_unit" label="Unit" options=units chosen=unit/>
                </div>
                <TextField
                    id="idle-days"
                    name="idle_days"
                    label="Switch off after so many days without a use"
                    value=number(draft.max_idle_days.map(i64::from))
                    optional=true
                    help="Whoever needs it again switches it on; nothing is lost."
                    error=at("/max_idle_days")
                />
                <TextArea
                    id="networks"
                    name="networks"
                    label="Networks from which it may be used"
                    value=draft.networks.join("\n")
                    code=true
                    max_length=5000
                    placeholder="203.0.113.0/24"
                    help="One a line. Beside the networks that a credential names itself."
                    error=at("/networks")
                />
                <Select
                    id="notice-days"
                    name="notice_days"
                    label="Notice"
                    options=notices
                    chosen=notice
                    help=format!("New {noun}s keep the policy at once. Those that exist go on until the notice is over; in its second half every reply to them warns.")
                    error=at("/notice_days")
                />
                <div class="form-actions">
                    <Button look=Look::Primary>"Try it"</Button>
                    <ButtonLink href=list look=Look::Ghost>"Back"</ButtonLink>
                </div>
                <p class="form-note">"Trying changes nothing. It shows whom the policy would hit."</p>
            </div>
        </form>
    }
    .into_any()
}
