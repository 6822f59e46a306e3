//! Options of the create form: the scopes of every API that the organization sees, and the operations those scopes
//! allow.
//!
//! Owns the answer to “what will it be able to do?” while a person chooses. Uses the rule that is enforced later. There
//! can be many operations, so the program of the form loads them after the page. Until then the form shows the first
//! lines of the summary. Includes nothing that the person may not see.

use domain::{
    credential::CredentialKind,
    operation::{CannotBecause, Operation, ScopeRule},
    policy::Lifetimes,
    scope::{ALL, Scope, ScopeSet},
};
use serde::{Deserialize, Serialize};

/// Form value for a client that authenticates with its own key.
pub(super) const KEY: &str = "key";

/// Values that a link has prefilled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    pub name: String,
    pub description: String,
    pub scopes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScopeOffer {
    pub name: String,
    /// A few words about what the scope allows.
    pub title: String,
    /// A sentence about what the scope allows.
    pub description: String,
    /// Heading under which the scope is listed.
    pub group: String,
    /// Whether the person may grant this scope.
    pub may_give: bool,
}

/// An operation with the name of its API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationOffer {
    pub api: String,
    pub operation: Operation,
    /// Scopes it needs, or why it can't be selected.
    pub note: String,
    /// Whether it can be selected.
    pub is_open: bool,
}

impl OperationOffer {
    /// Whether the chosen scopes are enough for the operation. The scope `all` is enough for every operation.
    pub fn is_within(&self, chosen: &[String]) -> bool {
        let held = chosen.iter().filter_map(|name| Scope::parse(name).ok()).collect();
        chosen.iter().any(|name| name == ALL) || self.operation.scopes.missing(&held).is_empty()
    }

    /// Scopes to check for this operation: all of them, or the first if any one is enough.
    pub fn needs(&self) -> Vec<String> {
        let scopes = self.operation.scopes.scopes();
        let count = match self.operation.scopes {
            ScopeRule::Any(_) => 1,
            ScopeRule::All(_) => scopes.len(),
        };
        scopes.iter().take(count).map(Scope::to_string).collect()
    }
}

/// Determines which of the chosen scopes the new credential would really have.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    pub kind: CredentialKind,
    /// Scopes the owner has now. A credential that represents a person can't have more.
    pub owner_holds: ScopeSet,
}

/// Everything that can be chosen for a new credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Kind and limits of the new credential.
    pub reach: Reach,
    /// In the order in which people look for them.
    pub scopes: Vec<ScopeOffer>,
    /// Number of operations beyond the limit that the form loads.
    pub more_operations: usize,
    /// Name and audience of each API.
    pub audiences: Vec<(String, String)>,
    /// Requirements of the organization's policy, one sentence each.
    pub policy: Vec<String>,
    /// Whether the credential needs approval before it works.
    pub needs_approval: bool,
    /// Lifetimes that the policy allows.
    pub lifetimes: Lifetimes,
}

/// Name of an operation, and the reason if it will not work.
pub type Line = (String, Option<String>);

/// The first lines of a list, and the number of remaining lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirstLines(pub Vec<Line>, pub usize);

impl FirstLines {
    /// Number of lines shown before the rest is collapsed.
    pub const SHOWN: usize = 6;

    fn of(mut lines: Vec<Line>) -> Self {
        let more = lines.len().saturating_sub(Self::SHOWN);
        lines.truncate(Self::SHOWN);
        Self(lines, more)
    }
}

/// Initial content of the summary: operations that will work, then operations that will not.
pub type Beginning = (FirstLines, FirstLines);

/// Operations that the chosen scopes allow, and operations that they don't.
pub struct Outlook<'a> {
    /// Operations that will work.
    pub able: Vec<&'a OperationOffer>,
    /// Operations that will not work, each with the reason.
    pub unable: Vec<(&'a OperationOffer, String)>,
}

impl Outlook<'_> {
    /// One line per operation: those that will work, then those that will not.
    pub fn lines(&self) -> (Vec<Line>, Vec<Line>) {
        let able = self.able.iter().map(|offer| (offer.operation.id.clone(), None));
        let unable = self.unable.iter().map(|(offer, why)| (offer.operation.id.clone(), Some(why.clone())));
        (able.collect(), unable.collect())
    }

    pub fn beginning(&self) -> Beginning {
        let (able, unable) = self.lines();
        (FirstLines::of(able), FirstLines::of(unable))
    }
}

impl Reach {
    /// Effective scopes of the new credential.
    pub fn held(&self, chosen: &[String]) -> ScopeSet {
        let chosen: ScopeSet = chosen.iter().filter_map(|name| Scope::parse(name).ok()).collect();
        match self.kind.rules().has_user {
            true if chosen.contains(ALL) => self.owner_holds.clone(),
            true => chosen.intersection(&self.owner_holds),
            false => chosen,
        }
    }

