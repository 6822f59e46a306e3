//! Requests a test token and shows it until it expires.
//!
//! The server renders the form and the reply (`shown_token.rs`). This program puts the reply on the page. It removes
//! the token when it expires or the page is left, and keeps no other copy.

use super::{TestToken, test_client};
use crate::forms::{
    dom::{one, say, set_value, told, value},
    sending::{Program, sends},
};
use leptos::{ev, prelude::*};
use std::{cell::Cell, rc::Rc, time::Duration};
use web_sys::{Element, HtmlFormElement};

/// Attaches the program to its form.
pub(crate) fn wake(program: Program) {
    program.is_awake();
    let form = program.form.clone();
    let shown = Rc::new(Shown { form: form.clone(), turn: Cell::new(0) });
    let left = shown.clone();
    let _ = window_event_listener(ev::pagehide, move |_| left.forget(""));
    let send = move || {
        let (program, shown) = (program.clone(), shown.clone());
        async move {
            let audience = one::<Element>(&program.form, "[name=resource]").map(|control| value(&control));
            let audience = audience.filter(|audience| !audience.is_empty());
            let answer = test_client(told(&program.here, "data-at"), told(&program.here, "data-id"), audience).await;
            program.say(answer.as_ref().err());
            match answer {
                Ok(token) => shown.show(&token),
                Err(_) => shown.forget(""),
            }
        }
    };
    sends(&form, "Getting it…".to_owned(), Rc::new(move || Box::pin(send())));
}

/// The part of the page that shows the token.
struct Shown {
    form: HtmlFormElement,
    /// Counts the changes, so that the timer of an earlier token doesn't remove a later one.
    turn: Cell<u32>,
}

impl Shown {
    fn place(&self) -> Option<Element> {
        self.form.parent_element().and_then(|around| one(&around, "[data-token]"))
    }

    fn show(self: Rc<Self>, token: &TestToken) {
        let seconds = token.seconds;
        self.put(
            &token.shown,
            &format!("This token ends in {seconds} seconds and then goes from this page. Whoever has it can use it until then."),
        );
        let turn = self.turn.get();
        let over = move || {
            if self.turn.get() == turn {
                self.forget("The test token has ended.");
            }
        };
        set_timeout(over, Duration::from_secs(u64::from(seconds)));
    }

    fn forget(&self, words: &str) {
        if let Some(area) = self.place().and_then(|place| one::<Element>(&place, "textarea")) {
            set_value(&area, "");
        }
        self.put("", words);
    }

    fn put(&self, html: &str, words: &str) {
        self.turn.set(self.turn.get() + 1);
        if let Some(place) = self.place() {
            place.set_inner_html(html);
        }
        if let Some(around) = self.form.parent_element() {
            say(&around, "[data-says=life]", words);
        }
    }
}
