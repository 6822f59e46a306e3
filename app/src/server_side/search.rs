//! The server's part of the palette's search: credentials by name, ID or redacted secret, and places in the
//! documentation.
//!
//! Searches only within the caller's permission. Input that may be a secret is never searched.

use super::{CredentialPages, InventoryFilter, PageContext, PageRequest, refused, service};
use crate::{
    credentials::kind_labels,
    docs,
    error::AppError,
    palette::{Hit, secret_like},
};
use domain::{access::Action, credential::Credential};

const MOST: u32 = 8;
const LONGEST: usize = 200;

/// The newest matches.
pub(crate) async fn search(context: &PageContext, q: &str) -> Result<Vec<Hit>, AppError> {
    let q: String = q.trim().chars().take(LONGEST).collect();
    if q.is_empty() || secret_like(&q) {
        return Ok(Vec::new());
    }
    let mut hits = credentials(context, &q).await?;
    hits.extend(docs::found(&q));
    Ok(hits)
}

async fn credentials(context: &PageContext, q: &str) -> Result<Vec<Hit>, AppError> {
    if !context.may(Action::ReadInventory) {
        return Ok(Vec::new());
    }
    let filter = InventoryFilter { q: Some(q.to_owned()), ..InventoryFilter::default() };
    let page = PageRequest::new(MOST, None);
    let found = service()?.credentials().inventory(&context.caller, &filter, &page).await.map_err(refused)?;
    Ok(found.items.iter().map(|credential| hit(context, credential)).collect())
}

fn hit(context: &PageContext, credential: &Credential) -> Hit {
    let actor = &context.caller.actor;
    let is_own = credential.owner.id(credential.org) == actor.owner().id(actor.org());
    let pages = if is_own { CredentialPages::mine() } else { CredentialPages::of(&context.slug(), credential.kind()) };
    let shown = credential.redacted();
    let shown = if shown.is_empty() { credential.id.to_string() } else { shown.to_owned() };
    let noun = kind_labels(credential.kind()).noun;
    Hit {
        words: credential.grant.name.to_string(),
        note: format!("{noun}, {shown}"),
        href: pages.page(credential.id),
        group: "Credentials".to_owned(),
    }
}
