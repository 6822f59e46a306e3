//! Browser code besides the islands: the programs of forms, and one listener for all copy buttons.
//!
//! `data-program` names the program of a form; this module maps names to programs. A program changes server-rendered
//! elements and renders nothing itself, so it is much smaller than an island.

use crate::{
    access_tokens::test_token,
    credentials::{issue_form, roll_form},
    forms::{dom::told, sending::Program, sent_live},
    inventory::search_guard,
    ui::listen_for_copying,
};
use leptos::prelude::*;

/// Starts every program of the page.
pub fn start() {
    listen_for_copying();
    let Some(page) = document().document_element() else { return };
    for here in crate::forms::dom::all(&page, "[data-program]") {
        let name = told(&here, "data-program");
        let Some(program) = Program::of(here) else { continue };
        match name.as_str() {
            "issue" => issue_form::wake(program),
            "live" => sent_live::wake(program),
            "roll" => roll_form::wake(program),
            "search" => search_guard::wake(program),
            "test-token" => test_token::wake(program),
            _ => {}
        }
    }
}
