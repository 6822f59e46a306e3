//! Parses policies, exceptions and decisions from forms.

use super::incomplete;
use crate::error::{AppError, ErrorKind};
use domain::{credential::Outcome, policy::PolicyDraft};
use service::{approvals::DecisionRequest, org_authorizations::AuthorizationDecision, policies::ExceptionRequest};

/// Parses the previewed policy.
///
/// # Errors
/// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) if it can't be parsed. Forms of this site never cause this.
pub(crate) fn policy_draft(json: &str) -> Result<PolicyDraft, AppError> {
    serde_json::from_str(json)
        .map_err(|_| AppError::new(ErrorKind::Invalid, "The policy cannot be read. Go back and try it again."))
}

/// An exception ends at the end of the given day, in UTC.
pub(crate) fn exception_request(credential: String, until: &str, note: String) -> ExceptionRequest {
    ExceptionRequest { credential: credential.trim().to_owned(), ends_at: format!("{until}T23:59:59.999Z"), note }
}

/// A decision on an approval request. `outcome` is `approved` or `denied`. `scopes` are those still checked.
///
/// # Errors
/// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) for any other outcome.
pub(crate) fn decision(
    outcome: &str,
    scopes: Vec<String>,
    note: String,
    version: String,
) -> Result<DecisionRequest, AppError> {
    let outcome = read_outcome(outcome)?;
    let scopes = (outcome == Outcome::Approved).then_some(scopes);
    Ok(DecisionRequest { outcome, note, scopes, expected: Some(version) })
}

/// A decision on the authorization of another organization's token. `outcome` is `approved` or `denied`.
///
/// # Errors
/// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) for any other outcome.
pub(crate) fn authorization_decision(
    outcome: &str,
    note: String,
    version: String,
) -> Result<AuthorizationDecision, AppError> {
    Ok(AuthorizationDecision { outcome: read_outcome(outcome)?, note, expected: Some(version) })
}

fn read_outcome(outcome: &str) -> Result<Outcome, AppError> {
    let known = [Outcome::Approved, Outcome::Denied].into_iter().find(|known| known.as_str() == outcome);
    known.ok_or_else(incomplete)
}
