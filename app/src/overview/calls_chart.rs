//! Verifications over time as a bar chart, drawn on the server.
//!
//! Owns the grouping of hours into bars, and a table with the numbers for people who can't see the chart. The design
//! system draws the bars.

use super::numbers::grouped;
use crate::ui::{Bar, Table, draw_bars};
use domain::{Timestamp, credential::DAY_SECONDS};
use leptos::prelude::*;
use service::overview::{Overview, USAGE_DAYS};

/// Hours per bar.
const BAR_HOURS: i64 = 6;
const BAR_MILLIS: i64 = BAR_HOURS * 3_600_000;
const SIZE: (u32, u32) = (840, 160);

/// The chart with its legend, the days below it, and the table.
#[component]
pub(crate) fn CallsChart(overview: Overview) -> impl IntoView {
    let bars = bars(&overview);
    let total = bars.iter().fold(Bar::default(), |sum, bar| Bar { good: sum.good + bar.good, bad: sum.bad + bar.bad });
    let most = bars.iter().map(|bar| bar.sum()).max().unwrap_or(0);
    let words = format!(
        "Verifications in the last {USAGE_DAYS} days: {} let through, {} refused.",
        grouped(total.good),
        grouped(total.bad)
    );
    let days = (0..USAGE_DAYS).map(|day| day_of(overview.from.plus_seconds(day * DAY_SECONDS)));
    let days: Vec<_> = days.collect();
    let rows: Vec<_> = bars.chunks((24 / BAR_HOURS) as usize).zip(days.clone()).collect();
    let rows = rows.into_iter().map(|(bars, day)| {
        let sum = |of: fn(&Bar) -> u64| grouped(bars.iter().map(of).sum());
        view! {
            <tr>
                <th scope="row">{day}</th>
                <td data-label="Let through">{sum(|bar| bar.good)}</td>
                <td data-label="Refused">{sum(|bar| bar.bad)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <figure class="chart">
            <figcaption class="chart-words">
                <span class="chart-key chart-key-good">{format!("{} let through", grouped(total.good))}</span>
                <span class="chart-key chart-key-bad">{format!("{} refused", grouped(total.bad))}</span>
                <span class="chart-most">{format!("Up to {} in {BAR_HOURS} hours", grouped(most))}</span>
            </figcaption>
            <div class="chart-drawing" role="img" aria-label=words inner_html=draw_bars(&bars, SIZE)></div>
            <div class="chart-days" aria-hidden="true">{days.into_iter().map(|day| view! { <span>{day}</span> }).collect_view()}</div>
            <details class="fold">
                <summary class="fold-small">"As a table"</summary>
                <Table caption="Verifications by day" heads=vec!["Day", "Let through", "Refused"]>{rows}</Table>
            </details>
        </figure>
    }
    .into_any()
}

/// `Mon 23`: day of the week and of the month, in UTC.
fn day_of(at: Timestamp) -> String {
    let date = at.to_utc().date();
    format!("{} {}", &date.weekday().to_string()[..3], date.day())
}

fn bars(overview: &Overview) -> Vec<Bar> {
    let count = (overview.to.millis() - overview.from.millis()) / BAR_MILLIS;
    let mut bars = vec![Bar::default(); usize::try_from(count).unwrap_or(0)];
    for hour in &overview.hours {
        let place = (hour.at.millis() - overview.from.millis()).div_euclid(BAR_MILLIS);
        let Some(bar) = usize::try_from(place).ok().and_then(|place| bars.get_mut(place)) else { continue };
        match hour.outcome.as_str() {
            "valid" => bar.good += hour.count,
            _ => bar.bad += hour.count,
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::overview::UsageHour;

    fn overview(hours: Vec<UsageHour>) -> Overview {
        let from = Timestamp::from_millis(1_800_000_000_000);
        let to = from.plus_seconds(USAGE_DAYS * DAY_SECONDS);
        Overview { counts: service::overview::Counts::default(), from, to, hours, top: Vec::new() }
    }

    #[test]
    fn hours_become_bars_of_six_and_what_is_outside_is_left_out() {
        let at = |hour: i64| Timestamp::from_millis(1_800_000_000_000 + hour * 3_600_000);
        let hour = |hour, outcome: &str, count| UsageHour { at: at(hour), outcome: outcome.to_owned(), count };
        let hours = vec![
            hour(0, "valid", 5),
            hour(5, "revoked", 2),
            hour(6, "valid", 1),
            hour(-1, "valid", 9),
            hour(168, "valid", 9),
        ];
        let bars = bars(&overview(hours));
        assert_eq!(bars.len(), 28);
        assert_eq!(bars[..3], [Bar { good: 5, bad: 2 }, Bar { good: 1, bad: 0 }, Bar::default()]);
    }
}
