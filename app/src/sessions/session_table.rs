//! The list of sessions: browser, address, start, and a button to end each.

use super::{EndSession, agent::agent_in_words};
use crate::{
    forms::PostForm,
    layout::posts_to,
    server_side::PageContext,
    ui::{Button, RelativeTime, Table},
};
use domain::account::SessionInfo;
use leptos::prelude::*;

#[component]
pub(crate) fn SessionTable(context: PageContext, sessions: Vec<SessionInfo>) -> impl IntoView {
    let (now, own) = (context.now, context.caller.actor.session());
    view! {
        <Table caption="Your active sessions" heads=vec!["Browser", "Address", "Signed in", "Last seen", ""]>
            {sessions
                .into_iter()
                .map(|session| {
                    let agent = session.user_agent.unwrap_or_default();
                    let words = agent_in_words(&agent);
                    let spoken = format!(": {words}");
                    let address = session.ip.map_or_else(|| "Unknown".to_owned(), |ip| ip.to_string());
                    let end = if Some(session.id) == own {
                        view! { <span class="badge badge-ok badge-tag">"This session"</span> }.into_any()
                    } else {
                        view! {
                            <PostForm action={posts_to::<EndSession>()}>
                                <input type="hidden" name="id" value=session.id.to_string()/>
                                <Button>"End session"<span class="unseen">{spoken}</span></Button>
                            </PostForm>
                        }
                        .into_any()
                    };
                    view! {
                        <tr>
                            <th scope="row"><span class="entry-name" title=agent>{words}</span></th>
                            <td data-label="Address" class="mono">{address}</td>
                            <td data-label="Signed in" class="cell-tight"><RelativeTime at=session.created_at now=now/></td>
                            <td data-label="Last seen" class="cell-tight"><RelativeTime at=session.last_seen_at now=now/></td>
                            <td class="cell-end cell-wide">{end}</td>
                        </tr>
                    }
                })
                .collect_view()}
        </Table>
    }
    .into_any()
}
