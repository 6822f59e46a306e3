//! The bar that appears when a row is checked. It links to the preview of each bulk operation and changes nothing
//! itself.

use super::{BulkOperation, Filter};
use crate::ui::{Button, Look};
use leptos::prelude::*;

#[component]
pub(crate) fn BulkBar(
    /// ID of the form that the checkboxes belong to.
    id: &'static str,
    /// URL of the preview.
    path: String,
    /// Current filter, for “all that match”.
    filter: Filter,
    /// Whether the person may transfer tokens.
    may_transfer: bool,
) -> impl IntoView {
    let hidden = filter
        .pairs()
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> })
        .collect_view();
    view! {
        <form class="bulk" id=id method="get" action=path>
            {hidden}
            <p class="bulk-words">
                <strong>"With the ticked credentials"</strong>
                <span class="text-faint">"You see what would happen before anything does."</span>
            </p>
            <label class="choice"><input type="checkbox" name="all" value="1"/><span>"All that match the filter"</span></label>
            <div class="form-actions">
                <Button attr:name="action" attr:value="disable">"Disable…"</Button>
                <Button attr:name="action" attr:value="enable">"Enable…"</Button>
                {may_transfer.then(|| view! {
                    <Button attr:name="action" attr:value=BulkOperation::Transfer.name()>"Transfer…"</Button>
                })}
                <Button look=Look::DangerQuiet attr:name="action" attr:value="revoke">"Revoke…"</Button>
            </div>
        </form>
    }
    .into_any()
}
