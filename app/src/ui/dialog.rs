//! The native modal dialog. Opening and closing belong to the island that shows it, through `node`.

use leptos::{html, prelude::*};

/// A modal dialog with its title. While `held`, no key and no click outside closes it.
#[component]
pub fn Dialog(
    /// The element, for `show_modal` and `close`.
    node: NodeRef<html::Dialog>,
    /// The id of its title; unique on the page.
    id: &'static str,
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it must stay open.
    #[prop(into)]
    held: Signal<bool>,
    /// Body and foot.
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
