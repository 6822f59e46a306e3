//! The list of members, with its search.

use crate::ui::{Button, ButtonLink, Field, Look, RelativeTime, Table};
use domain::{Timestamp, ids::UserId};
use leptos::prelude::*;
use service::members::MemberOfOrg;

/// Searches by name or email address.
#[component]
pub(crate) fn Search(path: String, q: String) -> impl IntoView {
    let filtered = !q.is_empty();
    let action = path.clone();
    view! {
        <form class="filter" method="get" action=action role="search">
            <div class="filter-row">
                <div class="filter-search">
                    <Field id="members-q" label="Search">
                        <input class="input" id="members-q" type="search" name="q" value=q maxlength="200" placeholder="Name or e-mail address"/>
                    </Field>
                </div>
            </div>
            <div class="form-actions">
                <Button>"Search"</Button>
                {filtered.then(|| view! { <ButtonLink href=path look=Look::Ghost>"Show all"</ButtonLink> })}
            </div>
        </form>
    }
    .into_any()
}

/// One row per member, with a link for viewers who may change them.
#[component]
pub(crate) fn MemberTable(
    members: Vec<MemberOfOrg>,
    path: String,
    /// The viewer.
    own: Option<UserId>,
    now: Timestamp,
) -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="Members of the organization" heads=vec!["Name", "Role", "Account since"]>
                {members
                    .into_iter()
                    .map(|MemberOfOrg { user, role }| {
                        let name = user.name.to_string();
                        let page = format!("{path}/{}", user.id);
                        let is_own = own == Some(user.id);
                        view! {
                            <tr>
                                <th scope="row">
                                    <span class="entry">
                                        <a class="entry-name" href=page title=name.clone() dir="auto">
                                            {name.clone()}
                                            {is_own.then_some(" (you)")}
                                        </a>
                                        <span class="entry-note"><bdi>{user.email.to_string()}</bdi></span>
                                    </span>
                                </th>
                                <td data-label="Role"><bdi>{role.title().to_owned()}</bdi></td>
                                <td data-label="Account since" class="cell-tight"><RelativeTime at=user.created_at now=now/></td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
