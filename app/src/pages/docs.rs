//! The documentation. Signed-in readers see examples with their own URLs.

use super::{in_path, query};
use crate::{
    docs::{
        GroupView, GuideList, GuideView, OperationList, Places, QuickStart, Section, SectionLinks, VerdictTable,
        Verification, groups, guides,
    },
    error::AppError,
    layout::{PageHead, open_page},
    server_side::{PageContext, missing, service},
};
use domain::credential::CredentialKind;
use leptos::prelude::*;

fn places(context: Option<&PageContext>) -> Result<Places, AppError> {
    let slug = context.map(PageContext::slug).filter(|slug| !slug.is_empty());
    Ok(Places { origin: service()?.issuer().to_owned(), slug })
}

fn part(section: Section, lead: &'static str, content: AnyView) -> AnyView {
    view! {
        <PageHead title=section.title() lead=lead/>
        <SectionLinks here=section/>
        <div class="stack docs">{content}</div>
    }
    .into_any()
}

#[component]
pub(crate) fn DocsPage() -> impl IntoView {
    let kind = query("kind").and_then(|kind| kind.parse().ok()).unwrap_or(CredentialKind::PersonalAccessToken);
    open_page(move |context| async move {
        let content = view! { <QuickStart kind=kind places=places(context.as_ref())?/> }.into_any();
        Ok(part(Section::QuickStart, "From nothing to the first call, with each kind of credential.", content))
    })
}

/// For API teams.
#[component]
pub(crate) fn VerificationPage() -> impl IntoView {
    open_page(move |context| async move {
        let content = view! { <Verification places=places(context.as_ref())?/> }.into_any();
        Ok(part(Section::Verification, "How your API finds out whether a credential is good, and for what.", content))
    })
}

/// Meaning of each verdict code.
#[component]
pub(crate) fn VerdictsPage() -> impl IntoView {
    open_page(move |_| async move {
        let lead =
            "What is said of a presented credential, and what to do about it. The first cause that applies is told.";
        Ok(part(Section::Verdicts, lead, view! { <VerdictTable/> }.into_any()))
    })
}

#[component]
pub(crate) fn ReferencePage() -> impl IntoView {
    open_page(move |_| async move {
        let content = view! {
            <p class="text-muted">
                "The same as an OpenAPI document: "<a class="link" href="/v1/openapi.json" rel="external"><code>"/v1/openapi.json"</code></a>"."
            </p>
            <OperationList groups=groups()/>
        };
        Ok(part(
            Section::Api,
            "Every operation of Mintmark's own API, and the scope that it needs.",
            content.into_any(),
        ))
    })
}

#[component]
pub(crate) fn ReferenceGroupPage() -> impl IntoView {
    let key = in_path("group");
    open_page(move |context| async move {
        let group = groups().iter().find(|group| group.key == key).ok_or_else(missing)?;
        let crumbs = vec![(Section::Api.path().to_owned(), Section::Api.title().to_owned())];
        let places = places(context.as_ref())?;
        Ok(view! {
            <PageHead title=group.title.as_str() crumbs=crumbs/>
            <SectionLinks here=Section::Api/>
            <div class="stack docs"><GroupView group=group places=places/></div>
        }
        .into_any())
    })
}

#[component]
pub(crate) fn GuidesPage() -> impl IntoView {
    open_page(move |_| async move {
        let lead = "How to run Mintmark, call its API, and judge its security.";
        Ok(part(Section::Guides, lead, view! { <GuideList guides=guides()/> }.into_any()))
    })
}

#[component]
pub(crate) fn GuidePage() -> impl IntoView {
    let slug = in_path("guide");
    open_page(move |_| async move {
        let guide = guides().iter().find(|guide| guide.slug == slug).ok_or_else(missing)?;
        let crumbs = vec![(Section::Guides.path().to_owned(), Section::Guides.title().to_owned())];
        Ok(view! {
            <PageHead title=guide.title.as_str() crumbs=crumbs/>
            <SectionLinks here=Section::Guides/>
            <div class="stack docs"><GuideView guide=guide/></div>
        }
        .into_any())
    })
}
