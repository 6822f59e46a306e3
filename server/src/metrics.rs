//! `GET /metrics` in the text format of Prometheus, on a separate listener for the operator. Off by default.
//!
//! This module owns the metric names. Labels are outcomes only. They never name an organization, a credential or a
//! person.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use service::{Service, verify::VerifyHealth};
use std::{fmt::Write, time::Duration};

pub(crate) fn routes(service: Service) -> Router {
    Router::new().route("/metrics", get(show)).with_state(service)
}

async fn show(State(service): State<Service>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], write(&service.node().health())).into_response()
}

fn write(health: &VerifyHealth) -> String {
    let mut text = String::new();
    let mut one = |name: &str, kind: &str, help: &str, value: String| {
        let _ = writeln!(text, "# HELP mintmark_{name} {help}\n# TYPE mintmark_{name} {kind}\nmintmark_{name} {value}");
    };
    one("secrets", "gauge", "Secrets in memory.", health.secrets.to_string());
    one("memory_bytes", "gauge", "What the table of secrets takes.", health.bytes.to_string());
    one("feed_sequence", "gauge", "The last change of the feed that was taken in.", health.seq.to_string());
    let ago = health.heard_seconds_ago.map_or_else(|| "+Inf".to_owned(), |ago| format!("{ago:.3}"));
    one("feed_heard_seconds_ago", "gauge", "Seconds since the feed was last heard.", ago);
    let ahead = Duration::from_millis(health.clock_ahead_millis.unsigned_abs()).as_secs_f64();
    let sign = if health.clock_ahead_millis < 0 { "-" } else { "" };
    one(
        "clock_ahead_seconds",
        "gauge",
        "Seconds that this node's clock is ahead of the database's; from 30 on, either way, it is not ready.",
        format!("{sign}{ahead:.3}"),
    );
    one("verifying", "gauge", "Whether verification answers.", u8::from(health.is_fresh).to_string());
    text.push_str("# HELP mintmark_verdicts_total Verdicts since the start, by outcome.\n# TYPE mintmark_verdicts_total counter\n");
    for (verdict, count) in &health.verdicts {
        let _ = writeln!(text, "mintmark_verdicts_total{{outcome=\"{}\"}} {count}", verdict.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::verify::Verdict;

    #[test]
    fn every_line_is_a_comment_or_a_name_and_a_number() {
        let verdicts = Verdict::ALL.into_iter().map(|verdict| (verdict, verdict.index() as u64)).collect();
        let health = VerifyHealth {
            secrets: 7,
            bytes: 1 << 20,
            seq: -1,
            heard_seconds_ago: None,
            is_fresh: false,
            clock_ahead_millis: -90_025,
            verdicts,
        };
        let text = write(&health);
        for line in text.lines().filter(|line| !line.starts_with("# ")) {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with("mintmark_"), "{line}");
            assert!(value == "+Inf" || value.parse::<f64>().is_ok(), "{line}");
        }
        assert!(text.contains("mintmark_verdicts_total{outcome=\"rate_limited\"} 17\n"), "{text}");
        assert!(text.contains("mintmark_clock_ahead_seconds -90.025\n"), "{text}");
        assert!(text.contains("mintmark_feed_heard_seconds_ago +Inf\n"));
    }
}
