//! The grant of a credential: its editable fields, and the requests that create and edit them.
//!
//! This module owns the list of fields. It reports every flaw of a request at once, and turns a valid request into a [`Grant`]. Whether the caller
//! may give these rights is decided in [`crate::access`].

use super::{
    ClientDraft, ClientSettings, CredentialKind, KindRules, LifetimeDraft, Metadata, Quota, RateLimit,
    limits::check_metadata,
};
use crate::{
    Description, Name, Timestamp,
    audit::detail::{Changes, Field},
    code::FlawCode,
    error::{FieldErrors, Flaw},
    network::{MAX_NETWORKS, NetworkSet, parse_network},
    operation::GrantCatalog,
    resource::{MAX_RESOURCES, Resource, ResourceSet},
    scope::{ALL, MAX_SCOPES, Scope, ScopeSet},
    secret::Environment,
};
use serde_json::json;

/// A request to create a credential, before it is checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issue {
    pub name: String,
    /// The purpose of the credential.
    pub description: String,
    /// The team that it belongs to. Empty for none.
    pub team: String,
    /// The scopes. A credential with an empty list can only identify itself. `None` is an error.
    pub scopes: Option<Vec<String>>,
    /// Resources to limit the credential to.
    pub resources: Vec<String>,
    /// Networks that the credential can be used from.
    pub ip_allowlist: Vec<String>,
    pub rate_limit: Option<RateLimit>,
    /// Maximum number of calls in a day or a month.
    pub quota: Option<Quota>,
    /// Key-value pairs that programs store on the credential.
    pub metadata: Metadata,
    /// `None` means the environment of the calling credential or, for a person, `live`.
    pub env: Option<Environment>,
    pub lifetime: LifetimeDraft,
    /// Settings that only M2M clients have.
    pub client: ClientDraft,
}

/// What a credential may do, and what people have called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub name: Name,
    /// The purpose of the credential.
    pub description: Description,
    /// The team that it belongs to, as people call it.
    pub team: Option<Name>,
    /// The scopes. The effective scopes can be fewer.
    pub scopes: ScopeSet,
    /// The resources that the credential is limited to. An empty set means everything in the organization.
    pub resources: ResourceSet,
    /// IP allowlist. An empty one allows every address.
    pub networks: NetworkSet,
    pub rate_limit: Option<RateLimit>,
    /// Maximum number of calls in a day or a month.
    pub quota: Option<Quota>,
    /// Key-value pairs that programs store on the credential.
    pub metadata: Metadata,
    /// The environment that the credential was created for.
    pub env: Environment,
    /// When the credential expires. `None` means that it has no end.
    pub expires_at: Option<Timestamp>,
    /// Settings that only M2M clients have.
    pub client: Option<ClientSettings>,
}

/// A request to change a credential. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    pub name: Option<String>,
    pub description: Option<String>,
    /// The new team. An empty text removes it.
    pub team: Option<String>,
    /// The complete new set of scopes.
    pub scopes: Option<Vec<String>>,
    /// The complete new set of resources.
    pub resources: Option<Vec<String>>,
    /// The complete new IP allowlist.
    pub ip_allowlist: Option<Vec<String>>,
    /// The new rate limit. `Some(None)` removes it.
    pub rate_limit: Option<Option<RateLimit>>,
    /// The new quota. `Some(None)` removes it.
    pub quota: Option<Option<Quota>>,
    /// The complete new key-value pairs.
    pub metadata: Option<Metadata>,
}

/// Checks a request to create a credential against the rules of its kind and the catalog. `issuer_ends` is the end of
/// the calling credential; see [`LifetimeDraft`].
///
/// # Errors
/// Returns every flaw at its field.
pub fn check_issue(
    draft: &Issue,
    kind: CredentialKind,
    catalog: &GrantCatalog,
    now: Timestamp,
    issuer_ends: Option<Timestamp>,
) -> Result<Grant, FieldErrors> {
    let (mut errors, rules) = (FieldErrors::default(), kind.rules());
    let name = errors.check("/name", Name::parse(&draft.name));
    let description = errors.check("/description", Description::parse(&draft.description));
    let team = check_team(&draft.team, &mut errors);
    let scopes = match &draft.scopes {
        Some(scopes) => check_scopes(scopes, rules, catalog, &ScopeSet::default(), &mut errors),
        None => {
            errors.0.push(Flaw::new(FlawCode::Required, "Give a list of scopes; it may be empty.").at("/scopes"));
            ScopeSet::default()
        }
    };
    let resources = check_resources(&draft.resources, catalog, &mut errors);
    let networks = check_networks(&draft.ip_allowlist, &mut errors);
    let rate_limit = draft.rate_limit.map(|limit| limit.check(&mut errors));
    let quota = draft.quota.map(|quota| quota.check(&mut errors));
    check_metadata(&draft.metadata, &Metadata::new(), &mut errors);
    let expires_at = draft.lifetime.check(rules, now, issuer_ends, &mut errors);
    let is_client = kind == CredentialKind::Client;
    let client = is_client.then(|| draft.client.check(&|audience| catalog.has_audience(audience), &mut errors));
    match (name, description) {
        (Some(name), Some(description)) if errors.is_empty() => Ok(Grant {
            name,
            description,
            team,
            scopes,
            resources,
            networks,
            rate_limit,
            quota,
            metadata: draft.metadata.clone(),
            env: draft.env.unwrap_or_default(),
            expires_at,
            client,
        }),
        _ => Err(errors),
    }
}

