//! A verifier in front of a service.
//!
//! Owns: letting a request through with its [`Principal`] among its extensions, or answering in its place. It decides who is calling,
//! not what they may do; that is said by the handlers (see `extract`) or by [`Principal::require_scopes`].

use crate::{error::AuthError, presented, principal::Principal, verifier::Verifier};
use http::{Request, Response};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Recognises the caller of every request; who presents nothing is refused too. Routes outside of it stay open.
#[derive(Clone, Debug)]
pub struct VerifyLayer {
    verifier: Verifier,
    lets_anonymous_in: bool,
}

impl VerifyLayer {
    /// Only requests with a valid credential get in.
    pub fn new(verifier: Verifier) -> Self {
        Self { verifier, lets_anonymous_in: false }
    }

    /// Requests that present nothing get in too, without a [`Principal`]. A credential that is not valid is refused all the same.
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

/// Says that a layer has looked, and the realm of its challenges.
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
        // The one that is ready goes with the request, and its clone stays for the next.
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
