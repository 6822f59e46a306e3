//! Labels, icon and sentences for each kind of credential. The rules of a kind are in `KindRules`.

use crate::ui::Glyph;
use domain::credential::CredentialKind;

#[derive(Clone, Copy, Debug)]
pub struct KindLabels {
    /// Short noun for use within a sentence, where the full name is already known.
    pub noun: &'static str,
    /// Title of the list.
    pub title: &'static str,
    /// Sentence under the title of the list.
    pub lead: &'static str,
    /// Label of the button that creates one.
    pub issue: &'static str,
    /// Title of the page with the create form.
    pub issue_title: &'static str,
    /// Heading of the live summary.
    pub your_new: &'static str,
    /// Title of the empty list.
    pub none_yet: &'static str,
    /// Sentence in the empty list that says what this kind is for.
    pub purpose: &'static str,
    /// Example names that say where the credential is used.
    pub name_examples: &'static str,
    /// Caption of the list, for screen readers.
    pub caption: &'static str,
    /// Environment variable that conventionally holds the secret.
    pub variable: &'static str,
    /// Name of the file that the secret is saved as.
    pub file: &'static str,
    pub glyph: Glyph,
}

const TOKEN: KindLabels = KindLabels {
    noun: "token",
    title: "My tokens",
    lead: "Personal access tokens act for you: a script, a pipeline or a tool presents one instead of your password.",
    issue: "Issue token",
    issue_title: "Issue a token",
    your_new: "Your new token",
    none_yet: "No tokens yet",
    purpose: "A token lets a program act for you, with only the scopes you choose and only for as long as you say. You see its secret once.",
    name_examples: "“CI deploy”, “Laptop backup”",
    caption: "Your personal access tokens",
    variable: "MINTMARK_TOKEN",
    file: "mintmark-token.env",
    glyph: Glyph::Person,
};

const API_KEY: KindLabels = KindLabels {
    noun: "API key",
    title: "API keys",
    lead: "API keys stand for the organization's applications and integrations. They go on working when people leave.",
    issue: "Issue API key",
    issue_title: "Issue an API key",
    your_new: "Your new API key",
    none_yet: "No API keys yet",
    purpose: "An API key lets an application or integration call APIs in the organization's name, with only the scopes you choose. You see its secret once.",
    name_examples: "“Zapier CRM sync”, “Checkout backend”",
    caption: "The organization's API keys",
    variable: "MINTMARK_API_KEY",
    file: "mintmark-api-key.env",
    glyph: Glyph::Key,
};

const CLIENT: KindLabels = KindLabels {
    noun: "client",
    title: "M2M clients",
    lead: "M2M clients stand for services and devices. They prove who they are and get access tokens that live minutes.",
    issue: "Issue client",
    issue_title: "Issue an M2M client",
    your_new: "Your new client",
    none_yet: "No M2M clients yet",
    purpose: "A client lets a service or device ask for short-lived access tokens, with a secret or with its own key. You see its secret once.",
    name_examples: "“Invoice service”, “Thermostat line 4”",
    caption: "The organization's M2M clients",
    variable: "MINTMARK_CLIENT_SECRET",
    file: "mintmark-client.env",
    glyph: Glyph::Client,
};

pub fn kind_labels(kind: CredentialKind) -> &'static KindLabels {
    match kind {
        CredentialKind::PersonalAccessToken => &TOKEN,
        CredentialKind::ApiKey => &API_KEY,
        CredentialKind::Client => &CLIENT,
    }
}

/// Capitalizes the first letter.
pub fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_starts_with_a_capital_and_keeps_the_rest() {
        assert_eq!(sentence_case("token"), "Token");
        assert_eq!(sentence_case("API key"), "API key");
        assert_eq!(sentence_case(""), "");
    }

    #[test]
    fn every_kind_is_spoken_of_in_its_own_words() {
        for kind in CredentialKind::ALL {
            assert!(kind_labels(kind).issue.ends_with(kind_labels(kind).noun), "{kind}");
        }
    }
}
