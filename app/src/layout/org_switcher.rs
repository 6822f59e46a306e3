//! Shows the current organization and switches to another one. Each organization is a button of its own form.

use super::{initial, posts_to};
use crate::{
    accounts::SwitchOrg,
    forms::PostForm,
    server_side::PageContext,
    ui::{Glyph, Icon, Menu, MenuLink},
};
use leptos::prelude::*;

#[component]
pub(super) fn OrgSwitcher(context: PageContext) -> impl IntoView {
    let current = context.membership().map(|membership| membership.org.clone());
    let name = current.as_ref().map_or_else(|| "No organization".to_owned(), |org| org.name.to_string());
    let trigger = view! {
        <span class="avatar" aria-hidden="true">{initial(&name)}</span>
        <span class="rail-switch-name" dir="auto" title=name.clone()>{name.clone()}</span>
        <span class="unseen">", change organization"</span>
        <Icon glyph=Glyph::Chevrons/>
    }
    .into_any();
    view! {
        <Menu id="org-menu" class="rail-switch" from_start=true trigger=trigger>
            <p class="menu-heading">"Organizations"</p>
            {context
                .memberships
                .into_iter()
                .map(|membership| {
                    let org = membership.org;
                    let here = current.as_ref().is_some_and(|current| current.id == org.id);
                    view! {
                        <PostForm action={posts_to::<SwitchOrg>()}>
                            <input type="hidden" name="org" value=org.id.to_string()/>
                            <button class="menu-item" aria-current=here.then_some("true") data-command=(!here).then(|| format!("Switch to {}", org.name))>
                                <span class="avatar" aria-hidden="true">{initial(org.name.as_str())}</span>
                                <span class="rail-switch-name" dir="auto">{org.name.to_string()}</span>
                                {here.then(|| view! { <Icon glyph=Glyph::Check/> })}
                            </button>
                        </PostForm>
                    }
                })
                .collect_view()}
            <div class="menu-line"></div>
            <MenuLink href="/settings/orgs/new".to_owned() glyph=Glyph::Plus>"New organization"</MenuLink>
        </Menu>
    }
    .into_any()
}
