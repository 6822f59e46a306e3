//! What is asked about a token, as JSON.

use crate::api::problem::Problem;
use domain::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
    resource::Resource,
    scope::Scope,
    secret::{Environment, bare},
    verify::Require,
};
use schemars::JsonSchema;
use serde::Deserialize;
use service::verify::VerifyRequest;
use std::{borrow::Cow, net::IpAddr};

/// The most tokens that are asked about at once.
pub(super) const MAX_BATCH: usize = 100;
const MAX_SCOPES: usize = 200;
const MAX_COST: u32 = 1_000_000;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Verify")]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyBody<'a> {
    #[serde(borrow)]
    token: Cow<'a, str>,
    #[serde(borrow, default)]
    operation: Option<Cow<'a, str>>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(borrow, default)]
    resource: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    ip: Option<Cow<'a, str>>,
    #[serde(default)]
    require: Option<Require>,
    #[serde(default)]
    env: Option<Environment>,
    #[serde(borrow, default)]
    audience: Option<Cow<'a, str>>,
    #[schemars(range(max = 1_000_000))]
    #[serde(default)]
    cost: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "VerifyBatch")]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchBody<'a> {
    #[schemars(length(min = 1, max = 100))]
    #[serde(borrow)]
    pub(super) requests: Vec<VerifyBody<'a>>,
}

impl VerifyBody<'_> {
    /// The question, with every flaw at its field if it is none.
    pub(super) fn request(&self) -> Result<VerifyRequest<'_>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let scopes = self.scopes.as_deref().unwrap_or_default();
        if scopes.len() > MAX_SCOPES {
            let detail = format!("Ask for at most {MAX_SCOPES} scopes.");
            return Err(FieldErrors::one(Flaw::new(FlawCode::TooMany, detail).at("/scopes")));
        }
        let scope = |(place, scope): (usize, &String)| errors.check(&format!("/scopes/{place}"), Scope::parse(scope));
        let scopes = scopes.iter().enumerate().filter_map(scope).collect();
        let resource = self.resource.as_deref().map(Resource::parse);
        let resource = resource.and_then(|parsed| errors.check("/resource", parsed));
        let address = |text: &str| {
            let flaw = || Flaw::new(FlawCode::InvalidIp, "Write an address such as 203.0.113.7 or 2001:db8::1.");
            text.parse::<IpAddr>().map(|ip| ip.to_canonical()).map_err(|_| flaw())
        };
        let ip = self.ip.as_deref().and_then(|text| errors.check("/ip", address(text)));
        let cost = self.cost.unwrap_or(1);
        if cost > MAX_COST {
            errors.0.push(Flaw::new(FlawCode::OutOfRange, format!("cost must be at most {MAX_COST}.")).at("/cost"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(VerifyRequest {
            token: bare(&self.token),
            operation: self.operation.as_deref(),
            scopes,
            resource,
            ip,
            require: self.require,
            env: self.env,
            audience: self.audience.as_deref(),
            cost,
        })
    }
}

/// Flaws of the question at `place` of a batch, or of the only one.
pub(super) fn refuse(errors: FieldErrors, place: Option<usize>) -> Problem {
    let errors = match place {
        Some(place) => errors.below(&format!("/requests/{place}")),
        None => errors,
    };
    Problem::invalid(errors.0)
}
