//! The filter of the inventory, as it is written in the URL.

use crate::{palette::secret_like, server_side::InventoryFilter};
use domain::credential::{CredentialKind, Status};

/// Filter from the URL. An empty field does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// `pat`, `api_key` or `client`.
    pub(crate) kind: String,
    /// Name of a status.
    pub(crate) status: String,
    /// Owner ID.
    pub(crate) owner: String,
    pub(crate) scope: String,
    /// `live` or `test`.
    pub(crate) env: String,
    /// The team, whole.
    pub(crate) team: String,
    /// Minimum days without use.
    pub(crate) idle: String,
    /// `1`: only credentials that work, including those that expire soon.
    pub(crate) live: String,
    /// `never`: only credentials that never expire.
    pub(crate) expires: String,
    /// `gone`: only credentials of former members.
    pub(crate) left: String,
    /// `1`: only credentials with an older secret that still works.
    pub(crate) rolling: String,
    /// Part of a name, ID or redacted secret.
    pub(crate) q: String,
}

impl Filter {
    /// Reads the filter from the URL; `value` returns a query parameter.
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| value(name).unwrap_or_default().trim().chars().take(200).collect();
        Self {
            kind: text("kind"),
            status: text("status"),
            owner: text("owner"),
            scope: text("scope"),
            env: text("env"),
            team: text("team"),
            idle: text("idle"),
            live: text("live"),
            expires: text("expires"),
            left: text("left"),
            rolling: text("rolling"),
            q: text("q"),
        }
    }

    /// Clears values that mean nothing, such as an unknown status. Also returns the cleared parameters.
    pub(crate) fn without_nonsense(mut self) -> (Self, Vec<String>) {
        let known = self.to_service();
        let one_of = |words: &[&str], text: &str| words.contains(&text);
        let (live, ends, left, rolling) = (
            one_of(&["1"], &self.live),
            one_of(&["never"], &self.expires),
            one_of(&["gone"], &self.left),
            one_of(&["1"], &self.rolling),
        );
        let fields = [
            ("kind", &mut self.kind, known.kind.is_some()),
            ("status", &mut self.status, known.status.is_some()),
            ("env", &mut self.env, known.env.is_some()),
            ("idle", &mut self.idle, known.idle_days_gte.is_some()),
            ("live", &mut self.live, live),
            ("expires", &mut self.expires, ends),
            ("left", &mut self.left, left),
            ("rolling", &mut self.rolling, rolling),
        ];
        let unknown = fields.into_iter().filter(|(_, text, means)| !text.is_empty() && !means);
        let told = unknown.map(|(name, text, _)| format!("{name}={}", std::mem::take(text))).collect();
        (self, told)
    }

    /// Whether the search text looks like a secret.
    pub(crate) fn has_secret(&self) -> bool {
        secret_like(&self.q)
    }

    /// Clears a search text that looks like a secret.
    #[must_use]
    pub(crate) fn without_secret(self) -> Self {
        let q = if self.has_secret() { String::new() } else { self.q };
        Self { q, ..self }
    }

    /// Name and value of every field that is set.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("status", &self.status),
            ("owner", &self.owner),
            ("scope", &self.scope),
            ("env", &self.env),
            ("team", &self.team),
            ("idle", &self.idle),
            ("live", &self.live),
            ("expires", &self.expires),
            ("left", &self.left),
            ("rolling", &self.rolling),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs().is_empty()
    }

    /// Filter for the service. Unknown kinds and states are ignored, because people edit URLs.
    pub(crate) fn to_service(&self) -> InventoryFilter {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        InventoryFilter {
            kind: self.kind.parse::<CredentialKind>().ok(),
            status: self.status.parse::<Status>().ok(),
            owner: some(&self.owner),
            scope: some(&self.scope),
            env: serde_json::from_value(serde_json::Value::String(self.env.clone())).ok(),
            team: some(&self.team),
            idle_days_gte: self.idle.parse().ok(),
            expires_before: None,
            is_live: self.live == "1",
            never_ends: self.expires == "never",
            without_owner: self.left == "gone",
            is_rolling: self.rolling == "1",
            q: some(&self.q),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::secret::Environment;

    #[test]
    fn an_address_becomes_a_filter_and_nonsense_filters_nothing() {
        let filter = Filter::read(|name| match name {
            "kind" => Some("api_key".into()),
            "env" => Some("test".into()),
            "status" => Some("nonsense".into()),
            "q" => Some("  ".into()),
            _ => None,
        });
        let service = filter.to_service();
        assert_eq!(service.kind, Some(CredentialKind::ApiKey));
        assert_eq!(service.env, Some(Environment::Test));
        assert_eq!((service.status, service.q), (None, None));
        assert!(!filter.is_empty());
    }

    #[test]
    fn a_secret_is_not_searched_for_and_everything_else_is() {
        let search = |q: &str| Filter { q: q.to_owned(), kind: "pat".to_owned(), ..Filter::default() };
        let secret = search("mint_pat_00000000000000000000000000000000000000000000BFvHX");
        assert!(secret.has_secret());
        assert_eq!(secret.without_secret().pairs(), [("kind", "pat")]);
        assert!(!search("Nightly").has_secret());
        assert_eq!(search("Nightly").without_secret(), search("Nightly"));
    }

    #[test]
    fn nonsense_is_taken_out_and_told() {
        let filter = Filter { status: "asleep".into(), idle: "x".into(), left: "gone".into(), ..Filter::default() };
        let (filter, told) = filter.without_nonsense();
        assert_eq!(told, ["status=asleep", "idle=x"]);
        assert_eq!(filter.pairs(), [("left", "gone")]);
    }
}