    /// Which of the operations the chosen scopes allow.
    pub fn outlook<'a>(&self, operations: &'a [OperationOffer], chosen: &[String]) -> Outlook<'a> {
        let held = self.held(chosen);
        let mut outlook = Outlook { able: Vec::new(), unable: Vec::new() };
        for offer in operations {
            match offer.operation.check(self.kind, &held) {
                Ok(()) => outlook.able.push(offer),
                Err(because) => outlook.unable.push((offer, self.why_not(offer, &because))),
            }
        }
        // Allowed operations: those that need a scope come before those that every credential can call. Other
        // operations are grouped by API. In each API, those that no scope can allow come first, because they need
        // another kind of credential.
        let mut apis: Vec<&str> = Vec::new();
        for offer in operations {
            if apis.last() != Some(&offer.api.as_str()) {
                apis.push(&offer.api);
            }
        }
        let place = |offer: &OperationOffer| apis.iter().position(|api| *api == offer.api);
        outlook.able.sort_by_key(|offer| (offer.needs().is_empty(), place(offer)));
        outlook.unable.sort_by_key(|(offer, _)| {
            let scopes = offer.operation.scopes.scopes();
            (place(offer), offer.operation.check(self.kind, scopes).is_ok())
        });
        outlook
    }

    fn why_not(&self, offer: &OperationOffer, because: &CannotBecause) -> String {
        let title = self.kind.rules().title;
        match because {
            CannotBecause::UserContextRequired => format!("it acts for a person, and an {title} represents nobody"),
            CannotBecause::ApplicationContextRequired => {
                format!("it is for applications only, and a {title} represents a person")
            }
            CannotBecause::InsufficientScope { missing } => {
                let names: Vec<_> = missing.iter().map(Scope::as_str).collect();
                match offer.operation.scopes {
                    ScopeRule::Any(_) => format!("it needs {}", names.join(" or ")),
                    ScopeRule::All(_) => format!("it needs {}", names.join(" and ")),
                }
            }
        }
    }
}

impl Offer {
    /// Scopes by heading, without the scope `all`.
    pub fn groups(&self) -> Vec<(String, Vec<ScopeOffer>)> {
        let mut groups: Vec<(String, Vec<ScopeOffer>)> = Vec::new();
        for scope in self.scopes.iter().filter(|scope| scope.name != ALL) {
            match groups.iter_mut().find(|(name, _)| *name == scope.group) {
                Some((_, members)) => members.push(scope.clone()),
                None => groups.push((scope.group.clone(), vec![scope.clone()])),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::operation::{MANAGEMENT_OPERATIONS, UserContext};

    fn offer(kind: CredentialKind, rule: ScopeRule, user_context: UserContext) -> (Reach, Vec<OperationOffer>) {
        let operation = Operation {
            id: "contacts.create".into(),
            method: "POST".into(),
            path: "/contacts".into(),
            scopes: rule,
            user_context,
            resource_type: None,
        };
        let reach = Reach { kind, owner_holds: "a b".parse().unwrap_or_default() };
        (reach, vec![OperationOffer { api: "CRM".into(), operation, note: String::new(), is_open: true }])
    }

    #[test]
    fn the_outlook_says_which_scope_is_missing_and_when_no_scope_would_help() {
        let rule = ScopeRule::Any("a b".parse().unwrap_or_default());
        let (pat, operations) = offer(CredentialKind::PersonalAccessToken, rule.clone(), UserContext::Required);
        assert_eq!(pat.outlook(&operations, &["b".to_owned()]).able.len(), 1);
        assert_eq!(pat.outlook(&operations, &[ALL.to_owned()]).able.len(), 1);
        assert_eq!(pat.outlook(&operations, &[]).unable[0].1, "it needs a or b");
        assert_eq!(operations[0].needs(), ["a"]);
        assert!(operations[0].is_within(&["b".to_owned()]) && !operations[0].is_within(&["c".to_owned()]));
        let (key, operations) = offer(CredentialKind::ApiKey, rule, UserContext::Required);
        assert_eq!(
            key.outlook(&operations, &["a".to_owned()]).unable[0].1,
            "it acts for a person, and an API key represents nobody"
        );
    }

    #[test]
    fn the_outlook_names_the_first_api_first_and_what_no_scope_opens_before_what_one_would() {
        let (key, mut operations) =
            offer(CredentialKind::ApiKey, ScopeRule::All("a".parse().unwrap_or_default()), UserContext::Optional);
        let with = |api: &str, id: &str, user_context| {
            let mut offer = operations[0].clone();
            (offer.api, offer.operation.id, offer.operation.user_context) = (api.into(), id.into(), user_context);
            offer
        };
        let theirs =
            [with("Mintmark", "me.show", UserContext::Required), with("Mintmark", "list", UserContext::Optional)];
        let own = with("CRM", "contacts.mine", UserContext::Required);
        operations.push(own);
        operations.extend(theirs);
        let ids = |chosen: &[String]| -> Vec<String> {
            key.outlook(&operations, chosen).unable.iter().map(|(offer, _)| offer.operation.id.clone()).collect()
        };
        assert_eq!(ids(&[]), ["contacts.mine", "contacts.create", "me.show", "list"]);
        assert_eq!(ids(&["a".to_owned()]), ["contacts.mine", "me.show"]);
    }

    #[test]
    fn the_beginning_is_the_first_lines_and_how_many_follow() {
        let (key, operations) =
            offer(CredentialKind::ApiKey, ScopeRule::All("a".parse().unwrap_or_default()), UserContext::Optional);
        let many: Vec<_> = std::iter::repeat_n(operations[0].clone(), 8).collect();
        let (able, unable) = key.outlook(&many, &[]).beginning();
        assert_eq!((able, unable.0.len(), unable.1), (FirstLines::default(), 6, 2));
    }

    #[test]
    fn a_token_never_counts_for_more_than_its_owner_may_do() {
        let (pat, operations) = offer(
            CredentialKind::PersonalAccessToken,
            ScopeRule::All("c".parse().unwrap_or_default()),
            UserContext::Optional,
        );
        assert!(pat.outlook(&operations, &["c".to_owned()]).able.is_empty());
        assert!(!MANAGEMENT_OPERATIONS.is_empty());
    }
}
