//! Coming back to an organization.
//!
//! Owns: that no token from before works again by itself. Whoever is about to become a member again has every token of theirs
//! held: it is off until they confirm it, signed in. Where their tokens worked beside their home ended when they left.

use crate::{Caller, Result, Service, credentials::Which};
use domain::{
    access::{Action, Permit},
    audit::AuditAction,
    credential::{self, Credential, CredentialKind, Owner},
    ids::UserId,
};
use serde_json::json;
use store::{PageRequest, ReadTx, WriteTx};

impl Service {
    /// The caller's tokens that wait for them to confirm or revoke them.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`].
    pub async fn held_tokens(&self, caller: &Caller) -> Result<Vec<Credential>> {
        let permit = self.permit(caller, Action::ReadOwnTokens).await?;
        let Some(user) = caller.actor.user() else { return Ok(Vec::new()) };
        let mut tx = self.inner.db.read(&permit).await?;
        let now = self.now();
        let waits = |token: &Credential| token.held_since.is_some() && !token.status(now).is_final();
        Ok(tokens_of(&mut tx, user).await?.into_iter().filter(waits).collect())
    }

    /// Lets all of them work again.
    ///
    /// # Errors
    /// As [`Service::enable`]; those before it work.
    pub async fn confirm_held_tokens(&self, caller: &Caller) -> Result<()> {
        for token in self.held_tokens(caller).await? {
            self.enable(caller, Which::Mine, &token.id.to_string()).await?;
        }
        Ok(())
    }

    /// A transaction in which every token of this person is held, off or over.
    pub(super) async fn write_without_running_tokens(&self, permit: &Permit, user: UserId) -> Result<WriteTx> {
        loop {
            let mut tx = self.write(permit).await?;
            let now = self.now();
            let running = tokens_of(&mut tx, user).await?;
            let running =
                running.into_iter().find(|token| !token.status(now).is_final() && token.disabled_at.is_none());
            let Some(mut token) = running else { return Ok(tx) };
            if credential::hold(&mut token, now).is_ok() {
                tx.update_credential(&token).await?;
                let detail = json!({ "reason": "owner_returned" });
                self.commit(tx, self.credential_event(AuditAction::CredentialDisabled, &token, detail)).await?;
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
