//! An HTML table with caption and column headings. On small screens each row becomes a card. Give every cell except the
//! first and the last a `data-label` with its column heading.

use leptos::prelude::*;

#[component]
pub fn Table(
    /// Caption for screen readers.
    caption: &'static str,
    /// Column headings. An empty heading is for actions.
    heads: Vec<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <table class="table">
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>
                    {heads
                        .into_iter()
                        .map(|head| match head {
                            "" => view! { <th scope="col"><span class="unseen">"Actions"</span></th> }.into_any(),
                            head => view! { <th scope="col">{head}</th> }.into_any(),
                        })
                        .collect_view()}
                </tr>
            </thead>
            <tbody>{children()}</tbody>
        </table>
    }
    .into_any()
}
