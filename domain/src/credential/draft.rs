//! What somebody asked for, checked as a whole.
//!
//! Owns: reporting every flaw of a request at once, and turning a flawless one into a [`Grant`]. Whether the
//! caller may give what they ask for is a question for [`crate::access`].

use super::{
    ClientDraft, ClientSettings, CredentialKind, KindRules, LifetimeDraft, Metadata, Quota, RateLimit,
    limits::check_metadata,
};
use crate::{
    Description, Name, Timestamp,
    error::{FieldErrors, Flaw},
    network::{MAX_NETWORKS, NetworkSet, parse_network},
    operation::GrantCatalogue,
    resource::{MAX_RESOURCES, Resource, ResourceSet},
    scope::{ALL, MAX_SCOPES, Scope, ScopeSet},
    secret::Environment,
};

/// A request to issue a credential, as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issue {
    /// What to call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Scope tokens. An empty list is a credential that can only say who it is; none at all is an omission.
    pub scopes: Option<Vec<String>>,
    /// Resources it is limited to.
    pub resources: Vec<String>,
    /// Networks it may be used from.
    pub ip_allowlist: Vec<String>,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// How often in a day or a month.
    pub quota: Option<Quota>,
    /// Notes.
    pub metadata: Metadata,
    /// For real data or for trying things; none: as the credential that asks, and live for a person.
    pub env: Option<Environment>,
    /// How long it lives.
    pub lifetime: LifetimeDraft,
    /// What only a client has.
    pub client: ClientDraft,
}

/// A flawless request, or what a credential grants now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What to call it.
    pub name: Name,
    /// What it is for.
    pub description: Description,
    /// What it may do.
    pub scopes: ScopeSet,
    /// What it may do it to.
    pub resources: ResourceSet,
    /// From where.
    pub networks: NetworkSet,
    /// How often.
    pub rate_limit: Option<RateLimit>,
    /// How often in a day or a month.
    pub quota: Option<Quota>,
    /// Notes.
    pub metadata: Metadata,
    /// For real data or for trying things.
    pub env: Environment,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// What only a client has.
    pub client: Option<ClientSettings>,
}

/// A request to change a credential; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new set of scopes, whole.
    pub scopes: Option<Vec<String>>,
    /// A new set of resources, whole.
    pub resources: Option<Vec<String>>,
    /// A new set of networks, whole.
    pub ip_allowlist: Option<Vec<String>>,
    /// A new rate limit; `Some(None)` takes it away.
    pub rate_limit: Option<Option<RateLimit>>,
    /// A new quota; `Some(None)` takes it away.
    pub quota: Option<Option<Quota>>,
    /// New notes, whole.
    pub metadata: Option<Metadata>,
}

