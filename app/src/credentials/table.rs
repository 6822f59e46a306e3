//! The list of credentials. A real table; on small screens each row is a card. The row menu needs no script; opening one is
//! what its name is for. A row says nothing twice, because a page is not compressed on its way.

use super::{kind_words, scope_chips::ScopeChips, status_badge::StatusBadge};
use crate::ui::{Glyph, Icon, Menu, MenuLink, RelativeTime, Table, days_until, if_long};
use domain::{Timestamp, credential::Credential, ids::CredentialId, secret::Environment};
use leptos::prelude::*;

/// The colour of an end that is near; the words say it too.
pub(super) fn urgency(end: Timestamp, now: Timestamp) -> &'static str {
    match days_until(end, now) {
        ..7 => "when-danger",
        7..30 => "when-warn",
        _ => "",
    }
}

/// One row.
pub(crate) struct Entry {
    /// The credential.
    pub(crate) credential: Credential,
    /// Its page.
    pub(crate) page: String,
    /// Who it belongs to, in a list of several owners.
    pub(crate) owner: Option<String>,
    /// Whether the person who looks may be shown a new secret of it.
    pub(crate) may_roll: bool,
}

/// One row a credential. With `ticks`, each has a box that belongs to the form of that id.
#[component]
pub(crate) fn CredentialTable(
    /// What the table holds.
    caption: &'static str,
    /// The rows of this page.
    entries: Vec<Entry>,
    /// The moment the page is made.
    now: Timestamp,
    /// The row that was just added.
    #[prop(optional_no_strip)]
    glow: Option<CredentialId>,
    /// The form that the boxes belong to.
    #[prop(optional_no_strip)]
    ticks: Option<&'static str>,
    /// Whether to say whose each is, and of which kind.
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
    let (status, words, id) = (credential.status(now), kind_words(credential.kind()), credential.id.to_string());
    let name = credential.name.to_string();
    let last_used = match credential.last_used_at() {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    let expires = match (credential.revoked_at, credential.expires_at) {
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
                            {(credential.env == Environment::Test).then_some(" · test")}
                            {rolling.then_some(" · rolling")}
                        </span>
                    </span>
                </span>
            </th>
            {mixed.then(|| {
                let owner = owner.unwrap_or_default();
                let title = if_long(&owner, 12);
                view! { <td data-label="Owner"><bdi title=title>{owner}</bdi></td> }
            })}
            <td data-label="Scopes"><ScopeChips scopes=credential.scopes.clone()/></td>
            <td data-label="Status"><StatusBadge status=status/></td>
            <td data-label="Last used">{last_used}</td>
            <td data-label="Expires">{expires}</td>
            <td class="cell-end"><RowMenu place=place credential=credential page=page may_roll=may_roll now=now/></td>
        </tr>
    }
    .into_any()
}

/// What can be done to one that is not over.
#[component]
fn RowMenu(place: usize, credential: Credential, page: String, may_roll: bool, now: Timestamp) -> impl IntoView {
    let (status, noun) = (credential.status(now), kind_words(credential.kind()).noun);
    let trigger = view! { <Icon glyph=Glyph::More/> }.into_any();
    let can_roll = may_roll && status.is_live() && !credential.secrets.is_empty();
    (!status.is_final()).then(|| view! {
        <Menu id=format!("row-{place}") label=format!("Actions for {}", credential.name) trigger=trigger>
            {can_roll.then(|| view! {
                <MenuLink href=format!("{page}/roll") glyph=Glyph::Roll>{format!("Roll {noun}")}</MenuLink>
            })}
            <MenuLink href=format!("{page}/revoke") glyph=Glyph::Ban danger=true>{format!("Revoke {noun}")}</MenuLink>
        </Menu>
    })
}
