//! Scopes in a table cell: the first two by name and the number of others. Screen readers and a tooltip get all names.

use crate::ui::if_long;
use domain::scope::{Scope, ScopeSet};
use leptos::prelude::*;

/// Chips for at most `shown` scopes, and “+5” for the rest.
#[component]
pub(crate) fn ScopeChips(
    scopes: ScopeSet,
    /// Number of scopes shown by name.
    #[prop(default = 2)]
    shown: usize,
) -> impl IntoView {
    let rest: Vec<String> = scopes.iter().skip(shown).map(Scope::to_string).collect();
    let hidden = rest.join(", ");
    view! {
        <span class="chips">
            {scopes
                .iter()
                .take(shown)
                .map(|scope| view! { <span class="chip" title=if_long(&scope.to_string(), 24)>{scope.to_string()}</span> })
                .collect_view()}
            {(!rest.is_empty()).then(|| view! {
                <span class="chip chip-more" title=hidden.clone()>
                    {format!("+{}", rest.len())}
                    <span class="unseen">{format!(": {hidden}")}</span>
                </span>
            })}
            {scopes.is_empty().then_some("None")}
        </span>
    }
    .into_any()
}
