//! Blast radius of a credential: its calls, addresses, callers and operations in the last 24 hours.

use crate::ui::{Bar, draw_bars};
use leptos::prelude::*;
use service::credentials::{BlastRadius, QUIET_DAYS};

const SIZE: (u32, u32) = (480, 48);
/// How many names of a kind are listed; the rest is only counted.
const MAX_NAMED: usize = 5;

/// Usage sources, and a hint for anyone who wants to stop the credential.
#[component]
pub(crate) fn WhoNotices(radius: BlastRadius) -> impl IntoView {
    let words = in_words(&radius);
    let bars: Vec<_> = radius.hours.iter().map(|(_, calls)| Bar { good: *calls, bad: 0 }).collect();
    let told = [
        ("From", named(radius.addresses.iter().map(|(ip, _)| ip.to_string()))),
        ("Asked about by", named(radius.asked_by.iter().map(asking))),
        ("Used for", named(radius.operations.iter().map(|(id, _)| id.clone()))),
    ];
    let told = told.into_iter().filter(|(_, named)| !named.is_empty());
    view! {
        <div class="notices">
            <p>{words.clone()}</p>
            {(radius.calls() > 0).then(|| view! {
                <div class="notices-calls" role="img" aria-label=format!("Calls in each of the last 24 hours. {words}") inner_html=draw_bars(&bars, SIZE)></div>
                <dl class="notices-told">
                    {told.map(|(term, named)| view! { <dt>{term}</dt><dd dir="auto">{named}</dd> }).collect_view()}
                </dl>
            })}
        </div>
    }
    .into_any()
}

/// Name of the credential that asked for a verification. A credential of another organization has no name here, so its
/// ID is shown.
fn asking((id, name, _): &(String, Option<String>, domain::Timestamp)) -> String {
    name.clone().unwrap_or_else(|| id.clone())
}

/// “a, b and 3 more”.
fn named(values: impl Iterator<Item = String>) -> String {
    let mut values: Vec<_> = values.collect();
    let more = values.len().saturating_sub(MAX_NAMED);
    values.truncate(MAX_NAMED);
    let named = values.join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}

/// “412 calls in the last 24 hours, at most 3 a minute.”
fn in_words(radius: &BlastRadius) -> String {
    if radius.credential.last_used_at().is_none() {
        return "Nothing depends on it, as far as can be seen.".to_owned();
    }
    if radius.is_safe_to_remove {
        return format!("Nothing has used it for {QUIET_DAYS} days, so it seems safe to remove.");
    }
    match radius.calls() {
        0 => "No call in the last 24 hours.".to_owned(),
        1 => "1 call in the last 24 hours.".to_owned(),
        calls => format!("{calls} calls in the last 24 hours, at most {} a minute.", radius.most_in_a_minute()),
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn of_many_the_first_are_named_and_the_others_counted() {
        let of = |count: u32| named((1..=count).map(|number| number.to_string()));
        assert_eq!((of(0).as_str(), of(2).as_str()), ("", "1, 2"));
        assert_eq!(of(7), "1, 2, 3, 4, 5 and 2 more");
    }
}
