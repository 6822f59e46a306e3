//! The person's own browser sessions.

use super::{done, refusal_of};
use crate::{
    forms::{PostForm, Refusal, Refused},
    layout::{PageHead, posts_to, signed_in_page},
    server_side::{refused, service},
    sessions::{EndOtherSessions, EndSession, SessionTable},
    ui::{Button, Look, Toast},
};
use leptos::prelude::*;

/// The list, and the button that ends all other sessions.
#[component]
pub(crate) fn SessionsPage() -> impl IntoView {
    let ended = done("ended").and_then(|count| count.parse::<u32>().ok());
    let refusal = refusal_of::<EndSession>().or_else(refusal_of::<EndOtherSessions>);
    signed_in_page(move |context| async move {
        let sessions = service()?.sessions().list(&context.caller).await.map_err(refused)?;
        let others = sessions.len() > 1;
        Ok(view! {
            <PageHead title="My sessions" lead="Browsers in which you are signed in. End any that you do not recognize.">
                {others.then(|| view! {
                    <PostForm action={posts_to::<EndOtherSessions>()}>
                        <Button look=Look::DangerQuiet>"End all other sessions"</Button>
                    </PostForm>
                })}
            </PageHead>
            <div class="stack">
                <Refusal refused=Refused(refusal) fields=&[]/>
                <section class="panel"><SessionTable context=context sessions=sessions/></section>
            </div>
            {ended.map(|count| view! {
                <Toast>
                    {match count {
                        0 => "There was no other session".to_owned(),
                        1 => "1 session ended".to_owned(),
                        count => format!("{count} sessions ended"),
                    }}
                </Toast>
            })}
        }
        .into_any())
    })
}
