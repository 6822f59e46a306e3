//! How a script calls a server function: with the form token of its page in a header.

use super::FORM_TOKEN_HEADER;
use bytes::Bytes;
use futures_util::{Sink, Stream};
use leptos::server_fn::{
    client::{Client, browser::BrowserClient},
    error::FromServerFnError,
    request::browser::BrowserRequest,
    response::browser::BrowserResponse,
};

/// The client of every server function that takes JSON.
pub struct ScriptClient;

/// Token of this page, or an empty string.
fn token() -> String {
    #[cfg(feature = "hydrate")]
    {
        let page = leptos::prelude::document().document_element();
        let meta = page.and_then(|page| super::dom::one::<web_sys::Element>(&page, "meta[name=form-token]"));
        meta.map(|meta| super::dom::told(&meta, "content")).unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

impl<E, I, O> Client<E, I, O> for ScriptClient
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, E>> + Send {
        request.headers().set(FORM_TOKEN_HEADER, &token());
        <BrowserClient as Client<E, I, O>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}
