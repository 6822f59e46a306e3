//! The current values of the create form, as read from the controls on the page.

use super::{
    IssueDraft,
    labels::LabelsDraft,
    lifetime,
    offer::KEY,
    server_fns::{ClientForm, LimitsDraft},
};
use domain::{credential::AuthMethod, secret::Environment};

/// Name and value of every control. Includes only those checkboxes and radio buttons that are checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft(pub(super) Vec<(String, String)>);

impl Draft {
    /// Value of the named control, or an empty string.
    pub(super) fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Every value with this name.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect()
    }

    /// Whether the control has this value and is checked.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(own, is)| own == name && is == value)
    }

    pub(super) fn scopes(&self) -> Vec<String> {
        self.values("scope")
    }

    /// Builds the request to send.
    pub(super) fn read(&self) -> IssueDraft {
        let text = |name| self.value(name).to_owned();
        let has_key = self.has("auth", KEY);
        IssueDraft {
            labels: LabelsDraft::read(self),
            justification: text("justification"),
            scopes: self.scopes(),
            lifetime: lifetime::draft(self.value("lifetime"), self.value("last-day"), self.has("acknowledge", "on")),
            env: if self.has("env", Environment::Test.as_str()) { Environment::Test } else { Environment::Live },
            limits: LimitsDraft {
                resources: text("resources"),
                ip_allowlist: text("ip_allowlist"),
                rate: text("rate"),
                rate_window: text("rate_window"),
                quota: text("quota"),
                quota_period: text("quota_period"),
                metadata: text("metadata"),
                notes: Vec::new(),
            },
            client: ClientForm {
                audiences: self.values("audience"),
                auth_method: if has_key { AuthMethod::PrivateKeyJwt } else { AuthMethod::ClientSecret },
                jwks: if has_key { text("jwks") } else { String::new() },
                access_token_seconds: self.value("access_token_seconds").parse().unwrap_or_default(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_what_the_controls_hold() {
        let pairs = [
            ("name", "CI"),
            ("scope", "a:read"),
            ("scope", "b:write"),
            ("lifetime", "30"),
            ("env", "test"),
            ("rate", "10"),
            ("auth", "secret"),
            ("jwks", "left over"),
            ("access_token_seconds", "600"),
        ];
        let draft = Draft(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).read();
        assert_eq!((draft.labels.name.as_str(), draft.scopes.join(" ").as_str()), ("CI", "a:read b:write"));
        assert_eq!((draft.lifetime.expires_in, draft.env), (Some(30 * 86_400), Environment::Test));
        assert_eq!((draft.limits.rate.as_str(), draft.limits.quota.as_str()), ("10", ""));
        assert_eq!((draft.client.jwks.as_str(), draft.client.access_token_seconds), ("", 600));
    }
}
