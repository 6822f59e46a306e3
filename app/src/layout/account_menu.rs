//! The account menu at the bottom of the sidebar: who is signed in, and signing out.

use super::{initial, posts_to};
use crate::{
    accounts::SignOut,
    forms::PostForm,
    server_side::PageContext,
    ui::{Glyph, Icon, Menu, MenuLink},
};
use leptos::prelude::*;

#[component]
pub(super) fn AccountMenu(context: PageContext) -> impl IntoView {
    let name = context.caller.actor.name().to_string();
    let email = context.account.email.to_string();
    let is_operator = context.is_operator;
    let note = context.caller.actor.role().map_or("Application", |role| role.title()).to_owned();
    let trigger = view! {
        <span class="avatar avatar-round" aria-hidden="true">{initial(&name)}</span>
        <span class="entry flex-1">
            <span class="entry-name" dir="auto" title=name.clone()>{name.clone()}</span>
            <span class="entry-note" dir="auto">{note}</span>
        </span>
        <span class="unseen">", your account"</span>
        <Icon glyph=Glyph::Chevrons/>
    }
    .into_any();
    view! {
        <Menu id="account-menu" class="rail-account" from_start=true trigger=trigger>
            <p class="menu-heading menu-email" title=email.clone()><bdi>{email.clone()}</bdi></p>
            <MenuLink href="/settings/sessions".to_owned() glyph=Glyph::Screen>"My sessions"</MenuLink>
            {is_operator.then(|| view! {
                <MenuLink href="/platform/signing-keys".to_owned() glyph=Glyph::Key>"Signing keys"</MenuLink>
            })}
            <div class="menu-line"></div>
            <PostForm action={posts_to::<SignOut>()}>
                <button class="menu-item" data-command="Sign out">
                    <Icon glyph=Glyph::SignOut/>
                    "Sign out"
                </button>
            </PostForm>
        </Menu>
    }
    .into_any()
}
