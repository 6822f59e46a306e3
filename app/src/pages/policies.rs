//! The organization's policies: the list, and one policy with its preview.

use super::{done, in_path, query, query_all, refusal_of};
use crate::{
    credentials::{kind_labels, sentence_case},
    error::{AppError, ErrorKind},
    layout::{PageHead, signed_in_page},
    policies::{DryRunPanel, ExceptionForm, Exceptions, GrantException, PolicyForm, SavePolicy, asked, rules_in_words},
    server_side::{OwnerNames, refused, service},
    ui::{ButtonLink, Callout, ExactTime, Toast},
};
use domain::{
    Timestamp,
    access::{Action, Role},
    credential::CredentialKind,
    policy::{Policy, PolicyDraft, Rules},
};
use leptos::prelude::*;

/// One panel per kind, then the exceptions.
#[component]
pub(crate) fn PoliciesPage() -> impl IntoView {
    let (slug, refusal) = (in_path("slug"), refusal_of::<GrantException>());
    let named = query("except").unwrap_or_default();
    let toast = [
        ("saved", "Saved. New credentials keep it from now on."),
        ("excepted", "The exception counts from the next call."),
        ("ended", "Ended. The policy counts again."),
    ];
    let toast = toast.into_iter().find_map(|(name, words)| done(name).map(|_| words));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let policies = service()?.policies().list(&context.caller).await.map_err(refused)?;
        let may_change = context.may(Action::ManagePolicies);
        let exceptions = match may_change {
            true => service()?.policies().exceptions(&context.caller).await.map_err(refused)?,
            false => Vec::new(),
        };
        let panels = CredentialKind::ALL.map(|kind| {
            let change = may_change.then(|| format!("/orgs/{slug}/policies/{kind}"));
            view! { <PolicyPanel kind=kind policy=policies.of(kind).clone() change=change now=context.now/> }
        });
        Ok(view! {
            <PageHead title="Policies" lead="What the organization asks of its credentials. New ones keep it at once; those that exist are given notice."/>
            <div class="stack">
                {panels.collect_view()}
                {(!exceptions.is_empty()).then(|| view! { <Exceptions slug=slug.clone() exceptions=exceptions now=context.now/> })}
                {may_change.then(|| view! { <ExceptionForm slug=slug credential=named now=context.now refusal=refusal/> })}
            </div>
            {toast.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}

#[component]
fn PolicyPanel(kind: CredentialKind, policy: Policy, change: Option<String>, now: Timestamp) -> impl IntoView {
    let title = format!("{}s", sentence_case(kind.rules().title));
    let rules = policy.in_force(now).map(|version| version.rules.clone()).unwrap_or_default();
    let heading = format!("policy-{kind}");
    let labeled_by = heading.clone();
    let label = format!("Change the policy for {}s", kind.rules().title);
    view! {
        <section class="panel" aria-labelledby=labeled_by>
            <div class="panel-head">
                <h2 class="panel-title" id=heading>{title}</h2>
                {change.map(|href| view! { <ButtonLink href=href>"Change"<span class="unseen">" "{label}</span></ButtonLink> })}
            </div>
            <div class="panel-body stack">
                <Said rules=rules/>
                {policy.coming(now).map(|version| {
                    let (at, warns_at, rules) = (version.enforced_at, version.warns_at, version.rules.clone());
                    let by = version.announced_by.name.to_string();
                    view! {
                        <Callout>
                            <p class="callout-title">"From "<ExactTime at=at/></p>
                            <Said rules=rules/>
                            <p class="callout-note">
                                "Announced by "<bdi>{by}</bdi>
                                {if warns_at > now { view! { ". Replies warn from "<ExactTime at=warns_at/>"." }.into_any() } else { view! { ". Replies warn now." }.into_any() }}
                            </p>
                        </Callout>
                    }
                })}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Said(rules: Rules) -> impl IntoView {
    let said = rules_in_words(&rules);
    if said.is_empty() {
        return view! { <p class="text-muted">"Nothing is asked."</p> }.into_any();
    }
    view! { <ul class="bullets">{said.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul> }
        .into_any()
}

/// The preview of what was entered, then the form.
#[component]
pub(crate) fn PolicyPage() -> impl IntoView {
    let (slug, kind) = (in_path("slug"), in_path("kind"));
    let refusal = refusal_of::<SavePolicy>();
    let tried = query("try").is_some();
    let draft = kind.parse::<CredentialKind>().ok().map(|kind| asked(kind, query, query_all));
    signed_in_page(move |context| async move {
        context.own_slug(&slug)?;
        let missing = || AppError::new(ErrorKind::Missing, "There is no such kind of credential.");
        let draft = draft.ok_or_else(missing)?;
        let kind: CredentialKind = kind.parse().map_err(|_| missing())?;
        let policies = service()?.policies().list(&context.caller).await.map_err(refused)?;
        let known = policies.of(kind);
        let now_asked = known.coming(context.now).or_else(|| known.in_force(context.now));
        let current = of_rules(kind, &now_asked.map(|version| version.rules.clone()).unwrap_or_default());
        let path = format!("/orgs/{slug}/policies/{kind}");
        let (mut form, mut error, mut panel) = (current, None, None);
        if tried {
            let found = match &draft {
                Ok(draft) => service()?.policies().dry_run(&context.caller, draft).await.map_err(refused),
                Err(error) => Err(error.clone()),
            };
            if let Ok(draft) = &draft {
                form = draft.clone();
            }
            match (draft, found) {
                (Ok(draft), Ok(found)) => {
                    let names = OwnerNames::find(&context).await;
                    panel = Some(view! {
                        <DryRunPanel slug=slug.clone() draft=draft found=found names=names now=context.now refusal=refusal/>
                    });
                }
                (_, Err(refusal)) | (Err(refusal), _) => error = Some(refusal),
            }
        }
        let crumbs = vec![(format!("/orgs/{slug}/policies"), "Policies".to_owned())];
        let title = format!("Policy for {}s", kind.rules().title);
        let lead = format!("What is asked of every {} of the organization.", kind_labels(kind).noun);
        Ok(view! {
            <PageHead title=title lead=lead crumbs=crumbs/>
            <div class="stack">
                {panel}
                <PolicyForm path=path kind=kind draft=form error=error/>
            </div>
        }
        .into_any())
    })
}

/// Current rules as initial values of the form.
fn of_rules(kind: CredentialKind, rules: &Rules) -> PolicyDraft {
    PolicyDraft {
        kind: Some(kind),
        creators: Some(rules.creators.iter().copied().map(Role::as_str).map(str::to_owned).collect()),
        must_expire: rules.must_expire,
        max_lifetime_seconds: rules.max_lifetime_seconds,
        needs_approval: rules.needs_approval,
        networks: rules.networks.iter().map(ToString::to_string).collect(),
        max_idle_days: rules.max_idle_days,
        allows_all: Some(rules.allows_all),
        notice_days: None,
        warning_days: None,
        confirm_affected: None,
        acknowledge_own_credential: false,
    }
}
