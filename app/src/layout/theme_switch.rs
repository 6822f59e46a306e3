//! Switches between light, dark and the system's theme. Three buttons of a form, so it works without script.

use super::posts_to;
use crate::{
    accounts::SetTheme,
    forms::PostForm,
    server_side::{Theme, path, theme},
    ui::{Glyph, Icon},
};
use leptos::prelude::*;

#[component]
pub(super) fn ThemeSwitch() -> impl IntoView {
    let chosen = theme();
    view! {
        <PostForm class="theme" action={posts_to::<SetTheme>()}>
            <span id="theme-label">"Theme"</span>
            <input type="hidden" name="back" value=path()/>
            <div class="theme-set" role="group" aria-labelledby="theme-label">
                {Theme::ALL
                    .into_iter()
                    .map(|theme| {
                        let (glyph, label, command) = match theme {
                            Theme::System => (Glyph::System, "As the system", "Use the system's theme"),
                            Theme::Light => (Glyph::Sun, "Light", "Use the light theme"),
                            Theme::Dark => (Glyph::Moon, "Dark", "Use the dark theme"),
                        };
                        let command = (theme != chosen).then_some(command);
                        let pressed = if theme == chosen { "true" } else { "false" };
                        view! {
                            <button name="theme" value=theme.as_str() aria-label=label title=label aria-pressed=pressed data-command=command>
                                <Icon glyph=glyph/>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </PostForm>
    }
    .into_any()
}
