//! Open invitations, each with its link.

use super::WithdrawInvitation;
use crate::{
    forms::PostForm,
    layout::posts_to,
    ui::{Button, CopyButton, ExactTime, Table},
};
use domain::account::Invitation;
use leptos::prelude::*;
use service::mail::MailState;

pub(crate) struct OpenInvitation {
    pub(crate) invitation: Invitation,
    /// `None` if the viewer could not send this invitation.
    pub(crate) link: Option<String>,
    /// State of the invitation mail. `None` if no mail is sent.
    pub(crate) mail: Option<MailState>,
}

/// State of the mail, as words that follow the email address.
fn mail_in_words(mail: MailState) -> &'static str {
    match mail {
        MailState::Waiting => "Mail is on its way",
        MailState::Sent => "Mail sent",
        MailState::Failed => "Mail could not be sent: copy the link and pass it on",
    }
}

/// Says how people receive their links.
fn way_in_words(invitations: &[OpenInvitation]) -> &'static str {
    let is_mailed = |open: &OpenInvitation| open.mail.is_some_and(|mail| mail != MailState::Failed);
    let mailed = invitations.iter().filter(|open| is_mailed(open)).count();
    match mailed {
        0 => "Pass the link on to the person yourself.",
        mailed if mailed == invitations.len() => "The link goes out by mail, and can be copied too.",
        _ => "Where no mail goes out, copy the link and pass it on.",
    }
}

#[component]
pub(crate) fn OpenInvitations(slug: String, invitations: Vec<OpenInvitation>) -> impl IntoView {
    let way = way_in_words(&invitations);
    view! {
        <section class="panel" aria-labelledby="invitations-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="invitations-heading">"Invitations"</h2>
                    <p class="panel-lead">{way}" Only the account with the invited address can accept it."</p>
                </div>
            </div>
            <Table caption="Open invitations" heads=vec!["Address", "Role", "Until", "Link", ""]>
                {invitations
                    .into_iter()
                    .map(|OpenInvitation { invitation, link, mail }| (slug.clone(), invitation, link, mail))
                    .map(|(slug, invitation, link, mail)| view! {
                        <tr>
                            <th scope="row">
                                <span class="entry">
                                    <span class="entry-name"><bdi>{invitation.email.to_string()}</bdi></span>
                                    <span class="entry-note">"Invited by "<bdi>{invitation.invited_by.name.to_string()}</bdi></span>
                                    {mail.map(|mail| view! { <span class="entry-note">{mail_in_words(mail)}</span> })}
                                </span>
                            </th>
                            <td data-label="Role"><bdi>{invitation.role.title().to_owned()}</bdi></td>
                            <td data-label="Until" class="cell-tight"><ExactTime at=invitation.expires_at/></td>
                            <td data-label="Link" class="cell-tight">
                                {match link {
                                    Some(link) => view! {
                                        <span class="inline-flex items-center gap-2">
                                            <a class="link" href=link.clone()>"Link"</a>
                                            <CopyButton text=link label="Copy link".to_owned()/>
                                        </span>
                                    }
                                    .into_any(),
                                    None => view! { <span class="entry-note">"Shown to those who can invite to this role"</span> }.into_any(),
                                }}
                            </td>
                            <td class="cell-end">
                                <PostForm action={posts_to::<WithdrawInvitation>()}>
                                    <input type="hidden" name="slug" value=slug/>
                                    <input type="hidden" name="id" value=invitation.id.to_string()/>
                                    <Button>"Take back"</Button>
                                </PostForm>
                            </td>
                        </tr>
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
