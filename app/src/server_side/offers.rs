//! Options for a new credential, from the organization's catalog.

use super::{Caller, CredentialPages, PageContext, refused, service};
use crate::{
    credentials::{Beginning, Offer, OperationOffer, Reach, ScopeOffer},
    error::AppError,
    policies::rules_in_words,
};
use domain::{
    access::{Action, Role},
    credential::CredentialKind,
    operation::{Catalog, Operation, UserContext},
    scope::{ALL, ScopeSet, catalog::MANAGEMENT},
};
use service::credentials::CredentialTarget;
use std::collections::HashSet;

/// Limits the size of the page. No one reads a longer list there.
const MAX_OPERATIONS: usize = 400;

/// Operations that the form loads after the page.
pub(crate) async fn offered_operations(
    caller: &Caller,
    pages: &CredentialPages,
) -> Result<Vec<OperationOffer>, AppError> {
    let catalog = service()?.apis().show_catalog(caller).await.map_err(refused)?;
    Ok(operations(&catalog, pages.kind(), &caller.actor.holds()))
}

/// The organization's own APIs are the most relevant and come first, then the platform's. Mintmark's own API, first in
/// the catalog, is last.
fn operations(catalog: &Catalog, kind: CredentialKind, holds: &ScopeSet) -> Vec<OperationOffer> {
    let (own, others) = (catalog.apis().iter().take(1), catalog.apis().iter().skip(1));
    let (organizations, platforms): (Vec<_>, Vec<_>) = others.partition(|api| api.org.is_some());
    let operations = organizations.into_iter().chain(platforms).chain(own).flat_map(|api| {
        api.operations.iter().map(|operation| operation_offer(api.name.to_string(), operation, kind, holds))
    });
    operations.take(MAX_OPERATIONS).collect()
}

/// One operation, with the scopes it needs, or the reason why it can't be selected.
fn operation_offer(api: String, operation: &Operation, kind: CredentialKind, holds: &ScopeSet) -> OperationOffer {
    let rules = kind.rules();
    let obstacle = match (operation.user_context, rules.has_user) {
        (UserContext::Required, false) => Some(format!("Acts for a person; an {} represents nobody.", rules.title)),
        (UserContext::Forbidden, true) => {
            Some(format!("For applications only; a {} represents a person.", rules.title))
        }
        _ => None,
    };
    let mut offer = OperationOffer { api, operation: operation.clone(), note: String::new(), is_open: false };
    let needs = offer.needs();
    let beyond = needs.iter().any(|name| !holds.contains(name.as_str()));
    offer.is_open = obstacle.is_none() && !beyond && !needs.is_empty();
    offer.note = match obstacle {
        Some(obstacle) => obstacle,
        None if beyond => format!("Needs {}, which is not part of your role.", needs.join(" and ")),
        None if needs.is_empty() => "Needs no scope.".to_owned(),
        None => format!("Needs {}.", needs.join(" and ")),
    };
    offer
}

/// Options for a new credential at this URL, and the initial summary for the chosen scopes.
pub(crate) async fn offer(
    context: &PageContext,
    pages: &CredentialPages,
    chosen: &[String],
) -> Result<(Offer, Beginning), AppError> {
    let catalog = service()?.apis().show_catalog(&context.caller).await.map_err(refused)?;
    let owner_holds = match pages.target {
        CredentialTarget::ServiceAccount(account) => {
            let account =
                service()?.service_accounts().show(&context.caller, &account.to_string()).await.map_err(refused)?;
            Role::from(account.role).scopes(&catalog.api_scopes())
        }
        CredentialTarget::Mine | CredentialTarget::Of(_) => context.caller.actor.holds(),
    };
    let policies = service()?.policies().list(&context.caller).await.map_err(refused)?;
    let policy = policies.of(pages.kind());
    let mut said = Vec::new();
    for version in [policy.in_force(context.now), policy.coming(context.now)].into_iter().flatten() {
        said.extend(
            rules_in_words(&version.rules).into_iter().filter(|sentence| !said.contains(sentence)).collect::<Vec<_>>(),
        );
    }
    let offer = Offer {
        reach: Reach { kind: pages.kind(), owner_holds },
        scopes: scopes(
            &catalog,
            &context.caller.actor.holds(),
            pages.kind().rules().may_hold_all && policy.allows_all(context.now),
        ),
        more_operations: catalog.operations().count().saturating_sub(MAX_OPERATIONS),
        audiences: catalog.audience_owners().map(|api| (api.name.to_string(), api.audience.clone())).collect(),
        policy: said,
        needs_approval: policy.needs_approval(context.now) && !context.may(Action::DecideTokenRequest),
        lifetimes: policy.lifetimes(context.now),
    };
    let operations = operations(&catalog, pages.kind(), &context.caller.actor.holds());
    let beginning = offer.reach.outlook(&operations, chosen).beginning();
    Ok((offer, beginning))
}

/// Scopes of the other APIs, with the API's name as heading, then the scopes of Mintmark's own API with their headings.
pub(super) fn scopes(catalog: &Catalog, holds: &ScopeSet, may_hold_all: bool) -> Vec<ScopeOffer> {
    let own = MANAGEMENT.iter().filter(|info| may_hold_all || info.name != ALL).map(|info| ScopeOffer {
        name: info.name.to_owned(),
        title: info.title.to_owned(),
        description: info.description.to_owned(),
        group: info.group.to_owned(),
        may_give: holds.contains(info.name),
    });
    let others = catalog.apis().iter().skip(1).flat_map(|api| {
        api.scopes.iter().map(|scope| ScopeOffer {
            name: scope.name.to_string(),
            title: if scope.title.is_empty() { scope.name.to_string() } else { scope.title.clone() },
            description: scope.description.clone(),
            group: api.name.to_string(),
            may_give: holds.contains(scope.name.as_str()),
        })
    });
    // A scope that several APIs define is listed once, because it is a single scope.
    let mut known = HashSet::new();
    others.chain(own).filter(|offer| known.insert(offer.name.clone())).collect()
}
