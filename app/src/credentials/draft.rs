//! What a person has put into the issue form, as signals.

use super::{
    IssueDraft,
    lifetime_picker::LifetimeState,
    server_fns::{ClientForm, LimitsDraft},
};
use domain::{
    Timestamp,
    credential::{AuthMethod, CredentialKind},
    policy::Lifetimes,
    secret::Environment,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a link has put into the form already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefill {
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// The scopes.
    pub scopes: Vec<String>,
}

/// Everything the person has put in.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    pub(super) description: RwSignal<String>,
    pub(super) justification: RwSignal<String>,
    pub(super) scopes: RwSignal<Vec<String>>,
    pub(super) lifetime: LifetimeState,
    /// `live` or `test`.
    pub(super) env: RwSignal<String>,
    pub(super) limits: LimitsState,
    pub(super) client: ClientState,
}

/// What bounds a credential beyond scopes and time.
#[derive(Clone, Copy, Default)]
pub(super) struct LimitsState {
    pub(super) resources: RwSignal<String>,
    pub(super) ip_allowlist: RwSignal<String>,
    pub(super) rate: RwSignal<String>,
    pub(super) rate_window: RwSignal<String>,
    pub(super) quota: RwSignal<String>,
    pub(super) quota_period: RwSignal<String>,
    pub(super) metadata: RwSignal<String>,
}

/// What only a client has.
#[derive(Clone, Copy)]
pub(super) struct ClientState {
    pub(super) audiences: RwSignal<Vec<String>>,
    /// `secret` or `key`.
    pub(super) auth_method: RwSignal<String>,
    pub(super) jwks: RwSignal<String>,
    pub(super) access_token_seconds: RwSignal<String>,
}

impl Draft {
    pub(super) fn new(kind: CredentialKind, prefill: &Prefill, lifetimes: Lifetimes, now: Timestamp) -> Self {
        Self {
            name: RwSignal::new(prefill.name.clone()),
            description: RwSignal::new(prefill.description.clone()),
            justification: RwSignal::default(),
            scopes: RwSignal::new(prefill.scopes.clone()),
            lifetime: LifetimeState::new(kind, lifetimes, now),
            env: RwSignal::new(Environment::Live.as_str().to_owned()),
            limits: LimitsState {
                rate_window: RwSignal::new("60".to_owned()),
                quota_period: RwSignal::new("month".to_owned()),
                ..LimitsState::default()
            },
            client: ClientState {
                audiences: RwSignal::default(),
                auth_method: RwSignal::new(SECRET.to_owned()),
                jwks: RwSignal::default(),
                access_token_seconds: RwSignal::new("600".to_owned()),
            },
        }
    }

    /// What is sent.
    pub(super) fn read(self) -> IssueDraft {
        let (limits, client) = (self.limits, self.client);
        IssueDraft {
            name: self.name.get_untracked(),
            description: self.description.get_untracked(),
            justification: self.justification.get_untracked(),
            scopes: self.scopes.get_untracked(),
            lifetime: self.lifetime.read(),
            env: if self.env.get_untracked() == Environment::Test.as_str() {
                Environment::Test
            } else {
                Environment::Live
            },
            limits: LimitsDraft {
                resources: limits.resources.get_untracked(),
                ip_allowlist: limits.ip_allowlist.get_untracked(),
                rate: limits.rate.get_untracked(),
                rate_window: limits.rate_window.get_untracked(),
                quota: limits.quota.get_untracked(),
                quota_period: limits.quota_period.get_untracked(),
                metadata: limits.metadata.get_untracked(),
            },
            client: ClientForm {
                audiences: client.audiences.get_untracked(),
                auth_method: client.method_untracked(),
                jwks: if client.method_untracked() == AuthMethod::PrivateKeyJwt {
                    client.jwks.get_untracked()
                } else {
                    String::new()
                },
                access_token_seconds: client.access_token_seconds.get_untracked().parse().unwrap_or_default(),
            },
        }
    }

    /// Takes over a control that was set before the form came alive.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only a browser has controls"))]
    pub(super) fn adopt(self, control: &str, value: String) {
        match control {
            "scope" => self.scopes.update(|scopes| scopes.push(value)),
            "lifetime" => self.lifetime.choice.set(value),
            "acknowledge" => self.lifetime.acknowledged.set(true),
            "env" => self.env.set(value),
            "auth" => self.client.auth_method.set(value),
            "audience" => self.client.audiences.update(|audiences| audiences.push(value)),
            _ => {}
        }
    }
}

pub(super) const SECRET: &str = "secret";
pub(super) const KEY: &str = "key";

impl ClientState {
    fn method_untracked(self) -> AuthMethod {
        if self.auth_method.get_untracked() == KEY { AuthMethod::PrivateKeyJwt } else { AuthMethod::ClientSecret }
    }

    /// Whether the client proves who it is with its own key; tracked.
    pub(super) fn has_own_key(self) -> bool {
        self.auth_method.with(|method| method == KEY)
    }
}
