//! An API for contacts that accepts Mintmark's credentials. It is configured by environment variables:
//!
//! | Variable | |
//! |---|---|
//! | `ISSUER` | URL of Mintmark; default `http://localhost:3000` |
//! | `AUDIENCE` | the audience under which Mintmark knows this API; required |
//! | `ORGANIZATION` | id of the organization whose credentials are accepted (`org_…`), or `any`; required |
//! | `LISTEN` | address to listen on; default `127.0.0.1:0`, which is any free port |
//! | `INTROSPECTION_TOKEN`, or `INTROSPECTION_CLIENT_ID` and `INTROSPECTION_CLIENT_SECRET` | for opaque credentials |
//! | `TOKEN_BRAND` | first word of the issuer's opaque credentials; default `mint` |

use axum::{Json, Router, http::StatusCode, routing::get};
use mintmark_client::{
    IntrospectionCredential, RequireApplication, RequireScope, RequireUser, RequiredScopes, Verifier, VerifyLayer,
};
use serde_json::{Value, json};
use std::{env, error::Error};
use tokio::net::TcpListener;

struct ReadContacts;

impl RequiredScopes for ReadContacts {
    const NAMES: &'static [&'static str] = &["contacts:read"];
}

struct WriteContacts;

impl RequiredScopes for WriteContacts {
    const NAMES: &'static [&'static str] = &["contacts:write"];
}

async fn list(caller: RequireScope<ReadContacts>) -> Json<Value> {
    Json(json!({"org_id": caller.org_id, "contacts": [{"id": 1, "name": "Grace Hopper"}]}))
}

async fn create(caller: RequireScope<WriteContacts>, Json(contact): Json<Value>) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(json!({"org_id": caller.org_id, "created_by": caller.subject, "contact": contact})))
}

async fn me(RequireUser(caller): RequireUser) -> Json<Value> {
    Json(json!({"user_id": caller.subject, "name": caller.user_name, "scopes": caller.scopes}))
}

async fn sync(RequireApplication(caller): RequireApplication) -> Json<Value> {
    Json(json!({"application_id": caller.subject, "org_id": caller.org_id}))
}

/// The value of a variable; `None` if it is unset or empty.
fn set(name: &str) -> Option<String> {
    env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn verifier() -> Result<Verifier, Box<dyn Error>> {
    let issuer = set("ISSUER").unwrap_or_else(|| "http://localhost:3000".to_owned());
    let mut builder = Verifier::builder(issuer, set("AUDIENCE").ok_or("AUDIENCE is not set")?).realm("contacts");
    builder = match set("ORGANIZATION").ok_or("ORGANIZATION is not set")?.as_str() {
        "any" => builder.any_organization(),
        id => builder.organization(id),
    };
    if let Some(brand) = set("TOKEN_BRAND") {
        builder = builder.token_brand(brand);
    }
    let client = set("INTROSPECTION_CLIENT_ID").zip(set("INTROSPECTION_CLIENT_SECRET"));
    if let Some(token) = set("INTROSPECTION_TOKEN") {
        builder = builder.introspect_with(IntrospectionCredential::bearer(token));
    } else if let Some((id, secret)) = client {
        builder = builder.introspect_with(IntrospectionCredential::client(id, secret));
    }
    Ok(builder.build().map_err(|error| error.to_string())?)
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever started it needs the address")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let api = Router::new()
        .route("/contacts", get(list).post(create))
        .route("/me", get(me))
        .route("/sync", get(sync).post(sync))
        .layer(VerifyLayer::new(verifier()?));
    let listener = TcpListener::bind(set("LISTEN").unwrap_or_else(|| "127.0.0.1:0".to_owned())).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, api).await?;
    Ok(())
}
