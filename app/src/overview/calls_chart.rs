//! Calls over time as bars, drawn on the server.
//!
//! Owns: which hours become one bar, and that whoever does not see the bars finds the same in a table. The drawing is the
//! library's; colours are those of the theme.

use super::numbers::grouped;
use crate::ui::Table;
use domain::{Timestamp, credential::DAY_SECONDS};
use leptos::prelude::*;
use plotters::prelude::{IntoDrawingArea, RGBColor, Rectangle, SVGBackend, ShapeStyle};
use service::overview::{Overview, USAGE_DAYS};

/// Hours of one bar.
const BAR_HOURS: i64 = 6;
const BAR_MILLIS: i64 = BAR_HOURS * 3_600_000;
const SIZE: (u32, u32) = (840, 160);
/// Stand for the theme's colours, which the library does not know.
const GOOD: (RGBColor, &str, &str) = (RGBColor(1, 1, 1), "#010101", "var(--accent)");
const BAD: (RGBColor, &str, &str) = (RGBColor(2, 2, 2), "#020202", "var(--danger-dot)");
const LINE: (RGBColor, &str, &str) = (RGBColor(3, 3, 3), "#030303", "var(--line)");

/// What was let through and what was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bar {
    good: u64,
    bad: u64,
}

impl Bar {
    fn sum(self) -> u64 {
        self.good + self.bad
    }
}

/// Bars, a legend, days below, and the table.
#[component]
pub(crate) fn CallsChart(
    /// The numbers.
    overview: Overview,
) -> impl IntoView {
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
            <div class="chart-drawing" role="img" aria-label=words inner_html=drawn(&bars, most)></div>
            <div class="chart-days" aria-hidden="true">{days.into_iter().map(|day| view! { <span>{day}</span> }).collect_view()}</div>
            <details class="fold">
                <summary class="fold-small">"As a table"</summary>
                <Table caption="Verifications by day" heads=vec!["Day", "Let through", "Refused"]>{rows}</Table>
            </details>
        </figure>
    }
    .into_any()
}

/// `Mon 23`: the week day and the day of the month, in UTC.
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

/// The drawing as SVG; nothing, if it cannot be drawn.
fn drawn(bars: &[Bar], most: u64) -> String {
    let mut svg = String::new();
    if draw(&mut svg, bars, most.max(1)).is_none() {
        return String::new();
    }
    let svg = svg.replacen("<svg ", "<svg preserveAspectRatio=\"none\" ", 1);
    [GOOD, BAD, LINE].into_iter().fold(svg, |svg, (_, stand_in, colour)| svg.replace(stand_in, colour))
}

fn draw(svg: &mut String, bars: &[Bar], most: u64) -> Option<()> {
    let (width, height) = (SIZE.0 as i32, SIZE.1 as i32);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let filled = |colour: RGBColor| ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 };
    for quarter in 0..4 {
        let y = quarter * height / 4;
        area.draw(&Rectangle::new([(0, y), (width, y + 1)], filled(LINE.0))).ok()?;
    }
    area.draw(&Rectangle::new([(0, height - 1), (width, height)], filled(LINE.0))).ok()?;
    let step = width / i32::try_from(bars.len().max(1)).ok()?;
    for (place, bar) in bars.iter().enumerate() {
        let left = i32::try_from(place).ok()? * step + 3;
        let tall =
            |calls: u64| i32::try_from(u128::from(calls) * u128::from(SIZE.1 - 2) / u128::from(most)).unwrap_or(0);
        // Whatever was called is seen.
        let (good, bad) = (tall(bar.good).max(i32::from(bar.good > 0)), tall(bar.bad).max(i32::from(bar.bad > 0) * 2));
        let foot = height - 1;
        for (from, to, colour) in [(0, good, GOOD.0), (good, good + bad, BAD.0)] {
            if to > from {
                let corners = [(left, foot - to), (left + step - 6, foot - from)];
                area.draw(&Rectangle::new(corners, filled(colour))).ok()?;
            }
        }
    }
    area.present().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::overview::UsageHour;

    fn overview(hours: Vec<UsageHour>) -> Overview {
        let from = Timestamp::from_millis(1_800_000_000_000);
        let to = from.plus_seconds(USAGE_DAYS * DAY_SECONDS);
        Overview { counts: Vec::new(), from, to, hours, top: Vec::new() }
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

    #[test]
    fn the_drawing_has_the_colours_of_the_theme_and_none_of_its_own() {
        let svg = drawn(&[Bar { good: 9, bad: 1 }, Bar::default()], 10);
        for colour in [GOOD.2, BAD.2, LINE.2] {
            assert!(svg.contains(colour), "{svg}");
        }
        assert!(!svg.contains("fill=\"#") && !svg.contains("style="), "{svg}");
    }
}
