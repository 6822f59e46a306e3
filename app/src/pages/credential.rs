//! One credential of any kind: what it is, its secrets, its rights, its name, and the ways to stop it.

use super::{done, id_in_path, query_all, refusal_of};
use crate::{
    credentials::{
        CancelRoll, DangerZone, DisableCredential, EditCredential, EditForm, EditRights, EnableCredential, Facts,
        FinishRoll, RightsForm, Secrets,
    },
    layout::{PageHead, desk_page},
    server_side::{Desk, OwnerNames, Place, Which, offer, path, refused, service, words},
    ui::Toast,
};
use domain::{access::Action, credential::CredentialKind};
use leptos::prelude::*;

/// What can have been done just now, and what is said of it.
const DONE: [(&str, &str); 6] = [
    ("saved", "Saved. It counts from the next call."),
    ("rolled", "Rolled. The new secret waits for its first use."),
    ("cancelled", "Roll cancelled. The new secret is refused."),
    ("finished", "Roll finished. Only the newest secret works."),
    ("disabled", "Disabled. It is refused until somebody enables it."),
    ("enabled", "Enabled. It works again."),
];

fn change_action(place: &Place) -> Action {
    match place.which {
        Which::Mine => Action::ChangeOwnToken,
        Which::ServiceAccount(_) => Action::ManageServiceAccounts,
        Which::Of(kind) => Action::Change(kind),
    }
}

fn may_change(desk: &Desk, place: &Place) -> bool {
    desk.may(change_action(place))
}

/// Facts, secrets, rights, name, danger zone.
#[component]
pub(crate) fn CredentialPage() -> impl IntoView {
    let (id, just_done) = (id_in_path(), DONE.iter().find(|(name, _)| done(name).is_some()).map(|(_, words)| *words));
    let wanted: Vec<String> = query_all("scopes").iter().flat_map(|scopes| words(scopes)).collect();
    let (at_name, at_rights) = (refusal_of::<EditCredential>(), refusal_of::<EditRights>());
    let at_roll = refusal_of::<CancelRoll>().or_else(refusal_of::<FinishRoll>);
    let at_switch = refusal_of::<DisableCredential>().or_else(refusal_of::<EnableCredential>);
    desk_page(move |desk| async move {
        let place = desk.place(&path())?;
        let credential = service()?.show(&desk.caller, place.which, &id).await.map_err(refused)?;
        let owner = OwnerNames::find(&desk).await.of(&credential);
        let editable = may_change(&desk, &place) && !credential.status(desk.now).is_final();
        let offer = if editable { Some(offer(&desk, &place).await?) } else { None };
        let (at, page) = (place.base.clone(), place.page(credential.id));
        let kind_note = (place.kind() != CredentialKind::PersonalAccessToken).then(|| place.kind().rules().title);
        let lead = if credential.description.as_str().is_empty() {
            kind_note.map(crate::credentials::sentence_case).unwrap_or_default()
        } else {
            credential.description.to_string()
        };
        Ok(view! {
            <PageHead title=credential.name.to_string() lead=lead crumbs=place.crumbs()/>
            <div class="stack">
                <Facts credential=credential.clone() owner=owner now=desk.now/>
                <Secrets
                    credential=credential.clone()
                    at=at.clone()
                    page=page.clone()
                    may_change=editable
                    now=desk.now
                    refusal=at_roll
                />
                {offer.map(|offer| view! {
                    <RightsForm credential=credential.clone() place=at.clone() offer=offer wanted=wanted refusal=at_rights/>
                    <EditForm credential=credential.clone() place=at.clone() refusal=at_name/>
                    <DangerZone credential=credential.clone() at=at.clone() page=page now=desk.now refusal=at_switch/>
                })}
            </div>
            {just_done.map(|words| view! { <Toast>{words}</Toast> })}
        }
        .into_any())
    })
}
