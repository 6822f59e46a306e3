//! Writes mail into the outbox.
//!
//! Owns the recipients, and how often a person can cause mail to others. Without a mail server, nothing is written.

use crate::{
    Caller, Result,
    limits::{Cap, most_of},
    use_cases::Mail,
};
use domain::{
    ClientPrefix, EmailAddress,
    access::{Action, Principal},
    account::{INVITATION_SECONDS, Invitation},
    credential::{Credential, DAY_SECONDS, Owner},
    ids::{CredentialId, InvitationId, MailId, UserId},
    limits::Limit,
    mail::{About, MailState},
};
use std::collections::HashMap;
use store::{StoreError, WriteTx};

impl Mail<'_> {
    /// Writes the mail of an invitation, and returns whether it did. Without a mail server, or after very many mails in
    /// a day, the link must be passed on by hand.
    pub(crate) async fn invitation(self, tx: &mut WriteTx, invitation: &Invitation) -> Result<bool> {
        if !self.is_sent() {
            return Ok(false);
        }
        let a_day_ago = self.service.now().plus_seconds(-DAY_SECONDS);
        if tx.count_mail_of_invitations(a_day_ago).await? >= most_of(tx, Limit::InvitationsADay).await? {
            return Ok(false);
        }
        let permit = tx.permit();
        let mut caps = vec![
            Cap::InvitationMailsTo(invitation.email.clone()),
            Cap::InvitationMailsOfClient(ClientPrefix::of(permit.context().ip)),
            Cap::Mails,
        ];
        caps.extend(permit.actor().user().map(Cap::InvitationMailsOfPerson));
        if self.service.inner.caps.take(&caps, self.service.now()).is_err() {
            return Ok(false);
        }
        self.post(tx, About::Invitation(invitation.id), &invitation.email).await?;
        Ok(true)
    }

    /// Writes the mail about a credential that is about to expire or has expired. It goes to the owner while they are a
    /// member, else to the owners and admins of the organization.
    pub(crate) async fn end_of(self, tx: &mut WriteTx, credential: &Credential) -> Result<()> {
        if !self.is_sent() {
            return Ok(());
        }
        let owner = match credential.owner {
            Owner::User(user) => match tx.member(user).await {
                Ok(member) => Some(member.user.email),
                Err(StoreError::Missing) => None,
                Err(error) => return Err(error.into()),
            },
            Owner::Organization | Owner::ServiceAccount(_) => None,
        };
        let recipients = match owner {
            Some(email) => vec![email],
            None => tx.addresses_of_managers().await?,
        };
        for email in &recipients {
            self.post(tx, About::Credential(credential.id), email).await?;
        }
        Ok(())
    }

    /// Writes the mail about a pending approval request, to the owners and admins of the organization. After many
    /// requests of one person in a day, writes none. The request is still in the list.
    pub(crate) async fn request(self, tx: &mut WriteTx, credential: CredentialId) -> Result<()> {
        if !self.is_sent() {
            return Ok(());
        }
        let person = tx.permit().actor().user().map(Cap::RequestMailsOfPerson);
        if self.service.inner.caps.take(person.as_slice(), self.service.now()).is_err() {
            return Ok(());
        }
        for email in &tx.addresses_of_managers().await? {
            if self.service.inner.caps.take(&[Cap::Mails], self.service.now()).is_ok() {
                self.post(tx, About::Request(credential), email).await?;
            }
        }
        Ok(())
    }

    /// Writes the mail about a decision, to the person who made the request, while they are a member.
    pub(crate) async fn decision(self, tx: &mut WriteTx, asked: UserId, credential: CredentialId) -> Result<()> {
        if !self.is_sent() {
            return Ok(());
        }
        match tx.member(asked).await {
            Ok(member) => self.post(tx, About::Decision(credential), &member.user.email).await,
            Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the mail about a token that another person has changed, to its owner, while they are a member.
    pub(crate) async fn change(self, tx: &mut WriteTx, owner: Owner, credential: CredentialId) -> Result<()> {
        let by = tx.permit().actor();
        let by_job = matches!(by.principal(), Principal::System { .. });
        let Owner::User(user) = owner else { return Ok(()) };
        if !self.is_sent() || by_job || by.owner() == owner {
            return Ok(());
        }
        match tx.member(user).await {
            Ok(member) => self.post(tx, About::Change(credential), &member.user.email).await,
            Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn post(self, tx: &mut WriteTx, about: About, to: &EmailAddress) -> Result<()> {
        let now = self.service.now();
        Ok(tx.insert_mail(MailId::new(now, self.service.inner.sources.entropy()), about, to, now).await?)
    }

    /// Returns the mail state of each invitation that has mail and may still be open.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`].
    pub async fn mail_of_invitations(self, caller: &Caller) -> Result<HashMap<InvitationId, MailState>> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        let since = self.service.now().plus_seconds(-INVITATION_SECONDS);
        Ok(self.service.inner.db.read(&permit).await?.mail_of_invitations(since).await?.into_iter().collect())
    }
}
