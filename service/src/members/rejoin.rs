//! Members who come back to an organization.
//!
//! No token from before works again by itself. Before a person becomes a member again, all their tokens are held:
//! disabled until the person confirms them, signed in. Their organization authorizations ended when they left.

use crate::{Caller, Result, credentials::CredentialTarget, use_cases::Members};
use domain::{
    access::{Action, Permit},
    audit::{AuditDetail, detail::DisabledBy},
    credential::{self, Credential, CredentialKind, Owner},
    ids::UserId,
};
use store::{PageRequest, ReadTx, WriteTx};

impl Members<'_> {
    /// Returns the caller's tokens that they must confirm or revoke.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`].
    pub async fn held_tokens(self, caller: &Caller) -> Result<Vec<Credential>> {
        let permit = self.service.permit(caller, Action::ReadOwnTokens).await?;
        let Some(user) = caller.actor.user() else { return Ok(Vec::new()) };
        let mut tx = self.service.inner.db.read(&permit).await?;
        let now = self.service.now();
        let waits = |token: &Credential| token.held_since.is_some() && !token.status(now).is_final();
        Ok(tokens_of(&mut tx, user).await?.into_iter().filter(waits).collect())
    }

    /// Confirms all held tokens, so that they work again.
    ///
    /// # Errors
    /// Fails like [`crate::use_cases::Credentials::enable`]. Tokens that were already confirmed stay enabled.
    pub async fn confirm_held_tokens(self, caller: &Caller) -> Result<()> {
        for token in self.held_tokens(caller).await? {
            self.service.credentials().enable(caller, CredentialTarget::Mine, &token.id.to_string()).await?;
        }
        Ok(())
    }

    /// Opens a transaction in which every token of this person is held, disabled or ended.
    pub(super) async fn write_without_running_tokens(self, permit: &Permit, user: UserId) -> Result<WriteTx> {
        loop {
            let mut tx = self.service.write(permit).await?;
            let now = self.service.now();
            let running = tokens_of(&mut tx, user).await?;
            let running =
                running.into_iter().find(|token| !token.status(now).is_final() && token.disabled_at.is_none());
            let Some(mut token) = running else { return Ok(tx) };
            if credential::hold(&mut token, now).is_ok() {
                tx.update_credential(&token).await?;
                let detail = AuditDetail::CredentialDisabled { by: Some(DisabledBy::OwnerReturned) };
                self.service.commit(tx, self.service.event(&token, &detail)).await?;
            }
        }
    }
}

async fn tokens_of(tx: &mut ReadTx, user: UserId) -> Result<Vec<Credential>> {
    let (mut tokens, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(PageRequest::MAX_LIMIT, cursor);
        let kind = CredentialKind::PersonalAccessToken;
        let page = tx.list_credentials(kind, Some(Owner::User(user)), &page).await?;
        tokens.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(tokens);
        }
    }
}
