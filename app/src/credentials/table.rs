//! The list of credentials as an HTML table; on small screens each row is a card. The row menu needs no script. Each
//! row avoids repetition, because pages are sent uncompressed.

use super::{
    kind_labels,
    labels::{LabelsDraft, TeamNote},
    scope_chips::ScopeChips,
    status_badge::StatusBadge,
};
use crate::ui::{Glyph, Icon, Menu, MenuLink, RelativeTime, Table, days_until, if_long};
use domain::{Timestamp, credential::Credential, ids::CredentialId, secret::Environment};
use leptos::prelude::*;

/// CSS class for a near expiry. The words say it too.
pub(super) fn urgency(end: Timestamp, now: Timestamp) -> &'static str {
    match days_until(end, now) {
        ..7 => "when-danger",
        7..30 => "when-warn",
        _ => "",
    }
}

pub(crate) struct Entry {
    pub(crate) credential: Credential,
    /// URL of its page.
    pub(crate) page: String,
    /// Name of the owner, in a list with several owners.
    pub(crate) owner: Option<String>,
    /// Whether the viewer may roll it.
    pub(crate) may_roll: bool,
}

/// One row per credential. With `ticks`, each row has a checkbox that belongs to the form with that ID.
#[component]
pub(crate) fn CredentialTable(
    /// Caption for screen readers.
    caption: &'static str,
    entries: Vec<Entry>,
    now: Timestamp,
    /// The row that was just added.
    #[prop(optional_no_strip)]
    glow: Option<CredentialId>,
    /// ID of the form for bulk operations.
    #[prop(optional_no_strip)]
    ticks: Option<&'static str>,
    /// Whether to show owner and kind.
    #[prop(optional)]
    mixed: bool,
) -> impl IntoView {
    let mut heads = vec!["Name", "Scopes", "Status", "Last used", "Expires", ""];
    if mixed {
        heads.insert(1, "Owner");
    }
    view! {
        <section class="panel credentials">
            <Table caption=caption heads=heads>
                {entries
                    .into_iter()
                    .enumerate()
                    .map(|(place, entry)| {
                        let glows = glow == Some(entry.credential.id);
                        view! { <Row place=place entry=entry now=now glows=glows ticks=ticks mixed=mixed/> }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(
    place: usize,
    entry: Entry,
    now: Timestamp,
    glows: bool,
    ticks: Option<&'static str>,
    mixed: bool,
) -> impl IntoView {
    let Entry { credential, page, owner, may_roll } = entry;
    let (status, words, id) = (credential.status(now), kind_labels(credential.kind()), credential.id.to_string());
    let name = credential.grant.name.to_string();
    let last_used = match credential.last_used_at() {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    let expires = match (credential.revoked_at, credential.grant.expires_at) {
        (Some(_), _) => view! { <span class="text-faint">"–"</span> }.into_any(),
        (None, None) => "Never".into_any(),
        (None, Some(at)) => {
            let class = if status.is_final() { "text-faint" } else { urgency(at, now) };
            view! { <RelativeTime at=at now=now class=class/> }.into_any()
        }
    };
    let rolling = !status.is_final() && credential.live_secrets(now).count() > 1;
    view! {
        <tr class=glows.then_some("row-glow")>
            <th scope="row">
                <span class="entry-row">
                    {ticks.map(|form| view! {
                        <input class="tick" type="checkbox" name="id" value=id.clone() form=form aria-label=format!("Select {name}")/>
                    })}
                    {mixed.then(|| view! { <Icon glyph=words.glyph title=credential.kind().rules().title/> })}
                    <span class="entry">
                        <a class="entry-name" href=page.clone() title=if_long(&name, 16) dir="auto">{name.clone()}</a>
                        <span class="entry-note">
                            <span class="mono">{if credential.redacted().is_empty() { id.clone() } else { credential.redacted().to_owned() }}</span>
                            {(credential.grant.env == Environment::Test).then_some(" · test")}
                            {rolling.then_some(" · rolling")}
                            <TeamNote team=LabelsDraft::of(&credential.grant).team/>
                        </span>
                    </span>
                </span>
            </th>
            {mixed.then(|| {
                let owner = owner.unwrap_or_default();
                let title = if_long(&owner, 12);
                view! { <td data-label="Owner"><bdi title=title>{owner}</bdi></td> }
            })}
            <td data-label="Scopes"><ScopeChips scopes=credential.grant.scopes.clone()/></td>
            <td data-label="Status"><StatusBadge status=status/></td>
            <td data-label="Last used">{last_used}</td>
            <td data-label="Expires">{expires}</td>
            <td class="cell-end"><RowMenu place=place credential=credential page=page may_roll=may_roll now=now/></td>
        </tr>
    }
    .into_any()
}

/// Actions for a credential that has not ended.
#[component]
fn RowMenu(place: usize, credential: Credential, page: String, may_roll: bool, now: Timestamp) -> impl IntoView {
    let (status, noun) = (credential.status(now), kind_labels(credential.kind()).noun);
    let trigger = view! { <Icon glyph=Glyph::More/> }.into_any();
    let can_roll = may_roll && status.is_live() && !credential.secrets.is_empty();
    (!status.is_final()).then(|| view! {
        <Menu id=format!("row-{place}") label=format!("Actions for {}", credential.grant.name) trigger=trigger>
            {can_roll.then(|| view! {
                <MenuLink href=format!("{page}/roll") glyph=Glyph::Roll>{format!("Roll {noun}")}</MenuLink>
            })}
            <MenuLink href=format!("{page}/revoke") glyph=Glyph::Ban danger=true>{format!("Revoke {noun}")}</MenuLink>
        </Menu>
    })
}
