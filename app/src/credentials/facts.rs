//! What there is to know of one token, and of each of its secrets. Never a secret itself.

use super::{scope_chips::ScopeChips, status_badge::StatusBadge, table::urgency};
use crate::ui::{CopyButton, ExactTime, RelativeTime, Table};
use domain::{
    Timestamp,
    credential::{Credential, Secret},
};
use leptos::prelude::*;

/// The facts as a list of terms.
#[component]
pub fn Facts(
    /// The token.
    token: Credential,
    /// The moment the page is made.
    now: Timestamp,
) -> impl IntoView {
    let status = token.status(now);
    let expires = match token.expires_at {
        None => view! { <span>"Never; it works until somebody revokes it"</span> }.into_any(),
        Some(at) => {
            let class = if status.is_live() { urgency(at, now) } else { "" };
            view! { <ExactTime at=at/>" ("<RelativeTime at=at now=now class=class/>")" }.into_any()
        }
    };
    let last_used = match token.last_used_at() {
        None => view! { "Never" }.into_any(),
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
    };
    view! {
        <section class="panel" aria-label="Facts">
            <dl class="facts">
                <dt>"Status"</dt>
                <dd><StatusBadge status=status/></dd>
                <dt>"Scopes"</dt>
                <dd><ScopeChips scopes=token.scopes.clone() shown=40/></dd>
                <dt>"Expires"</dt>
                <dd>{expires}</dd>
                {token.revoked_at.map(|at| view! { <dt>"Revoked"</dt><dd><ExactTime at=at/></dd> })}
                <dt>"Last used"</dt>
                <dd>{last_used}</dd>
                <dt>"Issued"</dt>
                <dd>
                    <ExactTime at=token.created_at/>
                    " by "
                    <bdi>{token.created_by.name.to_string()}</bdi>
                </dd>
                <dt>"Id"</dt>
                <dd>
                    <span class="flex items-center gap-1 min-w-0">
                        <code class="truncate">{token.id.to_string()}</code>
                        <CopyButton text=token.id.to_string() label="Copy the id".to_owned()/>
                    </span>
                </dd>
            </dl>
        </section>
    }
    .into_any()
}

/// One row a secret, in its redacted form.
#[component]
pub fn Secrets(
    /// The secrets, newest first.
    secrets: Vec<Secret>,
    /// The moment the page is made.
    now: Timestamp,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="secrets-heading">
            <div class="panel-head">
                <h2 class="panel-title" id="secrets-heading">"Secret"</h2>
                <p class="panel-lead">"Only the redacted form is kept."</p>
            </div>
            <Table caption="Secrets of this token" heads=vec!["Redacted", "Issued", "Last used", "From"]>
                {secrets
                    .into_iter()
                    .map(|secret| {
                        let from = secret.last_used_ip.map_or_else(|| "–".to_owned(), |ip| ip.to_string());
                        let used = match secret.last_used_at {
                            Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
                            None => view! { <span class="text-faint">"Never"</span> }.into_any(),
                        };
                        view! {
                            <tr>
                                <th scope="row"><code>{secret.redacted}</code></th>
                                <td data-label="Issued" class="cell-tight"><RelativeTime at=secret.created_at now=now/></td>
                                <td data-label="Last used" class="cell-tight">{used}</td>
                                <td data-label="From" class="mono">{from}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
