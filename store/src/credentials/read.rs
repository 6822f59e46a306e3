//! Reading credentials.
//!
//! Owns: what a permit lets see of them. Another tenant's row, another owner's row and no row are one answer.

use super::row::{CredentialRow, fold};
use crate::{
    Page, PageRequest, ReadTx, Result, StoreError,
    backend::fetch_all,
    page::ListKey,
    sql::credentials::{CREDENTIAL, LIST_OF_ORG, LIST_OF_OWNER},
};
use domain::{
    credential::{Credential, CredentialKind},
    ids::CredentialId,
};

impl ReadTx {
    /// The credential of this id, with its secrets.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: none that the permit reaches.
    pub async fn credential(&mut self, id: CredentialId) -> Result<Credential> {
        let (org, owner) = (self.org(), self.owner());
        let rows = fetch_all!(&mut self.conn, CredentialRow, CREDENTIAL, org, id.to_string(), owner)?;
        fold(&rows)?.pop().ok_or(StoreError::Missing)
    }

    /// A page of the credentials of one kind, newest first; ended ones stay listed.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]: the cursor is not one of this list.
    pub async fn list_credentials(&mut self, kind: CredentialKind, page: &PageRequest) -> Result<Page<Credential>> {
        let list = ListKey::new(kind.as_str(), self.permit());
        let before = page.before(&list)?;
        let wanted = i64::from(page.limit()) + 1;
        let (org, kind) = (self.org(), kind.as_str());
        let rows = match self.owner() {
            None => fetch_all!(&mut self.conn, CredentialRow, LIST_OF_ORG, org, kind, before, wanted),
            Some(owner) => fetch_all!(&mut self.conn, CredentialRow, LIST_OF_OWNER, org, kind, before, wanted, owner),
        }?;
        Ok(Page::cut(fold(&rows)?, page.limit(), &list, |credential| credential.id.to_string()))
    }
}
