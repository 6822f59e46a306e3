//! The inventory's filter, and one action on many credentials.

use super::{CredentialObject, list::page_request, patch::given};
use crate::api::{code::Code, problem::Problem};
use domain::{
    Timestamp,
    code::FlawCode,
    credential::{CredentialKind, Status},
    error::{FieldError, FieldErrors, Flaw},
    secret::{Environment, PlainSecret},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    ServiceError,
    credentials::{BulkAction, BulkItem, BulkRequest, BulkTarget, InventoryFilter, PageRequest, TransferRequest},
};

/// The filter of a body. Unlike in an address, a member that is misspelled or null would let everything through.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
struct BulkFilter {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "CredentialKind")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Status")]
    status: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    owner: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    scope: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Environment")]
    env: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    team: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "u32")]
    idle_days_gte: Option<u32>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Timestamp")]
    expires_before: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    q: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    live: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    never_expires: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    rolling: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    without_owner: Option<bool>,
}

impl BulkFilter {
    /// The filter, which keeps something out. An empty text or `false` filters nothing, so it is a mistake here: a variable of
    /// a script may be empty.
    fn params(self) -> Result<InventoryParams, Problem> {
        let texts = [
            ("kind", &self.kind),
            ("status", &self.status),
            ("owner", &self.owner),
            ("scope", &self.scope),
            ("env", &self.env),
            ("team", &self.team),
            ("expires_before", &self.expires_before),
            ("q", &self.q),
        ];
        let flags = [
            ("live", self.live),
            ("never_expires", self.never_expires),
            ("rolling", self.rolling),
            ("without_owner", self.without_owner),
        ];
        let empty = texts.iter().filter(|(_, text)| text.as_deref() == Some("")).map(|(name, _)| *name);
        let off = flags.iter().filter(|(_, flag)| *flag == Some(false)).map(|(name, _)| *name);
        let detail = "This filters nothing, so every credential would be meant. Leave it out, or give a value.";
        let mut flaws: Vec<_> =
            empty.chain(off).map(|name| Flaw::new(FlawCode::Required, detail).at(format!("/filter/{name}"))).collect();
        let is_given = texts.iter().any(|(_, text)| text.is_some()) || flags.iter().any(|(_, flag)| flag.is_some());
        if !is_given && self.idle_days_gte.is_none() {
            let detail = "Give at least one member, such as kind or owner. To mean every credential, name each kind.";
            flaws.push(Flaw::new(FlawCode::Required, detail).at("/filter"));
        }
        if flaws.is_empty() { Ok(self.into()) } else { Err(Problem::invalid(flaws)) }
    }
}

impl From<BulkFilter> for InventoryParams {
    fn from(body: BulkFilter) -> Self {
        Self {
            kind: body.kind,
            status: body.status,
            owner: body.owner,
            scope: body.scope,
            env: body.env,
            team: body.team,
            idle_days_gte: body.idle_days_gte,
            expires_before: body.expires_before,
            q: body.q,
            live: body.live,
            never_expires: body.never_expires,
            rolling: body.rolling,
            without_owner: body.without_owner,
            limit: None,
            cursor: None,
        }
    }
}

/// `?kind=&status=&owner=&scope=&env=&team=&idle_days_gte=&expires_before=&q=&live=&never_expires=&rolling=&without_owner=`
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(crate) struct InventoryParams {
    #[schemars(with = "Option<CredentialKind>")]
    kind: Option<String>,
    #[schemars(with = "Option<Status>")]
    status: Option<String>,
    owner: Option<String>,
    scope: Option<String>,
    #[schemars(with = "Option<Environment>")]
    env: Option<String>,
    team: Option<String>,
    idle_days_gte: Option<u32>,
    #[schemars(with = "Option<Timestamp>")]
    expires_before: Option<String>,
    q: Option<String>,
    live: Option<bool>,
    never_expires: Option<bool>,
    rolling: Option<bool>,
    without_owner: Option<bool>,
    #[schemars(range(min = 1, max = PageRequest::MAX_LIMIT))]
    limit: Option<u32>,
    cursor: Option<String>,
}

