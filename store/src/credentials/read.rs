//! Reads credentials.
//!
//! Owns: the limits that a permit sets to these reads. A row of another tenant or another owner gives the same
//! result as a missing row.

use super::row::CredentialRow;
use crate::{
    Page, PageRequest, ReadTx, Result, StoreError,
    backend::{fetch_all, fetch_optional},
    page::ListKey,
    sql::{credentials::columns, credentials::join_secrets, credentials::reached, statements},
};
use domain::{
    credential::{Credential, CredentialKind, Owner},
    ids::CredentialId,
    secret::Verifier,
};

impl ReadTx {
    /// Returns the credential with this id, with its secrets.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit reaches no such credential.
    pub async fn credential(&mut self, id: CredentialId) -> Result<Credential> {
        let (org, kind, owner) = self.reach();
        let rows = fetch_all!(&mut self.conn, CredentialRow, CREDENTIAL, org, kind, owner, id.to_string())?;
        self.fold(&rows).await?.pop().ok_or(StoreError::Missing)
    }

    /// Returns the credential that has the secret with this verifier, whatever the state of either.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit reaches no such credential.
    pub async fn find_by_verifier(&mut self, verifier: &Verifier) -> Result<Credential> {
        let (org, kind, owner) = self.reach();
        let rows =
            fetch_all!(&mut self.conn, CredentialRow, OF_VERIFIER, org, kind, owner, verifier.as_bytes().to_vec())?;
        self.fold(&rows).await?.pop().ok_or(StoreError::Missing)
    }

    /// Counts the credentials of one kind that the permit reaches, whatever their state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn count_credentials(&mut self, kind: CredentialKind) -> Result<u64> {
        let (org, owner_type, owner) = self.reach();
        let row = fetch_optional!(&mut self.conn, (i64,), COUNT_OF_KIND, org, owner_type, owner, kind.as_str())?;
        Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Returns a page of the credentials of one kind, newest first. They belong to one owner, or to all owners that the
    /// permit reaches. Revoked and expired credentials stay in the list.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] if the cursor does not belong to this list.
    pub async fn list_credentials(
        &mut self,
        kind: CredentialKind,
        owner: Option<Owner>,
        page: &PageRequest,
    ) -> Result<Page<Credential>> {
        let (tenant, reached) = (self.permit().org(), self.permit().owner());
        let name = owner.map_or_else(String::new, |owner| owner.id(tenant));
        let list = ListKey::new(&format!("{kind} {name}"), self.permit());
        let before = page.below_id(&list)?;
        if let (Some(reached), Some(wanted)) = (reached, owner)
            && reached != wanted
        {
            return Ok(Page::empty());
        }
        let wanted = i64::from(page.limit()) + 1;
        let (org, kind) = (tenant.to_string(), kind.as_str());
        let rows = match owner.or(reached) {
            None => fetch_all!(&mut self.conn, CredentialRow, LIST_OF_ORG, org, kind, before, wanted),
            Some(owner) => {
                let (owner_type, owner) = (owner.type_name(), owner.id(tenant));
                let conn = &mut self.conn;
                fetch_all!(conn, CredentialRow, LIST_OF_OWNER, org, owner_type, owner, kind, before, wanted)
            }
        }?;
        Ok(Page::cut(self.fold(&rows).await?, page.limit(), &list, |credential| credential.id.to_string()))
    }
}

statements! {
    CREDENTIAL = concat!("SELECT ", columns!(), " FROM credentials c", join_secrets!(),
        "WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), "
        ORDER BY s.number DESC");

    OF_VERIFIER = concat!("SELECT ", columns!(), "
        FROM secrets p JOIN credentials c ON c.org_id = p.org_id AND c.id = p.credential_id", join_secrets!(),
        "WHERE p.org_id = $1 AND p.verifier = $4 AND ", reached!("c."), "
        ORDER BY s.number DESC");

    /// This and the next are separate statements, so that each uses its own index.
    LIST_OF_ORG = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND kind = $2 AND id < $3
            ORDER BY id DESC LIMIT $4) c", join_secrets!(),
        "ORDER BY c.id DESC, s.number DESC");

    LIST_OF_OWNER = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials
            WHERE org_id = $1 AND owner_type = $2 AND owner_id = $3 AND kind = $4 AND id < $5
            ORDER BY id DESC LIMIT $6) c", join_secrets!(),
        "ORDER BY c.id DESC, s.number DESC");

    COUNT_OF_KIND = concat!("SELECT COUNT(*) FROM credentials WHERE org_id = $1 AND kind = $4 AND ", reached!(""));
}
