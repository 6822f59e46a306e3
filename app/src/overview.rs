//! What an admin sees first, in numbers and one chart.
//!
//! Owns: how numbers and calls are shown. Every number is a link to the list that it counts. Never: which numbers there are
//! (see `service::overview`). All of it is made on the server and needs no script.

mod calls_chart;
mod numbers;
mod outcomes;

pub(crate) use self::{
    calls_chart::CallsChart,
    numbers::Numbers,
    outcomes::{Refused, TopCallers},
};
