//! “Which one do I need?”

use super::{new_credential::with_prefill, query, query_all};
use crate::{
    chooser::{AdvicePanel, KindsTable, NoAdvice, OperationsForm},
    credentials::Prefill,
    layout::{PageHead, signed_in_page},
    server_side::{CredentialPages, PageContext, refused, service},
};
use domain::{access::Action, credential::CredentialKind, operation::Advice};
use leptos::prelude::*;

#[component]
pub(crate) fn ChooserPage() -> impl IntoView {
    let picked: Vec<String> = query_all("op").into_iter().take(500).collect();
    let (is_service, name) = (query("service").is_some(), query("name").unwrap_or_default());
    signed_in_page(move |context| async move {
        let catalog = service()?.apis().show_catalog(&context.caller).await.map_err(refused)?;
        let asked = !picked.is_empty();
        let answer = if asked {
            Some(service()?.apis().advise(&context.caller, &picked, is_service).await.map_err(refused))
        } else {
            None
        };
        let places = places(&context);
        let answer = answer.map(|answer| match answer {
            Ok(advice) => {
                let href = prefilled(&advice, &places, &name);
                view! { <AdvicePanel advice=advice href=href/> }.into_any()
            }
            Err(error) => view! { <NoAdvice words=error.in_words()/> }.into_any(),
        });
        Ok(view! {
            <PageHead title="Which one do I need?" lead="A token stands for a person, an API key for an application, a client for a service. Say what your program does and we name the one that fits."/>
            <div class="stack">
                {answer}
                {if asked {
                    view! {
                        <OperationsForm catalog=catalog picked=picked is_service=is_service name=name/>
                        <KindsTable places=places/>
                    }.into_any()
                } else {
                    view! {
                        <KindsTable places=places/>
                        <OperationsForm catalog=catalog picked=picked is_service=is_service name=name/>
                    }.into_any()
                }}
            </div>
        }
        .into_any())
    })
}

/// URL of the create form for each kind the person may create.
fn places(context: &PageContext) -> Vec<(CredentialKind, String)> {
    CredentialKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let (action, pages) = match kind {
                CredentialKind::PersonalAccessToken => (Action::IssueOwnToken, CredentialPages::mine()),
                kind => (Action::Issue(kind), CredentialPages::of(&context.slug(), kind)),
            };
            context.may(action).then(|| (kind, format!("{}/new", pages.base)))
        })
        .collect()
}

fn prefilled(advice: &Advice, places: &[(CredentialKind, String)], name: &str) -> Option<String> {
    let kind = advice.recommended?;
    let (_, base) = places.iter().find(|(own, _)| *own == kind)?;
    let scopes = advice.scopes.iter().map(ToString::to_string).collect();
    Some(with_prefill(base, &Prefill { name: name.to_owned(), description: String::new(), scopes }))
}
