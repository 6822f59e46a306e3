//! Requirements of a policy as sentences.

use crate::labels::role_in_words;
use domain::{
    access::Role,
    policy::{Objection, Rules},
    text::duration_in_words,
};

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// One sentence per requirement. Empty if there are none.
pub(crate) fn rules_in_words(rules: &Rules) -> Vec<String> {
    let mut said = Vec::new();
    if rules.creators.len() < Role::ALL.len() {
        let roles: Vec<_> = rules.creators.iter().map(|role| format!("{}s", role_in_words(*role))).collect();
        said.push(format!("Issued by {} only", roles.join(", ")));
    }
    if rules.needs_approval {
        said.push("Somebody approves each before it works".to_owned());
    }
    match rules.max_lifetime_seconds {
        Some(seconds) => said.push(format!("Ends within {} of being issued", duration_in_words(seconds))),
        None if rules.must_expire => said.push("Has an end".to_owned()),
        None => {}
    }
    if !rules.allows_all {
        said.push("Does not hold the scope all".to_owned());
    }
    if !rules.networks.is_empty() {
        let networks: Vec<_> = rules.networks.iter().map(ToString::to_string).collect();
        said.push(format!("Used only from {}", networks.join(", ")));
    }
    if let Some(idle) = rules.max_idle_days {
        said.push(format!("Switched off after {} without a use", days(i64::from(idle))));
    }
    said
}

/// Why a credential is affected.
pub(super) fn objection_in_words(objection: Objection) -> &'static str {
    match objection {
        Objection::NeverEnds => "Has no end",
        Objection::LivesTooLong => "Lives too long",
        Objection::HoldsAll => "Holds the scope all",
        Objection::UsedElsewhere => "Last used from another network",
        Objection::Idle => "Not used for too long",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_said_and_asking_for_nothing_says_nothing() {
        assert!(rules_in_words(&Rules::default()).is_empty());
        let all = Rules {
            creators: vec![Role::Owner],
            must_expire: true,
            max_lifetime_seconds: Some(90 * domain::credential::DAY_SECONDS),
            needs_approval: true,
            networks: "10.0.0.0/8".parse().unwrap_or_default(),
            max_idle_days: Some(1),
            allows_all: false,
        };
        let said = rules_in_words(&all);
        assert_eq!(said.len(), 6, "{said:?}");
        assert!(said.contains(&"Ends within 90 days of being issued".to_owned()));
        assert!(said.contains(&"Switched off after 1 day without a use".to_owned()));
    }
}