impl InventoryParams {
    pub(crate) fn filter(&self) -> Result<InventoryFilter, Problem> {
        let mut errors = FieldErrors::default();
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let wrong = |detail: &str| Flaw::new(FlawCode::InvalidValue, detail);
        let kind =
            given(&self.kind).map(|text| text.parse::<CredentialKind>().map_err(|error| wrong(&error.to_string())));
        let status = given(&self.status).map(|text| text.parse::<Status>().map_err(|error| wrong(&error.to_string())));
        let env = given(&self.env).map(|text| match text.as_str() {
            "live" => Ok(Environment::Live),
            "test" => Ok(Environment::Test),
            _ => Err(wrong("not an environment: use live or test")),
        });
        let before = given(&self.expires_before)
            .map(|text| Timestamp::parse_rfc3339(&text).map_err(|error| wrong(&error.to_string())));
        let filter = InventoryFilter {
            kind: kind.and_then(|kind| errors.check("/kind", kind)),
            status: status.and_then(|status| errors.check("/status", status)),
            owner: given(&self.owner),
            scope: given(&self.scope),
            env: env.and_then(|env| errors.check("/env", env)),
            team: given(&self.team),
            idle_days_gte: self.idle_days_gte,
            expires_before: before.and_then(|before| errors.check("/expires_before", before)),
            q: given(&self.q),
            is_live: self.live == Some(true),
            never_ends: self.never_expires == Some(true),
            is_rolling: self.rolling == Some(true),
            without_owner: self.without_owner == Some(true),
        };
        if errors.is_empty() { Ok(filter) } else { Err(Problem::invalid(errors.0)) }
    }

    pub(crate) fn page(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.clone())
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "snake_case")]
enum ActionName {
    Revoke,
    Disable,
    Enable,
    Transfer,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Bulk")]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    action: ActionName,
    to: Option<String>,
    ids: Option<Vec<String>>,
    filter: Option<BulkFilter>,
    #[serde(default)]
    dry_run: bool,
}

/// What a body asks for.
pub(crate) enum BulkCall {
    /// One action on many.
    Act(BulkRequest),
    /// Handing tokens over.
    Transfer(TransferRequest),
}

impl BulkBody {
    pub(crate) fn call(self) -> Result<BulkCall, Problem> {
        let at_to = |code, detail| Problem::invalid(vec![Flaw::new(code, detail).at("/to")]);
        let action = match (self.action, &self.to) {
            (ActionName::Revoke, None) => Some(BulkAction::Revoke),
            (ActionName::Disable, None) => Some(BulkAction::Disable),
            (ActionName::Enable, None) => Some(BulkAction::Enable),
            (ActionName::Transfer, _) => None,
            (_, Some(_)) => return Err(at_to(FlawCode::NotAllowed, "Only a transfer goes to somebody.")),
        };
        let target = match (self.ids, self.filter) {
            (Some(ids), None) => BulkTarget::Ids(ids),
            (None, Some(filter)) => BulkTarget::Filter(filter.params()?.filter()?),
            _ => {
                let flaw = Flaw::new(FlawCode::AmbiguousTarget, "Give either ids or a filter.");
                return Err(Problem::invalid(vec![flaw.at("/ids")]));
            }
        };
        let dry_run = self.dry_run;
        match (action, self.to) {
            (Some(action), _) => Ok(BulkCall::Act(BulkRequest { action, target, dry_run })),
            (None, Some(to)) => Ok(BulkCall::Transfer(TransferRequest { to, target, dry_run })),
            (None, None) => Err(at_to(FlawCode::Required, "Name the service account that takes over.")),
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BulkResult")]
pub(crate) struct BulkReply {
    dry_run: bool,
    changed: usize,
    results: Vec<BulkResult>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct BulkResult {
    id: String,
    status: u16,
    changed: bool,
    /// In a dry run: who would notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_last_24h: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<CredentialObject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl BulkReply {
    pub(crate) fn new(dry_run: bool, items: Vec<BulkItem>, now: Timestamp) -> Self {
        let results: Vec<_> = items.into_iter().map(|item| BulkResult::new(item, now)).collect();
        Self { dry_run, changed: results.iter().filter(|result| result.changed).count(), results }
    }
}

impl BulkResult {
    fn new(item: BulkItem, now: Timestamp) -> Self {
        let BulkItem { id, result, changed, calls_today: calls_last_24h } = item;
        match result {
            Ok(credential) => {
                let credential = Some(CredentialObject::new(&credential, now));
                Self { id, status: 200, changed, calls_last_24h, code: None, credential, errors: Vec::new() }
            }
            Err(error) => {
                let errors = if let ServiceError::Invalid(errors) = &error { errors.0.clone() } else { Vec::new() };
                let problem = Problem::from(error);
                Self {
                    id,
                    status: problem.status(),
                    changed,
                    calls_last_24h,
                    code: Some(problem.code()),
                    credential: None,
                    errors,
                }
            }
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "FindCredential")]
#[serde(deny_unknown_fields)]
pub(crate) struct FindBody {
    token: String,
}

impl FindBody {
    pub(crate) fn secret(self) -> Result<PlainSecret, Problem> {
        let secret = PlainSecret::presented(self.token);
        if secret.expose().is_empty() {
            let flaw = Flaw::new(FlawCode::Required, "Send the value to look for.");
            return Err(Problem::invalid(vec![flaw.at("/token")]));
        }
        Ok(secret)
    }
}
