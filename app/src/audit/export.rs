//! Links that download the filtered log as a file.

use super::LogFilter;
use crate::ui::ButtonLink;
use leptos::prelude::*;

/// One link per format. The download uses the API's filter, which takes timestamps instead of days.
#[component]
pub(crate) fn ExportLinks(path: String, filter: LogFilter) -> impl IntoView {
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
