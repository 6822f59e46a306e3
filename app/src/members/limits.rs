//! Limits of the organization.

use crate::ui::Table;
use leptos::prelude::*;
use service::limits::LimitUse;

/// Each limit with its current use.
#[component]
pub(crate) fn Limits(limits: Vec<LimitUse>) -> impl IntoView {
    let number = |count: Option<u64>, none: &str| count.map_or_else(|| none.to_owned(), |count| count.to_string());
    view! {
        <section class="panel" aria-labelledby="limits-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="limits-heading">"Limits"</h2>
                    <p class="panel-lead">"The operator of this server can change them."</p>
                </div>
            </div>
            <Table caption="Limits of this organization" heads=vec!["Limit", "At most", "Used"]>
                {limits
                    .into_iter()
                    .map(|one| view! {
                        <tr>
                            <th scope="row">{one.limit.title()}</th>
                            <td data-label="At most">{number(one.most, "Unlimited")}</td>
                            <td data-label="Used">{number(one.used, "–")}</td>
                        </tr>
                    })
                    .collect_view()}
            </Table>
        </section>
    }
    .into_any()
}
