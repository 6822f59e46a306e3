//! Tokens of other organizations that are authorized here: the list, and withdrawing the access of one.

use super::EndAuthorization;
use crate::{
    credentials::{ScopeChips, StatusBadge},
    forms::PostForm,
    layout::posts_to,
    ui::{Badge, Button, ButtonLink, Callout, CalloutTone, Look, RelativeTime, Table, Tone},
};
use domain::{Timestamp, credential::AuthorizationState};
use leptos::prelude::*;
use service::org_authorizations::AuthorizedHere;

#[component]
pub(crate) fn AuthorizedTable(
    path: String,
    tokens: Vec<AuthorizedHere>,
    /// Whether the viewer may withdraw access.
    may_end: bool,
    now: Timestamp,
) -> impl IntoView {
    let mut heads = vec!["Name", "Owner", "May do here", "State", "Authorized", "Last used"];
    if may_end {
        heads.push("");
    }
    let rows: Vec<_> =
        tokens.into_iter().map(|here| view! { <Row path=path.clone() here=here may_end=may_end now=now/> }).collect();
    view! {
        <section class="panel">
            <Table caption="Tokens of other organizations that work here" heads=heads>{rows}</Table>
        </section>
    }
    .into_any()
}

#[component]
fn Row(path: String, here: AuthorizedHere, may_end: bool, now: Timestamp) -> impl IntoView {
    let AuthorizedHere { token, state, status, scopes } = here;
    let name = token.name.to_string();
    let end = format!("{path}?end={}#take-back", token.authorization.credential);
    let used = match token.last_used_at {
        Some(at) => view! { <RelativeTime at=at now=now/> }.into_any(),
        None => view! { <span class="text-faint">"Never"</span> }.into_any(),
    };
    let state = match state {
        AuthorizationState::Active => view! { <StatusBadge status=status/> }.into_any(),
        AuthorizationState::Pending => view! { <Badge tone=Tone::Warn word="Waits for approval"/> }.into_any(),
        AuthorizationState::Denied => view! { <Badge tone=Tone::Off word="Not approved"/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="entry">
                    <span class="entry-name" title=name.clone() dir="auto">{name.clone()}</span>
                    <span class="entry-note mono">{token.redacted}</span>
                </span>
            </th>
            <td data-label="Owner"><bdi>{token.owner_name.to_string()}</bdi></td>
            <td data-label="May do here"><ScopeChips scopes=scopes/></td>
            <td data-label="State">{state}</td>
            <td data-label="Authorized" class="cell-tight"><RelativeTime at=token.authorization.authorized_at now=now/></td>
            <td data-label="Last used" class="cell-tight">{used}</td>
            {may_end.then(|| view! {
                <td class="cell-end cell-wide">
                    <ButtonLink href=end look=Look::DangerQuiet>"Take back"<span class="unseen">{format!(" {name}")}</span></ButtonLink>
                </td>
            })}
        </tr>
    }
    .into_any()
}

#[component]
pub(crate) fn TakeBack(slug: String, path: String, here: AuthorizedHere, now: Timestamp) -> impl IntoView {
    let token = here.token;
    let used = match token.last_used_at {
        Some(at) => view! { "It was last used "<RelativeTime at=at now=now/>"." }.into_any(),
        None => view! { "It was never used." }.into_any(),
    };
    view! {
        <div id="take-back">
            <Callout tone=CalloutTone::Warn>
                <p class="callout-title">"Take back "<bdi>{token.name.to_string()}</bdi>" of "<bdi>{token.owner_name.to_string()}</bdi>"?"</p>
                <p>"It is refused here, everywhere within two seconds, and goes on where it is at home. Its owner can authorize it again. "{used}</p>
                <PostForm class="form-actions" action={posts_to::<EndAuthorization>()}>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="id" value=token.authorization.credential.to_string()/>
                    <Button look=Look::Danger>"Take back token"</Button>
                    <ButtonLink href=path look=Look::Ghost>"Leave it"</ButtonLink>
                </PostForm>
            </Callout>
        </div>
    }
    .into_any()
}
