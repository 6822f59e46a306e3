//! Requests to the token endpoint, and test tokens, as the pages show them.

use super::{PageContext, answer::set_status_for_script, no_store, refused, request::request_id, service};
use crate::{
    access_tokens::{Line, Proof, ShownToken, TestToken, TokenRequest},
    credentials::kind_labels,
    error::{AppError, ErrorKind},
    ui::date_in_words,
};
use domain::{
    Timestamp,
    credential::{AuthMethod, ClientSettings, Credential, CredentialKind, GrantType},
    oauth::Jws,
    operation::Api,
    scope::ScopeSet,
};
use http::StatusCode;
use leptos::prelude::*;
use serde_json::Value;
use service::oauth::{AccessToken, OAuthError};

/// A credential's request to the token endpoint. `None` if the credential can't be used there.
pub(crate) async fn token_request(
    context: &PageContext,
    credential: &Credential,
) -> Result<Option<TokenRequest>, AppError> {
    let service = service()?;
    let request = |proof, apis, scope| TokenRequest {
        endpoint: format!("{}/oauth/token", service.issuer()),
        client_id: credential.id.to_string(),
        proof,
        apis,
        scope,
    };
    match (credential.kind(), &credential.grant.client) {
        (CredentialKind::PersonalAccessToken, _) => {
            let proof = Proof::Secret(kind_labels(credential.kind()).variable);
            Ok(Some(request(proof, Vec::new(), String::new())))
        }
        (CredentialKind::Client, Some(settings)) if settings.grant_types.contains(&GrantType::ClientCredentials) => {
            let Some(proof) = proof(settings) else { return Ok(None) };
            let catalog = service.apis().show_catalog(&context.caller).await.map_err(refused)?;
            let apis = targets(catalog.apis(), settings, &credential.grant.scopes);
            let scope = apis.first().map(|api| scopes_for(api, &credential.grant.scopes)).unwrap_or_default();
            let named = apis.iter().map(|api| (api.name.to_string(), api.audience.clone())).collect();
            Ok(Some(request(proof, named, scope)))
        }
        _ => Ok(None),
    }
}

fn proof(settings: &ClientSettings) -> Option<Proof> {
    match settings.auth_method {
        AuthMethod::ClientSecret => Some(Proof::Secret("CLIENT_SECRET")),
        AuthMethod::PrivateKeyJwt => {
            settings.keys.first().map(|key| Proof::Key { kid: key.kid.clone(), alg: key.alg.clone() })
        }
    }
}

/// APIs that a client's tokens can be for: the audiences it names, or else every API with one of its scopes. Mintmark's
/// own API is last.
fn targets<'a>(apis: &'a [Api], settings: &ClientSettings, scopes: &ScopeSet) -> Vec<&'a Api> {
    let fits = |api: &&Api| match settings.audiences.as_slice() {
        _ if !api.owns_audience => false,
        [] => !scopes_for(api, scopes).is_empty(),
        named => named.contains(&api.audience),
    };
    apis.iter().skip(1).chain(apis.first()).filter(fits).collect()
}

fn scopes_for(api: &Api, scopes: &ScopeSet) -> String {
    let own: ScopeSet = api.scopes.iter().map(|scope| scope.name.clone()).collect();
    own.intersection(scopes).to_string()
}

/// The one reply that contains an access token. Nothing may cache it.
pub(crate) fn shown_once(issued: &AccessToken) -> TestToken {
    no_store();
    let text = |name: &str, value: Option<String>| value.map(|value| Line { name: name.to_owned(), value, note: None });
    let (header, claims) = match Jws::parse(&issued.token) {
        Ok(jws) => {
            let header = [text("alg", Some(jws.alg)), text("kid", jws.kid), text("typ", jws.typ)];
            (header.into_iter().flatten().collect(), jws.claims.iter().map(claim).collect())
        }
        Err(_) => (Vec::new(), Vec::new()),
    };
    let seconds = u32::try_from(issued.expires_in).unwrap_or_default();
    let shown = view! { <ShownToken token=issued.token.clone() header=header claims=claims/> }.to_html();
    TestToken { shown, seconds }
}

fn claim((name, value): (&String, &Value)) -> Line {
    let note = match (name.as_str(), value.as_i64()) {
        ("exp" | "iat" | "nbf", Some(seconds)) => Some(to_the_second(Timestamp::from_millis(seconds * 1000))),
        _ => None,
    };
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Line { name: name.clone(), value, note }
}

fn to_the_second(at: Timestamp) -> String {
    let time = at.to_utc().time();
    format!("{}, {:02}:{:02}:{:02} UTC", date_in_words(at), time.hour(), time.minute(), time.second())
}

/// Turns an error of the token endpoint into an error for people.
pub(crate) fn refused_by_oauth(error: OAuthError) -> AppError {
    match error {
        OAuthError::Service(error) => refused(error),
        OAuthError::Refused(refusal) => {
            set_status_for_script(StatusCode::CONFLICT);
            let words = AppError::new(ErrorKind::Refused, refusal.description);
            AppError { request_id: request_id(), ..words }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_is_readable_and_a_moment_is_a_time() {
        let line = |value: Value| claim((&"exp".to_owned(), &value));
        assert_eq!(line(json!(1_795_287_600)).note.as_deref(), Some("21 November 2026, 19:00:00 UTC"));
        assert_eq!(line(json!(1_795_287_600)).value, "1795287600");
        assert_eq!(claim((&"aud".to_owned(), &json!(["a", "b"]))).value, r#"["a","b"]"#);
    }
}
