//! The snapshot at one moment, and the verdicts that it gives.
//!
//! Owns: which tokens an organization may know. A token of another organization looks like one that never existed,
//! unless its owner can use it in both. Reading a view takes no statement, no write and no lock.

use crate::{
    Call, Engine, Lookup, Presentation, Result, UsageSource, Verified, cross_org::CrossOrgMiss,
    known_credential::KnownCredential, snapshot::Snapshot, verified::SignedToken,
};
use arc_swap::Guard;
use domain::{
    Timestamp,
    credential::CredentialKind,
    ids::{CredentialId, OrgId},
    verify::{AccessRequest, SecretEnd, Verdict, missing_scopes, verdict},
};
use std::sync::Arc;
use store::StoreError;

/// The snapshot at one moment, used to answer one request.
pub struct View<'a> {
    pub(crate) engine: &'a Engine,
    snapshot: Guard<Option<Arc<Snapshot>>>,
}

/// The question of a resource server about a token.
pub struct Question<'a> {
    pub token: &'a str,
    /// The organization that asks.
    pub org: OrgId,
    /// The credential with which it asks.
    pub asked_by: CredentialId,
    pub needs: AccessRequest<'a>,
    pub call: Call,
}

/// True if the text can only be an access token. A JWT begins with `ey`, the base64url form of `{"`, and contains a
/// dot. Secrets have no dot.
pub fn is_access_token(token: &str) -> bool {
    token.starts_with("ey") && token.contains('.')
}

impl<'a> View<'a> {
    pub(crate) fn new(engine: &'a Engine, snapshot: Guard<Option<Arc<Snapshot>>>) -> Self {
        Self { engine, snapshot }
    }
}

