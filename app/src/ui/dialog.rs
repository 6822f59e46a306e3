//! The native modal dialog. The island that shows it opens and closes it through `node`.

use leptos::{html, prelude::*};

/// A modal dialog with a title. While `held`, neither a key nor a click outside closes it.
#[component]
pub fn Dialog(
    /// For `show_modal` and `close`.
    node: NodeRef<html::Dialog>,
    /// ID of the title; unique on the page.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] held: Signal<bool>,
    /// Content and footer.
    children: Children,
) -> impl IntoView {
    let refuse = move |event: leptos::ev::Event| {
        if held.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-labelledby=id
            closedby=move || if held.get() { "none" } else { "closerequest" }
            on:cancel=refuse
        >
            <div class="dialog-head">
                <h2 class="dialog-title" id=id>{title}</h2>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}
