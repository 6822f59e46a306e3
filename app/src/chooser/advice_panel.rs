//! The recommendation: which kind, why, with which scopes, and why not the other kinds.

use crate::{
    credentials::{ScopeChips, kind_labels, sentence_case},
    ui::{ButtonLink, Callout, CalloutTone, Glyph, Icon, Look},
};
use domain::{
    credential::CredentialKind,
    operation::{Advice, KindAdvice},
};
use leptos::prelude::*;

/// The recommendation, with a link to the prefilled form.
#[component]
pub(crate) fn AdvicePanel(
    advice: Advice,
    /// Link to the prefilled form. `None` if the viewer may not create this kind.
    href: Option<String>,
) -> impl IntoView {
    let title = match advice.recommended {
        Some(CredentialKind::PersonalAccessToken) => "Take a personal access token".to_owned(),
        Some(kind) => format!("Take an {}", kind.rules().title),
        None => "You need two credentials".to_owned(),
    };
    let issue = advice.recommended.map(|kind| kind_labels(kind).issue);
    view! {
        <section class="panel advice" aria-labelledby="advice-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="advice-heading">{title}</h2>
                    <p class="panel-lead">{advice.because}</p>
                </div>
                {match (href, issue) {
                    (Some(href), Some(issue)) => view! { <ButtonLink href=href look=Look::Primary>{issue}</ButtonLink> }.into_any(),
                    _ => ().into_any(),
                }}
            </div>
            <div class="panel-body form form-tight">
                <div>
                    <p class="field-label">"It needs these scopes"</p>
                    <ScopeChips scopes=advice.scopes shown=20/>
                </div>
                <ul class="advice-kinds">
                    {advice
                        .kinds
                        .into_iter()
                        .map(|KindAdvice { kind, fits, because }| view! {
                            <li class:is-not=!fits>
                                <Icon glyph={if fits { Glyph::Check } else { Glyph::Ban }}/>
                                <span>
                                    <strong>{sentence_case(kind.rules().title)}{if fits { " can do it. " } else { " cannot. " }}</strong>
                                    {because}
                                </span>
                            </li>
                        })
                        .collect_view()}
                </ul>
            </div>
        </section>
    }
    .into_any()
}

/// Explains why there is no recommendation.
#[component]
pub(crate) fn NoAdvice(words: String) -> impl IntoView {
    view! { <Callout tone=CalloutTone::Warn><p>{words}</p></Callout> }
}
