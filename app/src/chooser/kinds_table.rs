//! Compares the three kinds: what each represents, what it may do and how long it lives.

use crate::{
    credentials::{kind_labels, sentence_case},
    ui::{ButtonLink, Icon},
};
use domain::credential::CredentialKind;
use leptos::prelude::*;

/// Row heading, then the cell for personal access token, API key and client.
const ROWS: [(&str, [&str; 3]); 7] = [
    (
        "Represents",
        ["A person, or a service account", "The organization's application or integration", "A service or a device"],
    ),
    ("Owner", ["You, in this organization", "The organization", "The organization"]),
    (
        "Rights when used",
        [
            "Its scopes, and never more than its owner may do at that moment",
            "Its scopes",
            "The scopes of its access token, at most its own",
        ],
    ),
    (
        "How it is used",
        [
            "As Bearer, or as the password of git, Maven and Docker",
            "As Bearer or in X-API-Key",
            "Asks for an access token with a secret or its own key, then uses that",
        ],
    ),
    (
        "Life",
        [
            "Ends on a date; 90 days unless you say otherwise",
            "Until rolled or revoked; an end if you want one",
            "Until revoked; its access tokens live minutes",
        ],
    ),
    ("User context", ["Yes: calls name the person and the token", "No", "No"]),
    ("When the owner leaves", ["Stops at once", "Goes on", "Goes on"]),
];

/// One column per kind, with a link to create it.
#[component]
pub(crate) fn KindsTable(
    /// URL of the form for each kind that the viewer may create.
    places: Vec<(CredentialKind, String)>,
) -> impl IntoView {
    let link = move |kind: CredentialKind| {
        let place = places.iter().find(|(own, _)| *own == kind).map(|(_, href)| href.clone());
        match place {
            Some(href) => view! { <ButtonLink href=href>{kind_labels(kind).issue}</ButtonLink> }.into_any(),
            None => view! { <span class="text-faint">"Ask an Owner or Admin"</span> }.into_any(),
        }
    };
    view! {
        <section class="panel">
            <table class="table kinds">
                <caption class="unseen">"The three kinds of credential side by side"</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="unseen">"Compared by"</span></th>
                        {CredentialKind::ALL
                            .map(|kind| view! {
                                <th scope="col">
                                    <span class="kinds-head"><Icon glyph=kind_labels(kind).glyph/>{sentence_case(kind.rules().title)}</span>
                                </th>
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {ROWS
                        .into_iter()
                        .map(|(question, answers)| view! {
                            <tr>
                                <th scope="row">{question}</th>
                                {CredentialKind::ALL
                                    .into_iter()
                                    .zip(answers)
                                    .map(|(kind, answer)| view! { <td data-label=sentence_case(kind.rules().title)>{answer}</td> })
                                    .collect_view()}
                            </tr>
                        })
                        .collect_view()}
                    <tr>
                        <th scope="row"><span class="unseen">"Issue one"</span></th>
                        {CredentialKind::ALL
                            .map(|kind| view! { <td data-label=sentence_case(kind.rules().title)>{link(kind)}</td> })
                            .collect_view()}
                    </tr>
                </tbody>
            </table>
        </section>
    }
    .into_any()
}
