//! What the issue form offers: the scopes of every API the organisation sees, and the operations they open. The operations are
//! many, so the form asks for them when it has come alive; until then it shows the beginning of what they say.
//!
//! Owns: answering “what will it be able to do?” while a person chooses, with the same rule that is enforced later.
//! Operations travel to the program of the form; none of it is anything that the person may not see.

use domain::{
    credential::CredentialKind,
    operation::{CannotBecause, Operation, ScopeRule},
    policy::Lifetimes,
    scope::{ALL, Scope, ScopeSet},
};
use serde::{Deserialize, Serialize};

/// How a client that signs proves who it is, as the form says it.
pub(super) const KEY: &str = "key";

/// What a link has put into the form already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// The scopes.
    pub scopes: Vec<String>,
}

/// A scope that can be ticked.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeOffer {
    /// The scope token.
    pub name: String,
    /// What it allows, in a few words.
    pub title: String,
    /// What it allows, in a sentence.
    pub description: String,
    /// The heading under which it is listed.
    pub group: String,
    /// Whether the person may give it away.
    pub may_give: bool,
}

/// An operation with the name of its API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationOffer {
    /// The API's name.
    pub api: String,
    /// The operation.
    pub operation: Operation,
    /// What it needs, or why it cannot be chosen.
    pub note: String,
    /// Whether it can be chosen.
    pub is_open: bool,
}

impl OperationOffer {
    /// Whether these scopes are enough for it, “everything” among them.
    pub fn is_within(&self, chosen: &[String]) -> bool {
        let held = chosen.iter().filter_map(|name| Scope::parse(name).ok()).collect();
        chosen.iter().any(|name| name == ALL) || self.operation.scopes.missing(&held).is_empty()
    }

    /// The scopes to tick for it: all it needs, or the first of those of which one will do.
    pub fn needs(&self) -> Vec<String> {
        let scopes = self.operation.scopes.scopes();
        let count = match self.operation.scopes {
            ScopeRule::Any(_) => 1,
            ScopeRule::All(_) => scopes.len(),
        };
        scopes.iter().take(count).map(Scope::to_string).collect()
    }
}

/// What decides how far scopes reach in a new credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Of which kind it will be.
    pub kind: CredentialKind,
    /// What the owner may do now; bounds a credential that represents somebody.
    pub owner_holds: ScopeSet,
}

/// Everything that can be chosen for one new credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Of which kind it will be, and for whom.
    pub reach: Reach,
    /// The scopes, in the order in which a person would look for them.
    pub scopes: Vec<ScopeOffer>,
    /// How many more operations there are than the form asks for.
    pub more_operations: usize,
    /// Name and audience of each API.
    pub audiences: Vec<(String, String)>,
    /// What the organisation's policy asks of it, a sentence each.
    pub policy: Vec<String>,
    /// Whether somebody has to approve it before it works.
    pub needs_approval: bool,
    /// How long it may live.
    pub lifetimes: Lifetimes,
}

/// An operation, and why it will not work if it will not.
pub type Line = (String, Option<String>);

/// The first lines of a list, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirstLines(pub Vec<Line>, pub usize);

impl FirstLines {
    /// How many lines are spelt out before the rest is folded.
    pub const SHOWN: usize = 6;

    fn of(mut lines: Vec<Line>) -> Self {
        let more = lines.len().saturating_sub(Self::SHOWN);
        lines.truncate(Self::SHOWN);
        Self(lines, more)
    }
}

/// What the summary shows before the operations are there: the beginning of what will work, and of what will not.
pub type Beginning = (FirstLines, FirstLines);

/// What a choice of scopes opens, and what it does not and why.
pub struct Outlook<'a> {
    /// Operations that will work.
    pub able: Vec<&'a OperationOffer>,
    /// Operations that will not, with the reason.
    pub unable: Vec<(&'a OperationOffer, String)>,
}

impl Outlook<'_> {
    /// A line an operation: what will work, and what will not.
    pub fn lines(&self) -> (Vec<Line>, Vec<Line>) {
        let able = self.able.iter().map(|offer| (offer.operation.id.clone(), None));
        let unable = self.unable.iter().map(|(offer, why)| (offer.operation.id.clone(), Some(why.clone())));
        (able.collect(), unable.collect())
    }

    /// The first lines of both.
    pub fn beginning(&self) -> Beginning {
        let (able, unable) = self.lines();
        (FirstLines::of(able), FirstLines::of(unable))
    }
}

impl Reach {
    /// The scopes that would count.
    pub fn held(&self, chosen: &[String]) -> ScopeSet {
        let chosen: ScopeSet = chosen.iter().filter_map(|name| Scope::parse(name).ok()).collect();
        match self.kind.rules().has_user {
            true if chosen.contains(ALL) => self.owner_holds.clone(),
            true => chosen.intersection(&self.owner_holds),
            false => chosen,
        }
    }

    /// What these scopes open of the operations.
    pub fn outlook<'a>(&self, operations: &'a [OperationOffer], chosen: &[String]) -> Outlook<'a> {
        let held = self.held(chosen);
        let mut outlook = Outlook { able: Vec::new(), unable: Vec::new() };
        for offer in operations {
            match offer.operation.check(self.kind, &held) {
                Ok(()) => outlook.able.push(offer),
                Err(because) => outlook.unable.push((offer, self.why_not(offer, &because))),
            }
        }
        // API by API; what a chosen scope opens before what every credential can do, and in each API what no scope can
        // open, which says that another kind is needed, before what some scope would.
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
    /// The scopes under their headings, without “everything”.
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