/// Checks a request to issue against the kind's rules and the scopes that the catalogue knows. `issuer_ends`: see
/// [`LifetimeDraft`].
///
/// # Errors
/// Every flaw, each at its field.
pub fn check_issue(
    draft: &Issue,
    kind: CredentialKind,
    catalogue: &GrantCatalogue,
    now: Timestamp,
    issuer_ends: Option<Timestamp>,
) -> Result<Grant, FieldErrors> {
    let (mut errors, rules) = (FieldErrors::default(), kind.rules());
    let name = errors.check("/name", Name::parse(&draft.name));
    let description = errors.check("/description", Description::parse(&draft.description));
    let scopes = match &draft.scopes {
        Some(scopes) => check_scopes(scopes, rules, catalogue, &ScopeSet::default(), &mut errors),
        None => {
            errors.0.push(Flaw::new("required", "Give a list of scopes; it may be empty.").at("/scopes"));
            ScopeSet::default()
        }
    };
    let resources = check_resources(&draft.resources, catalogue, &mut errors);
    let networks = check_networks(&draft.ip_allowlist, &mut errors);
    let rate_limit = draft.rate_limit.map(|limit| limit.check(&mut errors));
    let quota = draft.quota.map(|quota| quota.check(&mut errors));
    check_metadata(&draft.metadata, &Metadata::new(), &mut errors);
    let expires_at = draft.lifetime.check(rules, now, issuer_ends, &mut errors);
    let is_client = kind == CredentialKind::Client;
    let client = is_client.then(|| draft.client.check(&|audience| catalogue.has_audience(audience), &mut errors));
    match (name, description) {
        (Some(name), Some(description)) if errors.is_empty() => Ok(Grant {
            name,
            description,
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

/// Checks a request to change what `current` grants.
///
/// # Errors
/// Every flaw, each at its field.
pub fn check_edit(
    draft: &Edit,
    kind: CredentialKind,
    catalogue: &GrantCatalogue,
    current: &Grant,
) -> Result<Grant, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut grant = current.clone();
    // What stays as it is needs no check: the rules of its time let it in.
    let name = draft.name.as_deref().filter(|name| *name != current.name.as_str());
    if let Some(name) = name.and_then(|name| errors.check("/name", Name::parse(name))) {
        grant.name = name;
    }
    let description = draft.description.as_deref().map(|text| text.replace("\r\n", "\n"));
    let description = description.filter(|text| text != current.description.as_str());
    if let Some(text) = description.and_then(|text| errors.check("/description", Description::parse(&text))) {
        grant.description = text;
    }
    if let Some(scopes) = &draft.scopes {
        grant.scopes = check_scopes(scopes, kind.rules(), catalogue, &current.scopes, &mut errors);
    }
    if let Some(resources) = &draft.resources {
        grant.resources = check_resources(resources, catalogue, &mut errors);
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

/// A scope that no API defines any more may stay where it is held, and may not come.
fn check_scopes(
    scopes: &[String],
    rules: &KindRules,
    catalogue: &GrantCatalogue,
    held: &ScopeSet,
    errors: &mut FieldErrors,
) -> ScopeSet {
    if scopes.len() > MAX_SCOPES {
        let detail = format!("A credential can hold at most {MAX_SCOPES} scopes.");
        errors.0.push(Flaw::new("too_many_scopes", detail).at("/scopes"));
        return ScopeSet::default();
    }
    let check = |(index, text): (usize, &String)| {
        let known = Scope::parse(text).and_then(|scope| match scope.as_str() {
            ALL if !rules.may_hold_all => {
                Err(Flaw::new("scope_not_allowed", format!("The scope all cannot be given to an {}.", rules.title)))
            }
            known if catalogue.has_scope(known) || held.contains(known) => Ok(scope),
            unknown => Err(Flaw::new("unknown_scope", format!("No API here defines the scope {unknown}."))),
        });
        errors.check(&format!("/scopes/{index}"), known)
    };
    scopes.iter().enumerate().filter_map(check).collect()
}

fn check_resources(resources: &[String], catalogue: &GrantCatalogue, errors: &mut FieldErrors) -> ResourceSet {
    if resources.len() > MAX_RESOURCES {
        let detail = format!("A credential can be limited to at most {MAX_RESOURCES} resources.");
        errors.0.push(Flaw::new("too_many", detail).at("/resources"));
        return ResourceSet::default();
    }
    let check = |(index, text): (usize, &String)| {
        let known = Resource::parse(text).and_then(|resource| {
            let unknown = || Flaw::new("unknown_resource", "There is nothing of this name here.");
            if catalogue.knows(&resource) { Ok(resource) } else { Err(unknown()) }
        });
        errors.check(&format!("/resources/{index}"), known)
    };
    resources.iter().enumerate().filter_map(check).collect()
}

fn check_networks(networks: &[String], errors: &mut FieldErrors) -> NetworkSet {
    if networks.len() > MAX_NETWORKS {
        let detail = format!("A credential can be limited to at most {MAX_NETWORKS} networks.");
        errors.0.push(Flaw::new("too_many", detail).at("/ip_allowlist"));
        return NetworkSet::default();
    }
    let check = |(index, text): (usize, &String)| errors.check(&format!("/ip_allowlist/{index}"), parse_network(text));
    networks.iter().enumerate().filter_map(check).collect()
}
