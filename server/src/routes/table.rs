//! Every route of the API, with its gate, handler and description.
//!
//! Each route has a gate, and `guarded.rs` of the HTTP tests calls them all. The method, path and permission of an
//! operation are in [`domain::operation::MANAGEMENT_OPERATIONS`]; an unknown id does not compile. [`super`] builds the
//! router from this list, and [`crate::api::openapi`] builds the document.

use super::{
    endpoint::{
        Endpoint,
        Gate::{Client, Presented, Public},
        operation,
    },
    organization::of_organization,
};
use crate::{
    api::{
        describe::{Conditional, SigningKeys, Unavailable},
        extract::{Credentialed, IdempotentJson, IfMatch, Json, Params, PathParams},
        openapi,
        problem::Problem,
        v1::{
            apis,
            lifecycle::{self, Verb},
            me,
            types::{EditCredential, IssueApiKey, IssueClient, IssueToken, ListParams, Roll},
        },
    },
    health,
    oauth::{
        self, TokenReply,
        contract::{Empty, Form, IntrospectionSchema, OAuthReply, TokenNameSchema, TokenRequestSchema},
    },
    verify::{
        self,
        body::{BatchBody, VerifyBody},
        contract::{ForwardAuth, ForwardAuthOfPath, VerificationSchema, VerificationsSchema},
    },
};
use axum::{extract::State, http::Method};
use domain::{
    credential::CredentialKind,
    operation::{ManagementOperation, management_operation},
};
use serde_json::{Map, Value};
use service::{Service, credentials::CredentialTarget};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [published(), oauth(), verification(), of_caller(), of_kinds(), of_organization()].into_iter().flatten().collect()
}

/// A public JSON document.
type Published = axum::Json<Map<String, Value>>;

fn published() -> Vec<Endpoint> {
    macro_rules! public {
        ($path:literal, $id:literal => $handler:expr, $summary:literal, $description:literal) => {
            public!($path, $id => $handler, Published, $summary, $description)
        };
        ($path:literal, $id:literal => $handler:expr, $reply:ty, $summary:literal, $description:literal) => {
            Endpoint::described::<$reply, _, _>(
                (Method::GET, $path),
                ($id, Public),
                $handler,
                ($summary, $description),
            )
        };
    }
    vec![
        public!("/health/live", "health.live" => health::live, "Show whether the process lives", ""),
        Endpoint::described::<(Published, Unavailable), _, _>(
            (Method::GET, "/health/ready"),
            ("health.ready", Public),
            health::ready,
            ("Show whether the process can answer", "503 with problem details where it cannot."),
        ),
        public!("/v1/openapi.json", "openapi" => openapi::document, "Show this document", ""),
        public!(
            "/.well-known/jwks.json",
            "oauth.jwks" => oauth::metadata::jwks, Conditional<SigningKeys>,
            "List the public signing keys",
            "RFC 7517. Access tokens are signed with one of them."
        ),
        public!(
            "/.well-known/oauth-authorization-server",
            "oauth.authorization_server" => oauth::metadata::authorization_server, Conditional<Published>,
            "Show the metadata of the authorization server",
            "RFC 8414."
        ),
        public!(
            "/.well-known/openid-configuration",
            "oauth.openid_configuration" => oauth::metadata::authorization_server, Conditional<Published>,
            "Show the metadata of the authorization server to OpenID libraries",
            "OpenID Connect Discovery 1.0."
        ),
        public!(
            "/.well-known/oauth-protected-resource",
            "oauth.protected_resource" => oauth::metadata::protected_origin, Conditional<Published>,
            "Show the metadata of the origin",
            "RFC 9728."
        ),
        public!(
            "/.well-known/oauth-protected-resource/v1",
            "oauth.protected_resource.v1" => oauth::metadata::protected_api, Conditional<Published>,
            "Show the metadata of this API",
            "RFC 9728."
        ),
    ]
}

