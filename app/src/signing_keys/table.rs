//! The table of signing keys, the newest of each algorithm first.

use crate::ui::{Badge, CopyButton, RelativeTime, Table, Tone, shortened};
use domain::{Timestamp, oauth::KeyState};
use leptos::prelude::*;
use service::signing_keys::ShownKey;

/// Color and label of a state.
fn badge(state: KeyState) -> (Tone, &'static str) {
    match state {
        KeyState::Next => (Tone::Quiet, "Next"),
        KeyState::Current => (Tone::Ok, "Current"),
        KeyState::Retiring => (Tone::Warn, "Retiring"),
        KeyState::Gone => (Tone::Off, "Gone"),
    }
}

#[component]
pub(crate) fn SigningKeyTable(keys: Vec<ShownKey>, now: Timestamp) -> impl IntoView {
    let row = |ShownKey { key, state }: ShownKey| {
        let (tone, word) = badge(state);
        let kid = key.public.kid;
        view! {
            <tr>
                <th scope="row">
                    <span class="flex items-center gap-1 min-w-0">
                        <code title=kid.clone()>{shortened(&kid, 12)}</code>
                        <CopyButton text=kid.clone() label=format!("Copy the key ID {kid}")/>
                    </span>
                </th>
                <td data-label="Algorithm">{key.alg.as_str()}</td>
                <td data-label="State"><Badge tone=tone word=word/></td>
                <td data-label="Signs from" class="cell-tight"><RelativeTime at=key.activates_at now=now/></td>
                <td data-label="Created" class="cell-tight"><RelativeTime at=key.created_at now=now/></td>
            </tr>
        }
        .into_any()
    };
    let rows = keys.into_iter().map(row).collect_view();
    view! {
        <Table caption="Signing keys" heads=vec!["Key ID", "Algorithm", "State", "Signs from", "Created"]>{rows}</Table>
    }
    .into_any()
}
