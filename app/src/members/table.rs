//! The list of members, and the search above it.

use crate::ui::{Button, ButtonLink, Field, Look, RelativeTime, Table};
use domain::{Timestamp, ids::UserId};
use leptos::prelude::*;
use service::members::MemberOfOrg;

/// Name or address.
#[component]
pub(crate) fn Search(
    /// The address of the list.
    path: String,
    /// What is searched for now.
    q: String,
) -> impl IntoView {
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

/// One row a member, leading to their page for whoever may change them.
#[component]
pub(crate) fn MemberTable(
    /// The members of this page.
    members: Vec<MemberOfOrg>,
    /// The address of the list.
    path: String,
    /// Who looks.
    own: Option<UserId>,
    /// The moment the page is made.
    now: Timestamp,
) -> impl IntoView {
    view! {
        <section class="panel">
            <Table caption="Members of the organisation" heads=vec!["Name", "Role", "Account since"]>
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
