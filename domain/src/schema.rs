//! JSON Schemas of the types that are written as text or as a list of texts.
//!
//! Owns: what the document of the API says about them. Types that serde derives carry a derived schema.

use crate::{
    Description, EmailAddress, Name, Slug, Timestamp,
    access::MemberRole,
    credential::CredentialKind,
    ids::{
        ApiId, CredentialId, EventId, InvitationId, OrgId, PolicyId, RequestId, RoleId, SecretId, ServiceAccountId,
        UserId,
    },
    network::NetworkSet,
    resource::ResourceSet,
    scope::{Scope, ScopeSet},
    secret::RevealedSecret,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! schemas {
    ($($name:ident => $schema:expr,)+) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+};
}

/// An id with this prefix: 26 characters in Crockford's base 32 after it.
fn id(prefix: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": format!("^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$") })
}

fn texts() -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string" } })
}

schemas! {
    OrgId => id("org"),
    UserId => id("usr"),
    SecretId => id("sec"),
    EventId => id("evt"),
    ApiId => id("api"),
    ServiceAccountId => id("svc"),
    PolicyId => id("pol"),
    RoleId => id("rol"),
    InvitationId => id("inv"),
    RequestId => id("req"),
    CredentialId => id(&format!("({})", CredentialKind::ALL.map(|kind| kind.rules().id_prefix).join("|"))),
    Name => json_schema!({ "type": "string", "minLength": 1, "maxLength": 200 }),
    Description => json_schema!({ "type": "string" }),
    Slug => json_schema!({ "type": "string" }),
    EmailAddress => json_schema!({ "type": "string", "format": "email" }),
    Timestamp => json_schema!({ "type": "string", "format": "date-time" }),
    Scope => json_schema!({ "type": "string" }),
    ScopeSet => texts(),
    NetworkSet => texts(),
    ResourceSet => texts(),
    RevealedSecret => json_schema!({ "type": "string" }),
    MemberRole => json_schema!({
        "type": "string",
        "pattern": "^(owner|admin|member|viewer|rol_[0-9a-hjkmnp-tv-z]{26})$",
        "description": "owner, admin, member, viewer, or the id of a role of the organization.",
    }),
}