fn oauth() -> Vec<Endpoint> {
    macro_rules! client {
        ($path:literal, $id:literal => $handler:expr, $form:ty => $reply:ty, $summary:literal, $description:literal) => {
            Endpoint::described::<(Form<$form>, OAuthReply<$reply>), _, _>(
                (Method::POST, $path),
                ($id, Client),
                $handler,
                ($summary, $description),
            )
        };
    }
    vec![
        client!(
            "/oauth/token", "oauth.token" => oauth::token, TokenRequestSchema => TokenReply<'static>,
            "Create an access token",
            "The client credentials grant (RFC 6749 section 4.4) and token exchange (RFC 8693)."
        ),
        client!(
            "/oauth/introspect", "oauth.introspect" => oauth::introspect, TokenNameSchema => IntrospectionSchema,
            "Introspect a token",
            "RFC 7662. A bearer token needs the scope `keys:verify`."
        ),
        client!(
            "/oauth/revoke", "oauth.revoke" => oauth::revoke, TokenNameSchema => Empty,
            "Revoke an access token",
            "RFC 7009. Unknown tokens get the same reply."
        ),
    ]
}

fn verification() -> Vec<Endpoint> {
    macro_rules! verify {
        ($id:literal => $handler:expr, $body:ty => $reply:ty, $summary:literal, $description:literal) => {{
            const OPERATION: &ManagementOperation = management_operation($id);
            type Described = (Credentialed, Json<$body>, Result<axum::Json<$reply>, Problem>);
            Endpoint::verifier::<Described, _, _>(OPERATION, $handler, ($summary, $description))
        }};
    }
    macro_rules! forward_auth {
        ($path:literal, $id:literal, $described:ty) => {
            Endpoint::described::<$described, _, _>(
                (Method::GET, $path),
                ($id, Presented),
                verify::forward_auth,
                (
                    "Authenticate a request for a proxy",
                    "Any method will do. Without `org` and `api`, only credentials of the platform organization pass. A \
                     proxy that appends the path of the request names the organization before it: \
                     `/v1/forward-auth/orgs/{org}/…`.",
                ),
            )
        };
    }
    vec![
        verify!(
            "credentials.verify" => verify::verify, VerifyBody<'static> => VerificationSchema,
            "Verify a token",
            "Answered from memory. An invalid token is a verdict, not an error: the reply is 200 with `valid: false`."
        ),
        verify!(
            "credentials.verify_batch" => verify::verify_batch, BatchBody<'static> => VerificationsSchema,
            "Verify up to 100 tokens",
            "Verdicts are in the order of the requests."
        ),
        forward_auth!("/v1/forward-auth", "forward_auth", ForwardAuth),
        forward_auth!("/v1/forward-auth/{*path}", "forward_auth.path", ForwardAuthOfPath),
    ]
}

/// Operations without an organization in the path. They use the organization of the calling credential.
fn of_caller() -> Vec<Endpoint> {
    vec![
        operation!(
            "me.show" => me::show,
            "Show who is calling",
            "Answers every valid credential, whatever its scopes: what it is, whom it acts for, and its organization. Answered from memory."
        ),
        operation!(
            "me.credential.show" => lifecycle::show_self,
            "Show the calling credential",
            "The whole credential, with its secrets and when they were last used, never their text."
        ),
        operation!(
            "me.credential.roll" => lifecycle::roll_self,
            "Roll the calling credential",
            "Returns the new secret once. The old one works until the overlap ends."
        ),
        operation!(
            "me.credential.revoke" => lifecycle::revoke_self,
            "Revoke the calling credential",
            "This can't be undone."
        ),
        operation!(
            "operations.list" => apis::operations,
            "List operations",
            "Every operation of the APIs that the organization can use. `principal` keeps those that a kind of credential can perform."
        ),
        operation!(
            "operations.advise" => apis::advise,
            "Recommend a credential",
            "Says which kind of credential fits these operations, and which scopes it needs."
        ),
    ]
}

