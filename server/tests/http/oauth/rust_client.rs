//! The unmodified crate `oauth2`, which Rust programs use as their client.

use super::{CONTACTS, OAuth};
use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IntrospectionUrl, RequestTokenError, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponseType, BasicTokenType},
};
use std::{future::Future, pin::Pin};

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

/// Sends the requests of the library with our HTTP client. The library revokes only over https, so this type removes
/// TLS, as a proxy does.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let mut request = reqwest::Request::try_from(request)?;
            request.url_mut().set_scheme("http").unwrap();
            let reply = self.0.execute(request).await?;
            let mut response = HttpResponse::default();
            (*response.status_mut(), *response.headers_mut()) = (reply.status(), reply.headers().clone());
            *response.body_mut() = reply.bytes().await?.to_vec();
            Ok(response)
        })
    }
}

fn http() -> Http {
    Http(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap())
}

/// The client of acme with this authentication method.
fn client(oauth: &OAuth, method: AuthType, secret: &str) -> Client {
    let base = &oauth.server.base;
    BasicClient::new(ClientId::new(oauth.client.id.clone()))
        .set_client_secret(ClientSecret::new(secret.to_owned()))
        .set_auth_type(method)
        .set_token_uri(TokenUrl::new(format!("{base}/oauth/token")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(format!("{base}/oauth/introspect")).unwrap())
        .set_revocation_url(RevocationUrl::new(format!("{base}/oauth/revoke").replacen("http", "https", 1)).unwrap())
}

#[tokio::test]
async fn the_crate_oauth2_gets_introspects_and_revokes_a_token_with_basic_and_with_the_body() {
    let (oauth, http) = (OAuth::start().await, http());
    for method in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = client(&oauth, method.clone(), &oauth.client.secret);
        let request = client.exchange_client_credentials().add_scope(Scope::new("contacts:read".to_owned()));
        let reply = request.add_extra_param("resource", CONTACTS).request_async(&http).await.unwrap();
        assert_eq!((reply.token_type(), reply.expires_in().unwrap().as_secs()), (&BasicTokenType::Bearer, 600));
        assert_eq!(reply.scopes().unwrap().iter().map(|scope| scope.as_str()).collect::<Vec<_>>(), ["contacts:read"]);
        assert!(reply.refresh_token().is_none());

        let token = reply.access_token();
        let found = client.introspect(token).request_async(&http).await.unwrap();
        assert!(found.active(), "{method:?}");
        assert_eq!((found.sub(), found.client_id().map(|id| id.as_str())), (Some(&*oauth.client.id), found.sub()));
        assert_eq!((found.iss(), found.aud()), (Some(&*oauth.server.base), Some(&vec![CONTACTS.to_owned()])));
        assert_eq!(found.token_type(), Some(&BasicTokenType::Bearer));
        assert_eq!((found.exp().unwrap() - found.iat().unwrap()).num_seconds(), 600);
        assert!(found.jti().is_some() && found.nbf() == found.iat());

        let revocable = StandardRevocableToken::AccessToken(token.clone());
        client.revoke_token(revocable.clone()).unwrap().request_async(&http).await.unwrap();
        client.revoke_token(revocable).unwrap().request_async(&http).await.unwrap();
        let gone = client.introspect(token).request_async(&http).await.unwrap();
        assert!(!gone.active() && gone.sub().is_none() && gone.exp().is_none(), "{method:?}");
    }
}

#[tokio::test]
async fn the_crate_oauth2_introspects_opaque_credentials() {
    let (oauth, http) = (OAuth::start().await, http());
    let client = client(&oauth, AuthType::BasicAuth, &oauth.client.secret);
    let (pat, _) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let pat = AccessToken::new(pat);
    let found = client.introspect(&pat).request_async(&http).await.unwrap();
    assert!(found.active() && found.sub().unwrap().starts_with("usr_"));
    assert_eq!(found.username(), Some("owner@acme.test"));
    assert!(!client.introspect(&AccessToken::new("x".to_owned())).request_async(&http).await.unwrap().active());
}

#[tokio::test]
async fn the_crate_oauth2_understands_every_refusal() {
    let (oauth, http) = (OAuth::start().await, http());
    for method in [AuthType::BasicAuth, AuthType::RequestBody] {
        let good = client(&oauth, method.clone(), &oauth.client.secret);
        let wrong = client(&oauth, method, "wrong");
        for (client, scope, code) in [
            (&good, "contacts:delete", BasicErrorResponseType::InvalidScope),
            (&wrong, "contacts:read", BasicErrorResponseType::InvalidClient),
        ] {
            let request = client.exchange_client_credentials().add_scope(Scope::new(scope.to_owned()));
            let error = request.request_async(&http).await.unwrap_err();
            let RequestTokenError::ServerResponse(refusal) = error else { panic!("not understood: {error:?}") };
            assert_eq!(refusal.error(), &code);
            assert!(refusal.error_description().is_some());
        }
    }
}
