//! The organizations in which a token works. Only its owner sees this panel.

use super::{AuthorizeToken, WithdrawAuthorization};
use crate::{
    accounts::SwitchOrg,
    error::AppError,
    forms::{PostForm, Refusal, Refused},
    layout::posts_to,
    ui::{Badge, Button, Callout, CalloutTone, Look, RelativeTime, Table, Tone},
};
use domain::{
    Timestamp,
    account::Org,
    credential::{AuthorizationState, OrgAuthorization},
};
use leptos::prelude::*;
use service::org_authorizations::{Standing, StandsIn};

/// One row per organization. Renders nothing if the owner has only one.
#[component]
pub(crate) fn OrgsPanel(
    id: String,
    /// State of the token in each organization.
    stands: Vec<StandsIn>,
    /// Slug of the organization in which the token was presented without authorization.
    wanted: Option<String>,
    /// Whether the token can still be authorized.
    may_change: bool,
    now: Timestamp,
    refusal: Option<AppError>,
) -> impl IntoView {
    if stands.len() < 2 {
        return ().into_any();
    }
    let is_wanted = |stands: &StandsIn| wanted.as_deref() == Some(stands.org.slug.as_str());
    let open =
        |standing: &Standing| matches!(standing, Standing::Not | Standing::Authorized(_, AuthorizationState::Denied));
    let asks = stands.iter().find(|stands| is_wanted(stands) && open(&stands.standing)).filter(|_| may_change);
    let asks = asks.map(|stands| view! { <Asked id=id.clone() org=stands.org.clone()/> });
    let rows: Vec<_> = stands
        .into_iter()
        .map(|stands| {
            let glows = is_wanted(&stands);
            view! { <Row id=id.clone() stands=stands glows=glows may_change=may_change now=now/> }
        })
        .collect();
    view! {
        <section class="panel" id="organizations" aria-labelledby="organizations-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="organizations-heading">"Organizations"</h2>
                    <p class="panel-lead">"Where it works. Elsewhere than at home it may do what you may do there, and each organization can take that back. Nobody else of its home sees this."</p>
                </div>
            </div>
            {refusal.map(|error| view! {
                <div class="panel-body"><Refusal refused=Refused(Some(error)) fields=&[]/></div>
            })}
            {asks}
            <Table caption="Your organizations, and whether the token works there" heads=vec!["Organization", "State", ""]>{rows}</Table>
        </section>
    }
    .into_any()
}

/// Offers to authorize the token for an organization in which it was presented.
#[component]
fn Asked(id: String, org: Org) -> impl IntoView {
    let name = org.name.to_string();
    view! {
        <div class="panel-body">
            <Callout tone=CalloutTone::Warn>
                <p class="callout-title">"Authorize it for "<bdi>{name}</bdi>"?"</p>
                <p>"It was presented to an API of that organization, where it does not work yet. It would be able to do there what its scopes and your role there both allow."</p>
                <PostForm class="form-actions" action={posts_to::<AuthorizeToken>()}>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="org" value=org.slug.to_string()/>
                    <Button look=Look::Primary>"Authorize token"</Button>
                </PostForm>
            </Callout>
        </div>
    }
    .into_any()
}

#[component]
fn Row(id: String, stands: StandsIn, glows: bool, may_change: bool, now: Timestamp) -> impl IntoView {
    let StandsIn { org, standing } = stands;
    let (name, slug) = (org.name.to_string(), org.slug.to_string());
    let (post, words, look) = match &standing {
        Standing::Home => (None, "", Look::Secondary),
        Standing::Not | Standing::Authorized(_, AuthorizationState::Denied) => {
            (may_change.then(posts_to::<AuthorizeToken>), "Authorize", Look::Secondary)
        }
        Standing::Authorized(..) => (Some(posts_to::<WithdrawAuthorization>()), "Take back", Look::DangerQuiet),
    };
    let action = post.map(|action| {
        let (for_whom, org) = (format!(" for {name}"), slug.clone());
        view! {
            <PostForm action=action>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="org" value=org/>
                <Button look=look>{words}<span class="unseen">{for_whom}</span></Button>
            </PostForm>
        }
        .into_any()
    });
    view! {
        <tr class:row-glow=glows>
            <th scope="row">
                <span class="entry">
                    <span class="entry-name" dir="auto" title=name.clone()>{name.clone()}</span>
                    <span class="entry-note mono">{slug}</span>
                </span>
            </th>
            <td data-label="State"><State standing=standing now=now/></td>
            <td class="cell-end cell-wide">{action}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn State(standing: Standing, now: Timestamp) -> impl IntoView {
    let since = |at: Timestamp| view! { <span class="text-muted">" "<RelativeTime at=at now=now/></span> };
    match standing {
        Standing::Home => view! { <Badge tone=Tone::Ok word="Home"/> }.into_any(),
        Standing::Not => view! { <Badge tone=Tone::Off word="Not authorized"/> }.into_any(),
        Standing::Authorized(authorization, state) => {
            let OrgAuthorization { authorized_at, pending_since, decision, .. } = *authorization;
            match state {
                AuthorizationState::Active => {
                    view! { <Badge tone=Tone::Ok word="Authorized"/>{since(authorized_at)} }.into_any()
                }
                AuthorizationState::Pending => {
                    view! { <Badge tone=Tone::Warn word="Waits for approval"/>{pending_since.map(since)} }.into_any()
                }
                AuthorizationState::Denied => view! {
                    <Badge tone=Tone::Off word="Not approved"/>
                    {decision.map(|decision| view! {
                        <span class="text-muted">
                            " "<bdi>{decision.by.name.to_string()}</bdi>": "<span dir="auto">{decision.note}</span>
                        </span>
                    })}
                }
                .into_any(),
            }
        }
    }
}

/// Says that the token's home is another organization than the current one, and offers to switch to it.
#[component]
pub(crate) fn AtHomeElsewhere(
    /// The token's home.
    home: Org,
    /// URL of the token's page, shown after switching.
    page: String,
) -> impl IntoView {
    view! {
        <section class="panel">
            <div class="panel-body">
                <Callout>
                    <p>"This token was issued in "<bdi>{home.name.to_string()}</bdi>", and you are working in another organization."</p>
                    <PostForm class="form-actions" action={posts_to::<SwitchOrg>()}>
                        <input type="hidden" name="org" value=home.id.to_string()/>
                        <input type="hidden" name="next" value=page/>
                        <Button look=Look::Primary>"Change organization and go on"</Button>
                    </PostForm>
                </Callout>
            </div>
        </section>
    }
    .into_any()
}
