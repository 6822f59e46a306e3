//! Middleware that puts a verifier in front of a service.
//!
//! It passes a request on with its [`Principal`] among the extensions, or responds itself. It identifies the caller but
//! does not decide what they may do. Handlers do that, with `extract` or [`Principal::require_scopes`].

use crate::{error::AuthError, presented, principal::Principal, verifier::Verifier};
use http::{Request, Response};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Identifies the caller of every request, and rejects requests without a credential. Routes outside the layer stay
/// open.
#[derive(Clone, Debug)]
pub struct VerifyLayer {
    verifier: Verifier,
    lets_anonymous_in: bool,
}

impl VerifyLayer {
    /// Requires every request to have a valid credential.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, lets_anonymous_in: false }
    }

    /// Also accepts requests without a credential; they have no [`Principal`]. A credential that is not valid is still
    /// rejected.
    #[must_use]
    pub fn or_anonymous(mut self) -> Self {
        self.lets_anonymous_in = true;
        self
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = VerifyService<S>;

    fn layer(&self, inner: S) -> VerifyService<S> {
        VerifyService { inner, layer: self.clone() }
    }
}

/// A service behind a [`VerifyLayer`].
#[derive(Clone, Debug)]
pub struct VerifyService<S> {
    inner: S,
    layer: VerifyLayer,
}

/// Marks a request that a layer has checked, and provides the realm for challenges.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "the extractors read it"))]
pub(crate) struct Checked(pub(crate) Verifier);

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for VerifyService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    ReqBody: Send + 'static,
    ResBody: From<String>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // The service that is ready takes this request, and its clone stays for the next one.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            presented::hide(&mut parts.headers);
            parts.extensions.remove::<Principal>();
            match layer.verifier.authenticate(&parts.headers, &parts.uri).await {
                Ok(principal) => {
                    parts.extensions.insert(principal);
                }
                Err(AuthError::NothingPresented) if layer.lets_anonymous_in => {}
                Err(error) => {
                    tracing::debug!(%error, "a request was refused");
                    return Ok(error.in_realm(layer.verifier.realm()).into_response());
                }
            }
            parts.extensions.insert(Checked(layer.verifier));
            inner.call(Request::from_parts(parts, body)).await
        })
    }
}
