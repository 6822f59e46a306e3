//! The list of keyboard shortcuts, and the switch that turns single-key shortcuts off (WCAG 2.1.4). The browser stores
//! the switch.

use super::{browser, finder::Finder};
use crate::ui::{Button, Choice, Dialog};
use leptos::prelude::*;

const KEYS: [(&[&str], &str); 7] = [
    (&["?"], "This list"),
    (&["/"], "Search on this page"),
    (&["c"], "The page's main action, such as Issue token"),
    (&["j"], "Next row"),
    (&["k"], "Row before"),
    (&["x"], "Select the row"),
    (&["Enter"], "Open the row"),
];

/// Opens on request.
#[component]
pub(super) fn Shortcuts(finder: Finder) -> impl IntoView {
    let node = finder.keys_dialog;
    view! {
        <Dialog node=node id="shortcuts-title" title="Keyboard shortcuts" held=false on:close=move |_| finder.shows_keys.set(false)>
            <Show when=move || finder.shows_keys.get()>
                <List/>
                <div class="dialog-foot">
                    <Button kind="button" on:click=move |_| {
                        if let Some(dialog) = node.get_untracked() {
                            dialog.close();
                        }
                    }>"Close"</Button>
                </div>
            </Show>
        </Dialog>
    }
    .into_any()
}

#[component]
fn List() -> impl IntoView {
    let on = RwSignal::new(browser::keys_are_on());
    Effect::new(move || browser::keep_keys_on(on.get()));
    let pages = browser::keys_of_pages();
    view! {
        <div class="dialog-body keys">
            <Choice name="single-keys" state=on checked=on.get_untracked() help="Switch them off if a screen reader or speech input uses the same keys. Control or Command with K always works.">
                "Use single keys"
            </Choice>
            <dl class="keys-list">
                <Line keys=vec!["Ctrl or ⌘".to_owned(), "K".to_owned()] words="Jump to a page, action or credential".to_owned()/>
                {KEYS
                    .into_iter()
                    .map(|(keys, words)| {
                        view! { <Line keys=keys.iter().map(|key| (*key).to_owned()).collect() words=words.to_owned()/> }
                    })
                    .collect_view()}
                {pages
                    .into_iter()
                    .map(|(letter, words)| view! { <Line keys=vec!["g".to_owned(), letter.to_string()] words=words/> })
                    .collect_view()}
            </dl>
        </div>
    }
    .into_any()
}

#[component]
fn Line(keys: Vec<String>, words: String) -> impl IntoView {
    view! {
        <div>
            <dt>{words}</dt>
            <dd>{keys.into_iter().map(|key| view! { <kbd class="key">{key}</kbd> }).collect_view()}</dd>
        </div>
    }
    .into_any()
}
