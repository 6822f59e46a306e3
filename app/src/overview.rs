//! The overview for admins: key numbers and one chart.
//!
//! Owns how numbers and calls are shown. Every number links to the list that it counts. `service::overview` decides
//! which numbers there are. Rendered on the server; needs no script.

mod calls_chart;
mod numbers;
mod outcomes;

pub(crate) use self::{
    calls_chart::CallsChart,
    numbers::Numbers,
    outcomes::{Refused, TopCallers},
};
