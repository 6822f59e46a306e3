//! Creates a credential of the kind in the URL.

use super::{chooser_link, query, query_all};
use crate::{
    credentials::{IssueForm, Prefill},
    error::AppError,
    layout::{PageHead, desk_page},
    server_side::{Desk, Place, Which, offer, path, redirect, refused, service, words},
};
use domain::credential::CredentialKind;
use leptos::prelude::*;

/// The form with its summary. The query parameters `name`, `description` and `scopes` prefill it.
#[component]
pub(crate) fn NewCredentialPage() -> impl IntoView {
    let prefill = prefill();
    desk_page(|desk| async move {
        let place = desk.place(&path())?;
        let (offer, beginning) = offer(&desk, &place, &prefill.scopes).await?;
        let owner = owner_of_new(&desk, &place).await?;
        let mut crumbs = place.crumbs();
        if let (Which::ServiceAccount(_), Some(crumb)) = (place.which, crumbs.first_mut()) {
            crumb.1.clone_from(&owner);
        }
        Ok(view! {
            <PageHead
                title=place.words().issue_title
                lead="Choose what it may do and for how long. The secret is shown once, at the end."
                crumbs=crumbs
            >
                {chooser_link("Is this the right kind?")}
            </PageHead>
            <IssueForm
                at=place.base.clone()
                list=place.list()
                owner=owner
                organization=desk.org_name()
                offer=offer
                prefill=prefill
                beginning=beginning
                now=desk.now
            />
        }
        .into_any())
    })
}

fn prefill() -> Prefill {
    let short = |text: Option<String>, max: usize| text.unwrap_or_default().chars().take(max).collect();
    let scopes = query_all("scopes").iter().flat_map(|scopes| words(scopes)).take(200).collect();
    Prefill { name: short(query("name"), 200), description: short(query("description"), 1000), scopes }
}

async fn owner_of_new(desk: &Desk, place: &Place) -> Result<String, AppError> {
    Ok(match place.which {
        Which::Mine => desk.caller.actor.name().to_string(),
        Which::Of(_) => desk.org_name(),
        Which::ServiceAccount(account) => {
            let account = service()?.show_service_account(&desk.caller, &account.to_string()).await.map_err(refused)?;
            account.name.to_string()
        }
    })
}

/// `/settings/new?kind=…`: a stable link to the right form, with prefilled values. Anyone can write such a link.
#[component]
pub(crate) fn NewOfKindPage() -> impl IntoView {
    let kind = query("kind").and_then(|kind| kind.parse::<CredentialKind>().ok());
    let prefill = prefill();
    desk_page(move |desk| async move {
        let base = match kind {
            Some(CredentialKind::PersonalAccessToken) => format!("{}/new", Place::mine().base),
            Some(kind) => format!("{}/new", Place::of(&desk.slug(), kind).base),
            None => "/settings/new-credential".to_owned(),
        };
        let address = with_prefill(&base, &prefill);
        redirect(&address);
        Ok(view! { <a class="link" href=address>"Go on"</a> }.into_any())
    })
}

/// Adds the prefilled values to a URL.
pub(super) fn with_prefill(base: &str, prefill: &Prefill) -> String {
    let scopes = prefill.scopes.join(" ");
    let pairs = [("name", &prefill.name), ("description", &prefill.description), ("scopes", &scopes)];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", super::encoded(value)))
        .collect();
    if pairs.is_empty() { base.to_owned() } else { format!("{base}?{}", pairs.join("&")) }
}
