//! The log as a file: links to a download of what the filter lets through.

use super::LogFilter;
use crate::ui::ButtonLink;
use leptos::prelude::*;

/// One link for each format. The download knows the filter of the API, whose days are instants.
#[component]
pub(crate) fn ExportLinks(
    /// The address of the log.
    path: String,
    /// What is chosen now.
    filter: LogFilter,
) -> impl IntoView {
    let href = |format: &str| {
        let pairs =
            filter.to_api().into_iter().map(|(name, value)| format!("&{name}={}", crate::pages::encoded(&value)));
        format!("{path}/export?format={format}{}", pairs.collect::<String>())
    };
    let (ndjson, csv) = (href("ndjson"), href("csv"));
    view! {
        <ButtonLink href=ndjson>"Export NDJSON"</ButtonLink>
        <ButtonLink href=csv>"Export CSV"</ButtonLink>
    }
    .into_any()
}
