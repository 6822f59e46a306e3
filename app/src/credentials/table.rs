//! The list of tokens. A real table; on small screens each row is a card. The row menu needs no script.

use super::{scope_chips::ScopeChips, status_badge::StatusBadge};
use crate::ui::{Glyph, Icon, Menu, MenuLink, RelativeTime, Table, days_until};
use domain::{
    Timestamp,
    credential::{Credential, Status},
    ids::CredentialId,
};
use leptos::prelude::*;

/// The colour of an end that is near; the words say it too.
pub(super) fn urgency(end: Timestamp, now: Timestamp) -> &'static str {
    match days_until(end, now) {
        ..7 => "when-danger",
        7..30 => "when-warn",
        _ => "",
    }
}

/// One row a token.
#[component]
pub fn TokenTable(
    /// The tokens of this page.
    tokens: Vec<Credential>,
    /// The moment the page is made.
    now: Timestamp,
    /// The row that was just added.
    glow: Option<CredentialId>,
) -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="Your personal access tokens" heads=vec!["Name", "Scopes", "Status", "Last used", "Expires", ""]>
                {tokens
                    .into_iter()
                    .map(|token| {
                        let glows = glow == Some(token.id);
                        view! { <Row token=token now=now glows=glows/> }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(token: Credential, now: Timestamp, glows: bool) -> impl IntoView {
    let status = token.status(now);
    let over = matches!(status, Status::Revoked | Status::Expired);
    let name = token.name.to_string();
    let page = format!("/settings/tokens/{}", token.id);
    let last_used = match token.last_used_at() {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    let expires = match (token.revoked_at, token.expires_at) {
        (Some(_), _) => view! { <span class="text-faint">"–"</span> }.into_any(),
        (None, None) => view! { <span>"Never"</span> }.into_any(),
        (None, Some(at)) => {
            let class = if over { "text-faint" } else { urgency(at, now) };
            view! { <RelativeTime at=at now=now class=class/> }.into_any()
        }
    };
    let trigger = view! { <Icon glyph=Glyph::More/> }.into_any();
    view! {
        <tr class:row-glow=glows>
            <th scope="row">
                <span class="entry">
                    <a class="entry-name" href=page.clone() title=name.clone() dir="auto">{name.clone()}</a>
                    <span class="entry-note mono">{token.redacted().to_owned()}</span>
                </span>
            </th>
            <td data-label="Scopes"><ScopeChips scopes=token.scopes.clone()/></td>
            <td data-label="Status"><StatusBadge status=status/></td>
            <td data-label="Last used" class="cell-tight">{last_used}</td>
            <td data-label="Expires" class="cell-tight">{expires}</td>
            <td class="cell-end">
                <Menu id=format!("menu-{}", token.id) label=format!("Actions for {name}") trigger=trigger>
                    <MenuLink href=page.clone() glyph=Glyph::Edit>"Open"</MenuLink>
                    {(!over).then(|| view! {
                        <MenuLink href=format!("{page}/revoke") glyph=Glyph::Ban danger=true>"Revoke token"</MenuLink>
                    })}
                </Menu>
            </td>
        </tr>
    }
    .into_any()
}