/// Checks a request to change the rights `current`.
///
/// # Errors
/// Returns every flaw at its field.
pub fn check_edit(
    draft: &Edit,
    kind: CredentialKind,
    catalog: &GrantCatalog,
    current: &Grant,
) -> Result<Grant, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut grant = current.clone();
    // Unchanged values are not checked again, because they may have been stored under earlier rules.
    let name = draft.name.as_deref().filter(|name| *name != current.name.as_str());
    if let Some(name) = name.and_then(|name| errors.check("/name", Name::parse(name))) {
        grant.name = name;
    }
    let description = draft.description.as_deref().map(|text| text.replace("\r\n", "\n"));
    let description = description.filter(|text| text != current.description.as_str());
    if let Some(text) = description.and_then(|text| errors.check("/description", Description::parse(&text))) {
        grant.description = text;
    }
    let kept = current.team.as_ref().map_or("", Name::as_str);
    if let Some(team) = draft.team.as_deref().filter(|team| *team != kept) {
        grant.team = check_team(team, &mut errors);
    }
    if let Some(scopes) = &draft.scopes {
        grant.scopes = check_scopes(scopes, kind.rules(), catalog, &current.scopes, &mut errors);
    }
    if let Some(resources) = &draft.resources {
        grant.resources = check_resources(resources, catalog, &mut errors);
    }
    if let Some(networks) = &draft.ip_allowlist {
        grant.networks = check_networks(networks, &mut errors);
    }
    if let Some(limit) = draft.rate_limit {
        grant.rate_limit = limit.map(|limit| limit.check(&mut errors));
    }
    if let Some(quota) = draft.quota {
        grant.quota = quota.map(|quota| quota.check(&mut errors));
    }
    if let Some(metadata) = &draft.metadata {
        check_metadata(metadata, &current.metadata, &mut errors);
        grant.metadata.clone_from(metadata);
    }
    if errors.is_empty() { Ok(grant) } else { Err(errors) }
}

impl Grant {
    /// Returns the editable fields that differ, with both values.
    pub fn changes(&self, after: &Self) -> Changes {
        Changes::between([
            (Field::Name, json!(self.name), json!(after.name)),
            (Field::Description, json!(self.description), json!(after.description)),
            (Field::Scopes, json!(self.scopes), json!(after.scopes)),
            (Field::Resources, json!(self.resources), json!(after.resources)),
            (Field::IpAllowlist, json!(self.networks), json!(after.networks)),
            (Field::RateLimit, json!(self.rate_limit), json!(after.rate_limit)),
            (Field::Quota, json!(self.quota), json!(after.quota)),
            (Field::Metadata, json!(self.metadata), json!(after.metadata)),
            (Field::Team, json!(self.team), json!(after.team)),
        ])
    }
}

fn check_team(team: &str, errors: &mut FieldErrors) -> Option<Name> {
    if team.is_empty() { None } else { errors.check("/team", Name::parse(team)) }
}

/// Checks the scopes of a request. A held scope may stay even if no API defines it any more, but it cannot be added.
fn check_scopes(
    scopes: &[String],
    rules: &KindRules,
    catalog: &GrantCatalog,
    held: &ScopeSet,
    errors: &mut FieldErrors,
) -> ScopeSet {
    if scopes.len() > MAX_SCOPES {
        let detail = format!("A credential can hold at most {MAX_SCOPES} scopes.");
        errors.0.push(Flaw::new(FlawCode::TooManyScopes, detail).at("/scopes"));
        return ScopeSet::default();
    }
    let check = |(index, text): (usize, &String)| {
        let known = Scope::parse(text).and_then(|scope| match scope.as_str() {
            ALL if !rules.may_hold_all => Err(Flaw::new(
                FlawCode::ScopeNotAllowed,
                format!("The scope all cannot be given to an {}.", rules.title),
            )),
            known if catalog.has_scope(known) || held.contains(known) => Ok(scope),
            unknown => Err(Flaw::new(FlawCode::UnknownScope, format!("No API here defines the scope {unknown}."))),
        });
        errors.check(&format!("/scopes/{index}"), known)
    };
    scopes.iter().enumerate().filter_map(check).collect()
}

fn check_resources(resources: &[String], catalog: &GrantCatalog, errors: &mut FieldErrors) -> ResourceSet {
    if resources.len() > MAX_RESOURCES {
        let detail = format!("A credential can be limited to at most {MAX_RESOURCES} resources.");
        errors.0.push(Flaw::new(FlawCode::TooMany, detail).at("/resources"));
        return ResourceSet::default();
    }
    let check = |(index, text): (usize, &String)| {
        let known = Resource::parse(text).and_then(|resource| {
            let unknown = || Flaw::new(FlawCode::UnknownResource, "There is nothing of this name here.");
            if catalog.knows(&resource) { Ok(resource) } else { Err(unknown()) }
        });
        errors.check(&format!("/resources/{index}"), known)
    };
    resources.iter().enumerate().filter_map(check).collect()
}

fn check_networks(networks: &[String], errors: &mut FieldErrors) -> NetworkSet {
    if networks.len() > MAX_NETWORKS {
        let detail = format!("A credential can be limited to at most {MAX_NETWORKS} networks.");
        errors.0.push(Flaw::new(FlawCode::TooMany, detail).at("/ip_allowlist"));
        return NetworkSet::default();
    }
    let check = |(index, text): (usize, &String)| errors.check(&format!("/ip_allowlist/{index}"), parse_network(text));
    networks.iter().enumerate().filter_map(check).collect()
}
