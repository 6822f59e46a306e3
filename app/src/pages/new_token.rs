//! Issuing a personal access token.

use crate::{
    credentials::IssueForm,
    layout::{PageHead, desk_page},
};
use leptos::prelude::*;

/// The form with its summary.
#[component]
pub(crate) fn NewTokenPage() -> impl IntoView {
    desk_page(|desk| async move {
        let organisation = desk.membership().map(|membership| membership.org.name.to_string()).unwrap_or_default();
        let grantable = desk.caller.actor.holds().iter().map(ToString::to_string).collect();
        Ok(view! {
            <PageHead
                title="Issue a token"
                lead="Choose what it may do and for how long. The secret is shown once, at the end."
                crumbs=vec![("/settings/tokens".to_owned(), "My tokens".to_owned())]
            />
            <IssueForm
                owner=desk.caller.actor.name().to_string()
                organisation=organisation
                grantable=grantable
                now_millis=desk.now.millis()
            />
        }
        .into_any())
    })
}