/// The life cycle of one kind of credential.
macro_rules! of_kind {
    ($prefix:literal, $one:literal, $many:literal, $target:expr, $body:ty) => {{
        const TARGET: CredentialTarget = $target;
        let list = async |State(service): State<Service>,
                          caller: Credentialed,
                          _: PathParams,
                          Params(params): Params<ListParams>| {
            lifecycle::list(TARGET, service, caller, params).await
        };
        let create = async |State(service): State<Service>,
                            caller: Credentialed,
                            _: PathParams,
                            request: IdempotentJson<$body>| {
            lifecycle::issue(TARGET, service, caller, request).await
        };
        let show = async |State(service): State<Service>, caller: Credentialed, path: PathParams| {
            lifecycle::show(TARGET, service, caller, path).await
        };
        let edit = async |State(service): State<Service>,
                          caller: Credentialed,
                          path: PathParams,
                          seen: IfMatch,
                          Json(body): Json<EditCredential>| {
            lifecycle::edit(TARGET, service, caller, path, seen, body).await
        };
        let delete = async |State(service): State<Service>, caller: Credentialed, path: PathParams| {
            lifecycle::delete(TARGET, service, caller, path).await
        };
        let roll = async |State(service): State<Service>,
                          caller: Credentialed,
                          path: PathParams,
                          request: IdempotentJson<Roll>| {
            lifecycle::roll(TARGET, service, caller, path, request).await
        };
        let revoke = async |State(service): State<Service>, caller: Credentialed, path: PathParams| {
            lifecycle::revoke(TARGET, service, caller, path).await
        };
        macro_rules! act {
            ($verb:expr) => {
                async |State(service): State<Service>, caller: Credentialed, path: PathParams| {
                    lifecycle::act($verb, TARGET, service, caller, path).await
                }
            };
        }
        vec![
            operation!(concat!($prefix, ".list") => list, concat!("List ", $many), "Newest first."),
            operation!(
                concat!($prefix, ".issue") => create,
                concat!("Create ", $one),
                "Returns the secret once. If a policy asks for approval, the secret works once somebody has approved it."
            ),
            operation!(concat!($prefix, ".show") => show, concat!("Show ", $one), ""),
            operation!(
                concat!($prefix, ".edit") => edit,
                concat!("Edit ", $one),
                "Absent members of the body stay as they are; `null` removes a value. The secret stays the same."
            ),
            operation!(
                concat!($prefix, ".delete") => delete,
                concat!("Revoke ", $one, " without a reply"),
                "Does what revoke does. The credential stays listed."
            ),
            operation!(
                concat!($prefix, ".roll") => roll,
                concat!("Roll ", $one),
                "Returns the new secret once. The old one works until the overlap ends, which begins with the first use \
                 of the new one."
            ),
            operation!(
                concat!($prefix, ".cancel_roll") => act!(Verb::CancelRoll),
                concat!("Cancel the roll of ", $one),
                "The old secret goes on; the new one stops."
            ),
            operation!(
                concat!($prefix, ".finish_roll") => act!(Verb::FinishRoll),
                concat!("Finish the roll of ", $one),
                "The old secret stops at once."
            ),
            operation!(concat!($prefix, ".disable") => act!(Verb::Disable), concat!("Disable ", $one), ""),
            operation!(concat!($prefix, ".enable") => act!(Verb::Enable), concat!("Enable ", $one), ""),
            operation!(
                concat!($prefix, ".revoke") => revoke,
                concat!("Revoke ", $one),
                "This can't be undone. `propagation` says how many nodes refuse it already."
            ),
        ]
    }};
}

fn of_kinds() -> Vec<Endpoint> {
    let mut all = of_kind!("me.tokens", "a token", "your tokens", CredentialTarget::Mine, IssueToken);
    all.extend(of_kind!(
        "api_keys",
        "an API key",
        "API keys",
        CredentialTarget::Of(CredentialKind::ApiKey),
        IssueApiKey
    ));
    all.extend(of_kind!("clients", "a client", "clients", CredentialTarget::Of(CredentialKind::Client), IssueClient));
    all
}
