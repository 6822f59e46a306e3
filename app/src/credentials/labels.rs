//! What people call a credential: its name, description and team.
//!
//! Owns: these fields, from the control to the request, in the form that creates a credential and in the form that
//! edits one, and how they are shown. A new one is added here.

#[cfg(any(feature = "hydrate", test))]
use super::draft::Draft;
use serde::{Deserialize, Serialize};

/// The fields as entered. An absent field of an existing credential stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LabelsDraft {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub team: Option<String>,
}

#[cfg(any(feature = "hydrate", test))]
impl LabelsDraft {
    /// The values of the controls of the create form.
    pub(super) fn read(draft: &Draft) -> Self {
        let text = |name| draft.value(name).to_owned();
        Self { name: text("name"), description: Some(text("description")), team: Some(text("team")) }
    }
}

#[cfg(feature = "ssr")]
pub(super) use self::on_the_server::{EditLabels, NewLabels, POINTERS, TeamDetail, TeamNote};

#[cfg(feature = "ssr")]
mod on_the_server {
    use super::LabelsDraft;
    use crate::{
        forms::Refused,
        ui::{TextArea, TextField},
    };
    use domain::credential::{Edit, Grant, Issue};
    use leptos::prelude::*;

    /// The controls of the create form.
    #[component]
    pub(in crate::credentials) fn NewLabels(labels: LabelsDraft, name_help: String) -> impl IntoView {
        view! {
            <TextField id="token-name" name="name" label="Name" value=labels.name help=name_help at="/name"/>
            <TextArea
                id="token-description"
                name="description"
                label="Description"
                value=labels.description.unwrap_or_default()
                at="/description"
            />
            <TextField
                id="token-team"
                name="team"
                label="Team"
                optional=true
                value=labels.team.unwrap_or_default()
                help="To find its credentials again: lists can be filtered by it."
                at="/team"
            />
        }
    }

    /// Pointers of the fields, for the summary of errors.
    pub(in crate::credentials) const POINTERS: &[&str] = &["/name", "/description", "/team"];

    /// The controls of the edit form.
    #[component]
    pub(in crate::credentials) fn EditLabels(labels: LabelsDraft, refused: Refused) -> impl IntoView {
        view! {
            <TextField id="name" name="labels[name]" label="Name" value=labels.name error=refused.at("/name")/>
            <TextArea
                id="description"
                name="labels[description]"
                label="Description"
                value=labels.description.unwrap_or_default()
                error=refused.at("/description")
            />
            <TextField
                id="team"
                name="labels[team]"
                label="Team"
                optional=true
                value=labels.team.unwrap_or_default()
                error=refused.at("/team")
            />
        }
    }

    /// The team among the details.
    #[component]
    pub(in crate::credentials) fn TeamDetail(team: Option<String>) -> impl IntoView {
        team.map(|team| view! { <dt>"Team"</dt><dd dir="auto">{team}</dd> })
    }

    /// The team behind the name, in a list.
    #[component]
    pub(in crate::credentials) fn TeamNote(team: Option<String>) -> impl IntoView {
        team.map(|team| view! { " · "<bdi>{team}</bdi> })
    }

    impl LabelsDraft {
        pub(crate) fn of(grant: &Grant) -> Self {
            Self {
                name: grant.name.to_string(),
                description: Some(grant.description.to_string()),
                team: grant.team.as_ref().map(ToString::to_string),
            }
        }

        /// The part of a request that creates a credential.
        pub(crate) fn issue(self) -> Issue {
            Issue {
                name: self.name,
                description: self.description.unwrap_or_default(),
                team: self.team.unwrap_or_default().trim().to_owned(),
                ..Issue::default()
            }
        }

        /// The request that changes only these fields.
        pub(crate) fn edit(self) -> Edit {
            let team = self.team.map(|team| team.trim().to_owned());
            Edit { name: Some(self.name), description: self.description, team, ..Edit::default() }
        }
    }
}
