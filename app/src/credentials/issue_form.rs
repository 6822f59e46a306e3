//! The program of the create form: follows the input, keeps the summary up to date, and submits. DOM updates are in
//! `issue_form/paint.rs`.

mod paint;

use self::paint::{Paper, read};
use super::{
    OperationOffer, issue_credential, lifetime, offer::Reach, offered_operations, reveal_once::reveal_or_go_on,
};
use crate::{
    error::AppError,
    forms::{
        dom::{pressed, target, ticked, told},
        sending::{Program, sends},
    },
};
use domain::Timestamp;
use leptos::{ev, prelude::*};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use web_sys::Element;

/// Attaches the program to its form.
pub(crate) fn wake(program: Program) {
    let form = program.form.clone();
    let Some(filling) = Filling::new(program).map(Rc::new) else { return };
    filling.clone().listen();
    filling.clone().changed();
    filling.program.is_awake();
    let send = move || {
        let filling = filling.clone();
        async move {
            let draft = read(&filling.paper.form).read();
            match issue_credential(filling.at(), draft).await {
                Ok(issued) => {
                    filling.refuse(None);
                    reveal_or_go_on(&issued);
                }
                Err(refusal) => {
                    filling.refuse(Some(refusal));
                    filling.paper.focus_first_error();
                }
            }
        }
    };
    sends(&form, "Issuing…".to_owned(), Rc::new(move || Box::pin(send())));
}

/// State of the form while it is filled in.
struct Filling {
    program: Program,
    paper: Paper,
    reach: Reach,
    now: Timestamp,
    /// Empty until loaded.
    operations: RefCell<Vec<OperationOffer>>,
    is_asking: Cell<bool>,
    refusal: RefCell<Option<AppError>>,
    /// Scopes that the summary currently describes. `None` before the first update.
    spelt: RefCell<Option<Vec<String>>>,
}

impl Filling {
    fn new(program: Program) -> Option<Self> {
        let told = |name| told(&program.here, name);
        let kind = told("data-kind").parse().ok()?;
        let reach = Reach { kind, owner_holds: told("data-holds").parse().ok()? };
        Some(Self {
            paper: Paper::new(program.form.clone()),
            reach,
            now: Timestamp::from_millis(told("data-now").parse().ok()?),
            operations: RefCell::default(),
            is_asking: Cell::new(false),
            refusal: RefCell::default(),
            spelt: RefCell::default(),
            program,
        })
    }

    /// Base URL of the credential's pages.
    fn at(&self) -> String {
        told(&self.program.here, "data-at")
    }

    fn listen(self: Rc<Self>) {
        let (typing, pressing, keys) = (self.clone(), self.clone(), self);
        let _ = window_event_listener(ev::input, move |event| {
            if let Some(control) = target(&event).filter(|control| typing.has(control)) {
                typing.put_in(&control);
                typing.clone().changed();
                typing.forgive(&control);
            }
        });
        let _ = window_event_listener(ev::click, move |event| {
            if let Some(preset) = pressed(&event, "[data-preset]") {
                let reading = preset.get_attribute("data-preset").as_deref() == Some("reading");
                pressing.paper.tick(|scope| {
                    Some(reading && scope.value().ends_with(":read") && !scope.has_attribute("data-beyond"))
                });
                pressing.clone().changed();
            }
        });
        // Without this, Enter in the search field would submit the form.
        let _ = window_event_listener(ev::keydown, move |event| {
            let search = target(&event).filter(|control| keys.has(control) && control.has_attribute("data-search"));
            if event.key() == "Enter" && search.is_some() {
                event.prevent_default();
            }
        });
    }

    fn has(&self, control: &Element) -> bool {
        self.paper.form.contains(Some(control))
    }

    /// Checking an operation also checks the scopes it needs.
    fn put_in(&self, control: &Element) {
        let index = control.get_attribute("data-index").and_then(|index| index.parse::<usize>().ok());
        let operations = self.operations.borrow();
        if let Some(offer) = index.and_then(|index| operations.get(index)) {
            let (needs, now) = (offer.needs(), ticked(control) == Some(true));
            self.paper.tick(|scope| needs.contains(&scope.value()).then_some(now));
        }
    }

    /// Updates the page to match the controls.
    fn changed(self: Rc<Self>) {
        let draft = read(&self.paper.form);
        let until = lifetime::in_words(self.reach.kind, draft.value("lifetime"), draft.value("last-day"), self.now);
        let operations = self.operations.borrow();
        // There are many rows, so they are built only once the list of operations is shown.
        if draft.has("scopes-by", "operation") {
            self.paper.list(&operations);
        }
        self.paper.follow(&draft, &operations, &until);
        let scopes = draft.scopes();
        if !operations.is_empty() && self.spelt.borrow().as_ref() != Some(&scopes) {
            let (able, unable) = self.reach.outlook(&operations, &scopes).lines();
            self.paper.spell_out("able", &able);
            self.paper.spell_out("unable", &unable);
            self.spelt.replace(Some(scopes));
        }
        drop(operations);
        self.ask_for_operations();
    }

    /// Loads the operations once. A failed request is retried at the next change.
    fn ask_for_operations(self: Rc<Self>) {
        if !self.operations.borrow().is_empty() || self.is_asking.replace(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            let operations = offered_operations(self.at()).await.unwrap_or_default();
            self.is_asking.set(false);
            if !operations.is_empty() {
                self.operations.replace(operations);
                self.changed();
            }
        });
    }

    fn refuse(&self, refusal: Option<AppError>) {
        self.paper.mark(refusal.as_ref());
        self.program.say(refusal.as_ref());
        self.refusal.replace(refusal);
    }

    /// Clears the error of a field as soon as the user changes it.
    fn forgive(&self, control: &Element) {
        let mut refusal = self.refusal.borrow().clone();
        let before = refusal.clone();
        for pointer in self.paper.pointers_of(control) {
            if refusal.as_ref().is_some_and(|refusal| refusal.at(&[&pointer]).is_some()) {
                refusal = refusal.and_then(|refusal| refusal.without(&pointer));
            }
        }
        if refusal != before {
            self.refuse(refusal);
        }
    }
}
