//! Creates a credential of the kind in the URL.

use super::{chooser_link, query, query_all};
use crate::{
    credentials::{IssueForm, Prefill},
    error::AppError,
    layout::{PageHead, signed_in_page},
    server_side::{CredentialPages, CredentialTarget, PageContext, offer, path, redirect, refused, service, words},
};
use domain::credential::CredentialKind;
use leptos::prelude::*;

/// The form with its summary. The query parameters `name`, `description` and `scopes` prefill it.
#[component]
pub(crate) fn NewCredentialPage() -> impl IntoView {
    let prefill = prefill();
    signed_in_page(|context| async move {
        let pages = context.pages(&path())?;
        let (offer, beginning) = offer(&context, &pages, &prefill.scopes).await?;
        let owner = owner_of_new(&context, &pages).await?;
        let mut crumbs = pages.crumbs();
        if let (CredentialTarget::ServiceAccount(_), Some(crumb)) = (pages.target, crumbs.first_mut()) {
            crumb.1.clone_from(&owner);
        }
        Ok(view! {
            <PageHead
                title=pages.words().issue_title
                lead="Choose what it may do and for how long. The secret is shown once, at the end."
                crumbs=crumbs
            >
                {chooser_link("Is this the right kind?")}
            </PageHead>
            <IssueForm
                at=pages.base.clone()
                list=pages.list()
                owner=owner
                organization=context.org_name()
                offer=offer
                prefill=prefill
                beginning=beginning
                now=context.now
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

async fn owner_of_new(context: &PageContext, pages: &CredentialPages) -> Result<String, AppError> {
    Ok(match pages.target {
        CredentialTarget::Mine => context.caller.actor.name().to_string(),
        CredentialTarget::Of(_) => context.org_name(),
        CredentialTarget::ServiceAccount(account) => {
            let account =
                service()?.service_accounts().show(&context.caller, &account.to_string()).await.map_err(refused)?;
            account.name.to_string()
        }
    })
}

/// `/settings/new?kind=…`: a stable link to the right form, with prefilled values. Anyone can write such a link.
#[component]
pub(crate) fn NewOfKindPage() -> impl IntoView {
    let kind = query("kind").and_then(|kind| kind.parse::<CredentialKind>().ok());
    let prefill = prefill();
    signed_in_page(move |context| async move {
        let base = match kind {
            Some(CredentialKind::PersonalAccessToken) => format!("{}/new", CredentialPages::mine().base),
            Some(kind) => format!("{}/new", CredentialPages::of(&context.slug(), kind).base),
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
