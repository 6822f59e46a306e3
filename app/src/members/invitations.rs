//! Invitations that can still be accepted, each with its link.

use super::WithdrawInvitation;
use crate::{
    layout::posts_to,
    ui::{Button, CopyButton, ExactTime, Table},
    words::role_in_words,
};
use domain::account::Invitation;
use leptos::prelude::*;

/// One row an invitation.
#[component]
pub(crate) fn OpenInvitations(
    /// The organisation's name in addresses.
    slug: String,
    /// The invitations with their links.
    invitations: Vec<(Invitation, String)>,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="invitations-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="invitations-heading">"Invitations"</h2>
                    <p class="panel-lead">"Pass the link on to the person yourself. Only the account with the invited address can accept it."</p>
                </div>
            </div>
            <Table caption="Open invitations" heads=vec!["Address", "Role", "Until", "Link", ""]>
                {invitations
                    .into_iter()
                    .map(|(invitation, link)| view! {
                        <tr>
                            <th scope="row">
                                <span class="entry">
                                    <span class="entry-name"><bdi>{invitation.email.to_string()}</bdi></span>
                                    <span class="entry-note">"Invited by "<bdi>{invitation.invited_by.name.to_string()}</bdi></span>
                                </span>
                            </th>
                            <td data-label="Role">{role_in_words(invitation.role)}</td>
                            <td data-label="Until" class="cell-tight"><ExactTime at=invitation.expires_at/></td>
                            <td data-label="Link" class="cell-tight">
                                <span class="inline-flex items-center gap-2">
                                    <a class="link" href=link.clone()>"Link"</a>
                                    <CopyButton text=link label="Copy link".to_owned()/>
                                </span>
                            </td>
                            <td class="cell-end">
                                <form method="post" action={posts_to::<WithdrawInvitation>()}>
                                    <input type="hidden" name="slug" value=slug.clone()/>
                                    <input type="hidden" name="id" value=invitation.id.to_string()/>
                                    <Button>"Take back"</Button>
                                </form>
                            </td>
                        </tr>
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
