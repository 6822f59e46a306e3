//! A real table with a caption and column heads. On small screens each row becomes a card: give every cell but the
//! first and the last a `data-label` with its column's words.

use leptos::prelude::*;

/// Caption (for screen readers) and heads; the rows are children.
#[component]
pub fn Table(
    /// What the table holds.
    caption: &'static str,
    /// The column heads; an empty one is for actions.
    heads: Vec<&'static str>,
    /// The rows.
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
