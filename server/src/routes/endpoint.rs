//! One route of the API and everything about it.
//!
//! This module owns the row type of [`super::table`] and the gates. The types of a handler describe its parameters,
//! body and replies ([`crate::api::describe`]).

use crate::{
    AppState,
    api::describe::{Described, Handles, Part, Schemas},
};
use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use domain::{access::Action, operation::ManagementOperation};

/// The callers that a route accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Everyone.
    Public,
    /// OAuth clients (RFC 6749 section 2.3). The handler authenticates them, because the proof may be in the form.
    Client,
    /// Callers with a valid credential. Cookies do not count.
    Credential,
    /// Callers with a valid credential that may verify others. The lookup uses only the snapshot.
    Verifier,
    /// Callers with any credential. The reply says whether it is valid for the request.
    Presented,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The only method that the route accepts.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    pub gate: Gate,
    /// True if the route creates something. An `Idempotency-Key` then makes a retry safe.
    pub is_repeatable: bool,
}

pub(crate) struct Endpoint {
    pub(crate) route: Route,
    /// The id in the operation catalog and in the API document.
    pub(crate) id: &'static str,
    /// The permission that the gate requires.
    pub(crate) action: Option<Action>,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) describe: fn(&mut Described, &mut Schemas),
    pub(crate) handler: MethodRouter<AppState>,
}

impl Endpoint {
    /// An operation of the catalog. The types of its handler describe it.
    pub(super) fn managed<H, T, D>(
        operation: &'static ManagementOperation,
        handler: H,
        (summary, description): (&'static str, &'static str),
    ) -> Self
    where
        H: Handler<T, AppState> + Handles<D>,
        T: 'static,
    {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        let route = Route { method, path: operation.path.to_owned(), gate: Gate::Credential, is_repeatable: false };
        let endpoint = Self::new(route, operation.id, handler, H::describe, (summary, description));
        Self { action: Some(operation.action), ..endpoint }
    }

    /// An operation of the catalog for verifiers. `D` describes it.
    pub(super) fn verifier<D, H, T>(
        operation: &'static ManagementOperation,
        handler: H,
        words: (&'static str, &'static str),
    ) -> Self
    where
        D: Part,
        H: Handler<T, AppState>,
        T: 'static,
    {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        let about = (operation.id, Gate::Verifier);
        let endpoint = Self::described::<D, H, T>((method, operation.path), about, handler, words);
        Self { action: Some(operation.action), ..endpoint }
    }

    /// A route whose handler reads the request itself. `D` describes it.
    pub(super) fn described<D, H, T>(
        (method, path): (Method, &str),
        (id, gate): (&'static str, Gate),
        handler: H,
        words: (&'static str, &'static str),
    ) -> Self
    where
        D: Part,
        H: Handler<T, AppState>,
        T: 'static,
    {
        let route = Route { method, path: path.to_owned(), gate, is_repeatable: false };
        Self::new(route, id, handler, D::describe, words)
    }

    fn new<H, T>(
        route: Route,
        id: &'static str,
        handler: H,
        describe: fn(&mut Described, &mut Schemas),
        (summary, description): (&'static str, &'static str),
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let mut described = Described::default();
        describe(&mut described, &mut Schemas::default());
        let route = Route { is_repeatable: described.takes_idempotency_key(), ..route };
        Self { route, id, action: None, summary, description, describe, handler: on(filter, handler) }
    }
}

macro_rules! operation {
    ($id:expr => $handler:expr, $summary:expr, $description:expr) => {{
        const OPERATION: &domain::operation::ManagementOperation = domain::operation::management_operation($id);
        $crate::routes::endpoint::Endpoint::managed(OPERATION, $handler, ($summary, $description))
    }};
}
pub(super) use operation;
