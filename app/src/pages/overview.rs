//! The organization at a glance.

use super::in_path;
use crate::{
    layout::{PageHead, signed_in_page},
    overview::{CallsChart, Numbers, Refused, TopCallers},
    server_side::{refused, service},
    ui::ButtonLink,
};
use domain::access::Action;
use leptos::prelude::*;

#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let slug = in_path("slug");
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let overview = service()?.orgs().overview(&context.caller).await.map_err(refused)?;
        let list = format!("/orgs/{slug}/credentials");
        let inventory = list.clone();
        let shows_calls = context.may_for_all(Action::ReadInventory);
        Ok(view! {
            <PageHead title="Overview" lead="What the organization has, how it is used, and what wants a decision.">
                <ButtonLink href=inventory>"All credentials"</ButtonLink>
            </PageHead>
            <div class="stack">
                {(!overview.is_whole()).then(|| view! {
                    <p class="form-note">"There are so many credentials that only the newest 50,000 are counted here."</p>
                })}
                <Numbers overview=overview.clone() list=list/>
                {shows_calls.then(|| view! {
                    <section class="panel" aria-labelledby="calls-heading">
                        <div class="panel-head">
                            <div>
                                <h2 class="panel-title" id="calls-heading">"Verifications"</h2>
                                <p class="panel-lead">"The last seven days, in UTC."</p>
                            </div>
                        </div>
                        <div class="panel-body"><CallsChart overview=overview.clone()/></div>
                    </section>
                    <div class="pair">
                        <Refused overview=overview.clone()/>
                        <TopCallers overview=overview.clone() slug=slug/>
                    </div>
                })}
            </div>
        }
        .into_any())
    })
}
