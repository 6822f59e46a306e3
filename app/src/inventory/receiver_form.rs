//! Chooses the service account that receives the selected tokens. It only changes the URL: the preview comes next.

use super::{BulkOperation, Filter};
use crate::ui::{Button, ButtonLink, EmptyState, Glyph, Look, Select};
use leptos::prelude::*;

/// The selected tokens.
#[derive(Clone)]
pub(crate) struct Ticked {
    /// IDs of single tokens.
    pub(crate) ids: Vec<String>,
    /// Selects all tokens that match the filter.
    pub(crate) all: bool,
    pub(crate) filter: Filter,
}

#[component]
pub(crate) fn ReceiverForm(
    slug: String,
    /// ID and name of each service account.
    accounts: Vec<(String, String)>,
    ticked: Ticked,
) -> impl IntoView {
    let list = format!("/orgs/{slug}/credentials");
    let action = format!("{list}/bulk");
    if accounts.is_empty() {
        return view! {
            <section class="panel">
                <EmptyState
                    glyph=Glyph::Robot
                    title="No service accounts yet"
                    lead="Tokens are transferred to a service account, a user that never leaves. Create one first, with the role that the tokens need."
                >
                    <ButtonLink href=format!("/orgs/{slug}/service-accounts/new") look=Look::Primary>"Create service account"</ButtonLink>
                </EmptyState>
            </section>
        }
        .into_any();
    }
    let hidden = |(name, value): (&'static str, String)| view! { <input type="hidden" name=name value=value/> };
    let filter = ticked.filter.pairs().into_iter().map(|(name, value)| (name, value.to_owned()));
    let ids = ticked.ids.iter().map(|id| ("id", id.clone()));
    let all = ticked.all.then(|| ("all", "1".to_owned()));
    let kept: Vec<_> = filter.chain(ids).chain(all).map(hidden).collect();
    view! {
        <form class="form form-tight page-narrow" method="get" action=action>
            {kept}
            <input type="hidden" name="action" value=BulkOperation::Transfer.name()/>
            <Select
                id="receiver"
                name="to"
                label="Service account"
                options=accounts
                help="Its role bounds what the tokens can do from then on. You see what would happen before anything does."
            />
            <div class="form-actions">
                <Button look=Look::Primary>"Show what would happen"</Button>
                <ButtonLink href=list look=Look::Ghost>"Back to the list"</ButtonLink>
            </div>
        </form>
    }
    .into_any()
}
