//! The grant of a credential in its row.
//!
//! Owns: the one list of the grant's columns, the values that are bound for them, and how they are read. The statements
//! that write credentials are built from the list. The name is apart, because a load adds rows that differ in it; so are
//! environment and end, because no edit changes them.

use crate::{
    Result,
    column::{from_json, instant, parse, parse_optional, to_json},
};
use domain::{
    credential::{Credential, Grant},
    secret::Environment,
};

/// The columns that an edit changes, each with this prefix. [`bind_grant!`] binds them in the same order.
macro_rules! grant_columns {
    ($of:literal) => {
        concat!(
            $of,
            "description, ",
            $of,
            "team, ",
            $of,
            "scopes, ",
            $of,
            "resources, ",
            $of,
            "networks, ",
            $of,
            "rate_limit, ",
            $of,
            "quota, ",
            $of,
            "metadata, ",
            $of,
            "client"
        )
    };
}
pub(crate) use grant_columns;

/// Binds a value for each of the columns. `$json` is [`Json::of`] the credential.
macro_rules! bind_grant {
    ($query:expr, $grant:expr, $json:expr) => {
        $query
            .bind($grant.description.as_str())
            .bind($grant.team.as_ref().map_or("", domain::Name::as_str))
            .bind($grant.scopes.to_string())
            .bind($grant.resources.to_string())
            .bind($grant.networks.to_string())
            .bind($json.rate_limit)
            .bind($json.quota)
            .bind($json.metadata)
            .bind($json.client)
    };
}
pub(super) use bind_grant;

/// The fields that are stored as JSON.
pub(super) struct Json {
    pub(super) rate_limit: Option<String>,
    pub(super) quota: Option<String>,
    pub(super) metadata: String,
    pub(super) client: Option<String>,
}

impl Json {
    pub(super) fn of(credential: &Credential) -> Result<Self> {
        let grant = &credential.grant;
        Ok(Self {
            rate_limit: grant.rate_limit.as_ref().map(to_json).transpose()?,
            quota: grant.quota.as_ref().map(to_json).transpose()?,
            metadata: to_json(&grant.metadata)?,
            client: grant.client.as_ref().map(to_json).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct GrantRow {
    name: String,
    description: String,
    team: String,
    scopes: String,
    resources: String,
    networks: String,
    rate_limit: Option<String>,
    quota: Option<String>,
    metadata: String,
    client: Option<String>,
    env: String,
    expires_at: Option<i64>,
}

impl GrantRow {
    pub(super) fn read(&self) -> Result<Grant> {
        Ok(Grant {
            name: parse("credential name", &self.name)?,
            description: parse("description", &self.description)?,
            team: parse_optional("team", Some(self.team.as_str()).filter(|team| !team.is_empty()))?,
            scopes: parse("scopes", &self.scopes)?,
            resources: parse("resources", &self.resources)?,
            networks: parse("networks", &self.networks)?,
            rate_limit: self.rate_limit.as_deref().map(|text| from_json("rate limit", text)).transpose()?,
            quota: self.quota.as_deref().map(|text| from_json("quota", text)).transpose()?,
            metadata: from_json("metadata", &self.metadata)?,
            client: self.client.as_deref().map(|text| from_json("client settings", text)).transpose()?,
            env: environment(&self.env)?,
            expires_at: instant(self.expires_at),
        })
    }
}

fn environment(text: &str) -> Result<Environment> {
    match [Environment::Live, Environment::Test].into_iter().find(|env| env.as_str() == text) {
        Some(env) => Ok(env),
        None => Err(crate::StoreError::damaged("environment", text)),
    }
}