impl View<'_> {
    pub(crate) fn snapshot(&self) -> Result<&Snapshot> {
        self.snapshot.as_deref().ok_or_else(|| StoreError::Unavailable("nothing is in memory yet".into()))
    }

    /// Looks up a secret of any organization. This does not count as a use.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is no snapshot, like all methods of a view.
    pub fn find(&self, secret: &str) -> Result<Lookup<'_>> {
        Ok(self.snapshot()?.find(&self.engine.brand, &self.engine.peppers, secret))
    }

    /// Looks up a credential by id, in any state. This does not count as a use.
    pub fn by_id(&self, id: CredentialId) -> Option<KnownCredential<'_>> {
        self.snapshot.as_deref()?.by_id(id)
    }

    /// True if the secret is well-formed but unknown; see [`Engine::look_again`].
    pub fn is_unknown(&self, secret: &str) -> bool {
        matches!(self.find(secret), Ok(Lookup::Unknown))
    }

    /// Reaches the verdict on a credential whose secret was presented, and counts the presentation.
    ///
    /// # Errors
    /// See [`View::find`].
    pub fn judge<'k>(
        &self,
        known: KnownCredential<'k>,
        needs: &AccessRequest<'_>,
        call: Call,
    ) -> Result<Presentation<'k>> {
        Ok(self.snapshot()?.judge(known, needs, call))
    }

    /// Records the usage sources of a call for which this credential was valid.
    pub fn note_source(&self, known: &KnownCredential<'_>, source: UsageSource<'_>, now: Timestamp) {
        if let Some(snapshot) = self.snapshot.as_deref() {
            snapshot.sources.note(known.position, source, now);
        }
    }

    /// The credential as the organization `org` sees it: its own, or one that its owner has authorized there. `None` if
    /// the organization may not know it.
    pub fn seen_by<'k>(&self, known: KnownCredential<'k>, org: OrgId) -> Option<KnownCredential<'k>> {
        if known.org() == org {
            return Some(known);
        }
        self.snapshot.as_deref()?.cross_org(known, |membership| membership.org == org).ok()
    }

    /// Answers a resource server. `signed` reads an access token whose signature is good.
    ///
    /// # Errors
    /// See [`View::find`].
    pub fn verify(
        &self,
        question: &Question<'_>,
        signed: impl FnOnce(&str) -> Option<Arc<SignedToken>>,
    ) -> Result<Verified<'_>> {
        let verified = self.judge_for(question, signed)?;
        let operation = question.needs.operation.map(|operation| operation.id.as_str());
        let source = UsageSource { ip: question.call.ip, asked_by: Some(question.asked_by), operation };
        self.note_source_if_valid(&verified, source, question.call.now);
        Ok(verified)
    }

    pub(crate) fn note_source_if_valid(&self, verified: &Verified<'_>, source: UsageSource<'_>, now: Timestamp) {
        if let (Verdict::Valid, Some(known)) = (verified.verdict, &verified.known) {
            self.note_source(known, source, now);
        }
    }

    fn judge_for(
        &self,
        question: &Question<'_>,
        signed: impl FnOnce(&str) -> Option<Arc<SignedToken>>,
    ) -> Result<Verified<'_>> {
        let Question { token, org, needs, call, .. } = question;
        if is_access_token(token) {
            return match signed(token) {
                Some(signed) if signed.claims.org_id == *org => self.judge_access_token(signed, needs, *call),
                _ => Ok(Verified::unknown(Verdict::NotFound)),
            };
        }
        let snapshot = self.snapshot()?;
        let known = match self.find(token)? {
            Lookup::Malformed => return Ok(self.unknown(Verdict::Malformed)),
            Lookup::Unknown => return Ok(self.unknown(Verdict::NotFound)),
            Lookup::Known(known) if known.org() == *org => known,
            Lookup::Known(known) => match snapshot.cross_org(known, |membership| membership.org == *org) {
                Ok(known) => known,
                Err(miss) => return Ok(self.missed(miss)),
            },
        };
        Ok(self.judge_secret(snapshot, known, needs, *call))
    }

    /// A client's secret is valid only at the token endpoint.
    pub(crate) fn judge_secret<'k>(
        &self,
        snapshot: &Snapshot,
        known: KnownCredential<'k>,
        needs: &AccessRequest<'_>,
        call: Call,
    ) -> Verified<'k> {
        let presentation = match known.grant.stored.kind {
            CredentialKind::Client => {
                Presentation { known: Some(known), ..Presentation::unknown(Verdict::WrongAudience) }
            }
            CredentialKind::PersonalAccessToken | CredentialKind::ApiKey => snapshot.judge(known, needs, call),
        };
        Verified::of(presentation, needs)
    }

    /// Counts in the totals, because an unknown token has no meter.
    pub(crate) fn unknown(&self, verdict: Verdict) -> Verified<'_> {
        self.engine.totals.add(verdict, 1);
        Verified::unknown(verdict)
    }

    /// The answer about a token that has no effect in the asking organization, where it has no meter.
    pub(crate) fn missed(&self, miss: CrossOrgMiss) -> Verified<'_> {
        match miss {
            CrossOrgMiss::Unknown => self.unknown(Verdict::NotFound),
            CrossOrgMiss::NotAuthorized(missing) => {
                Verified { not_authorized: Some(missing), ..self.unknown(Verdict::OrgAuthorizationRequired) }
            }
        }
    }

    /// The only verdict on access tokens, wherever they are presented. It is the current verdict on the credential that
    /// the token comes from, within the token's scopes and audiences. The token ends with that credential, and with the
    /// client that exchanged it.
    ///
    /// # Errors
    /// See [`View::find`].
    pub fn judge_access_token(
        &self,
        signed: Arc<SignedToken>,
        needs: &AccessRequest<'_>,
        call: Call,
    ) -> Result<Verified<'_>> {
        let snapshot = self.snapshot()?;
        let claims = &signed.claims;
        let unknown = Ok(Verified::unknown(Verdict::NotFound));
        let by_id = |id| snapshot.by_id(id).filter(|known| known.org() == claims.org_id);
        let Some(sources) = claims.credentials().map(by_id).collect::<Option<Vec<_>>>() else { return unknown };
        let mut sources = sources.into_iter();
        let Some(source) = sources.next() else { return unknown };
        let scopes = source.grant.scopes.intersection(&signed.scopes);
        let mut state = source.state(call.now);
        // Rolling a secret does not end the access tokens issued for it.
        state.secret = SecretEnd::Live;
        state.holds = &scopes;
        state.audiences = Some(claims.aud.all());
        let is_revoked = snapshot.is_access_token_revoked(claims.org_id, &claims.jti)
            || sources.any(|client| !client.is_live(call.now));
        let verdict = match is_revoked {
            true => Verdict::Revoked,
            false => verdict(&state, needs, call.ip),
        };
        let Presentation { verdict, known, allowance, quota } = snapshot.take_and_count(source, verdict, call);
        let missing = missing_scopes(&scopes, needs);
        Ok(Verified {
            verdict,
            missing,
            allowance,
            quota,
            known,
            token: Some(signed),
            narrowed: Some(scopes),
            not_authorized: None,
        })
    }
}
