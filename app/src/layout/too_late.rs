//! The notice that the last form belonged to another session and was not processed.

use crate::{
    pages::posted,
    server_side::posted_too_late,
    ui::{Callout, CalloutTone},
};
use leptos::prelude::*;

/// Renders nothing if the last form was not stale.
#[component]
pub(super) fn TooLate() -> impl IntoView {
    posted_too_late(&posted()).map(|_| {
        view! {
            <div data-too-late="">
                <Callout tone=CalloutTone::Danger urgent=true>
                    <p>
                        "Nothing was changed. The page you sent was opened before you signed in, signed out, or changed organization. This page is up to date: check it, then send it again."
                    </p>
                </Callout>
            </div>
        }
    })
}
