//! The fields of the issue form while somebody fills them in: what is hidden, ticked, found, said and marked as wrong.
//!
//! The page says by `data-` attributes what belongs to what: `data-when="name=value"` is shown while that is ticked,
//! `data-says` is a text that follows the choice, `data-at` has the pointers of what can be wrong there.

use super::{Draft, OperationOffer};
use crate::{
    error::AppError,
    forms::dom::{all, controls, one, show, ticked, value},
    ui::described_by,
};
use domain::scope::ALL;
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTemplateElement};

const SCOPES: &str = "input[name=scope]";
const OPERATIONS: &str = "[data-operations]";

/// What the controls hold.
pub(super) fn read(form: &HtmlFormElement) -> Draft {
    let of_draft = |control: &Element| {
        let name = control.get_attribute("name")?;
        ticked(control).unwrap_or(true).then(|| (name, value(control)))
    };
    Draft(controls(form).iter().filter_map(of_draft).collect())
}

/// Keeps draft and page true to each other.
pub(super) fn follow(
    form: NodeRef<html::Form>,
    draft: RwSignal<Draft>,
    operations: RwSignal<Vec<OperationOffer>>,
    until: Signal<String>,
    error: RwSignal<Option<AppError>>,
) {
    let listed = StoredValue::new(0);
    Effect::new(move || {
        let Some(form) = form.get() else { return };
        operations.with(|operations| {
            draft.with(|draft| {
                // Not before somebody wants to see them: there are many.
                if draft.has("scopes-by", "operation") && listed.get_value() != operations.len() {
                    list(&form, operations);
                    listed.set_value(operations.len());
                }
                paint(&form, draft, operations, &until.get());
            });
        });
    });
    Effect::new(move || {
        if let Some(form) = form.get() {
            error.with(|error| mark(&form, error.as_ref()));
        }
    });
    let _ = window_event_listener(ev::input, move |event| {
        let (Some(form), Some(control)) = (form.get_untracked(), target(&event)) else { return };
        if !form.contains(Some(&control)) {
            return;
        }
        if let Some(index) = control.get_attribute("data-index").and_then(|index| index.parse::<usize>().ok()) {
            let needs = operations.with_untracked(|all| all.get(index).map(OperationOffer::needs).unwrap_or_default());
            let now = ticked(&control) == Some(true);
            tick(&form, |scope| needs.contains(&scope.value()).then_some(now));
        }
        draft.set(read(&form));
        forgive(&form, &control, error);
    });
    let _ = window_event_listener(ev::click, move |event| {
        let (Some(form), Some(pressed)) = (form.get_untracked(), target(&event)) else { return };
        let Some(preset) = pressed.closest("[data-preset]").ok().flatten() else { return };
        let reading = preset.get_attribute("data-preset").as_deref() == Some("reading");
        let is_for_reading = |scope: &HtmlInputElement| {
            reading && scope.value().ends_with(":read") && !scope.has_attribute("data-beyond")
        };
        tick(&form, |scope| Some(is_for_reading(scope)));
        draft.set(read(&form));
    });
    // Enter in the search would submit the form.
    let _ = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Enter" && target(&event).is_some_and(|control| control.has_attribute("data-search")) {
            event.prevent_default();
        }
    });
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Ticks and unticks scopes; nothing leaves one as it is.
fn tick(form: &Element, now: impl Fn(&HtmlInputElement) -> Option<bool>) {
    for scope in all::<HtmlInputElement>(form, SCOPES) {
        if let Some(now) = now(&scope) {
            scope.set_checked(now);
        }
    }
}

/// A row for each operation, from the template.
fn list(form: &Element, operations: &[OperationOffer]) {
    let Some(place) = one::<Element>(form, OPERATIONS) else { return };
    let Some(template) = one::<HtmlTemplateElement>(&place, "template") else { return };
    all::<Element>(&place, ".scope").iter().for_each(Element::remove);
    for (index, offer) in operations.iter().enumerate() {
        let Ok(row) = template.content().clone_node_with_deep(true) else { return };
        let _ = place.insert_before(&row, Some(&template));
        let Some(row) = template.previous_element_sibling() else { return };
        let operation = &offer.operation;
        let words = [
            (".scope-title", operation.id.clone()),
            (".scope-name", format!("{} {}", operation.method, operation.path)),
            (".scope-words", format!("{}: {}", offer.api, offer.note)),
        ];
        for (place, words) in words {
            say(&row, place, &words);
        }
        if let Some(input) = one::<HtmlInputElement>(&row, "input") {
            input.set_value(&operation.id);
            input.set_disabled(!offer.is_open);
            let _ = input.set_attribute("data-index", &index.to_string());
        }
    }
}

/// Everything on the page that follows the draft.
fn paint(form: &Element, draft: &Draft, operations: &[OperationOffer], until: &str) {
    for part in all::<Element>(form, "[data-when]") {
        let when = part.get_attribute("data-when").unwrap_or_default();
        let (name, value) = when.split_once('=').unwrap_or_default();
        show(&part, draft.has(name, value));
    }
    let (scopes, everything) = (draft.scopes(), draft.has("scope", ALL));
    for scope in all::<HtmlInputElement>(form, SCOPES) {
        scope.set_disabled(scope.has_attribute("data-beyond") || (everything && scope.value() != ALL));
    }
    let rows = all::<HtmlInputElement>(form, "[data-index]");
    for (row, offer) in rows.iter().zip(operations) {
        row.set_checked(offer.is_within(&scopes));
    }
    say(form, "[data-says=until]", until);
    let count = if everything { "Everything".to_owned() } else { format!("{} chosen", scopes.len()) };
    say(form, "[data-says=count]", &count);
    search(form, draft.has("scopes-by", "operation"));
}

/// Shows the rows with what is searched for in them.
fn search(form: &Element, by_operation: bool) {
    let Some(field) = one::<HtmlInputElement>(form, "[data-search]") else { return };
    let words = if by_operation { "Search operations" } else { "Search scopes" };
    field.set_placeholder(words);
    let _ = field.set_attribute("aria-label", words);
    let typed = field.value().trim().to_lowercase();
    for list in all::<Element>(form, ".scopes-list") {
        let mut any = false;
        for row in all::<Element>(&list, ".scope") {
            let group = row.closest("[role=group]").ok().flatten().and_then(|group| group.get_attribute("aria-label"));
            let text = row.text_content().unwrap_or_default() + &group.unwrap_or_default();
            let found = text.to_lowercase().contains(&typed);
            show(&row, found);
            any |= found;
        }
        for group in all::<Element>(&list, "[role=group]") {
            show(&group, one::<Element>(&group, ".scope:not([hidden])").is_some());
        }
        if let Some(none) = one::<Element>(&list, ".scopes-none") {
            show(&none, !any);
        }
    }
}

/// Says it, unless it was said already: a screen reader would repeat it.
fn say(inside: &Element, selector: &str, words: &str) {
    if let Some(place) = one::<Element>(inside, selector)
        && place.text_content().as_deref() != Some(words)
    {
        place.set_text_content(Some(words));
    }
}

/// Says at each field what is wrong with it.
fn mark(form: &Element, error: Option<&AppError>) {
    for note in all::<Element>(form, "[data-at]") {
        let pointers = pointers(&note);
        let pointers: Vec<&str> = pointers.split_whitespace().collect();
        let said = error.and_then(|error| error.at(&pointers));
        show(&note, said.is_some());
        say(&note, "span", said.as_deref().unwrap_or_default());
        let id = note.id();
        let id = id.strip_suffix("-error").unwrap_or_default();
        let Some(control) = document().get_element_by_id(id) else { continue };
        let has_help = document().get_element_by_id(&format!("{id}-help")).is_some();
        set(&control, "aria-describedby", described_by(id, has_help, said.is_some()));
        // A group of controls is not wrong itself, but the one in which something was typed.
        let typed = if control.tag_name() == "FIELDSET" { one(&control, "input[type=date]") } else { Some(control) };
        if let Some(typed) = typed {
            set(&typed, "aria-invalid", said.as_ref().map(|_| "true".to_owned()));
        }
        if let (Some(_), Some(fold)) = (&said, note.closest("details").ok().flatten()) {
            let _ = fold.set_attribute("open", "");
        }
    }
}

fn pointers(note: &Element) -> String {
    note.get_attribute("data-at").unwrap_or_default()
}

fn set(element: &Element, name: &str, value: Option<String>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, &value),
        None => element.remove_attribute(name),
    };
}

/// A field that is being changed is not marked as wrong any more.
fn forgive(form: &Element, control: &Element, error: RwSignal<Option<AppError>>) {
    let own = one::<Element>(form, &format!("[id='{}-error']", control.id())).filter(|_| !control.id().is_empty());
    let of_group = || control.closest("fieldset").ok().flatten().and_then(|group| one(&group, "[data-at]"));
    let Some(note) = own.or_else(of_group) else { return };
    for pointer in pointers(&note).split_whitespace() {
        if error.with_untracked(|error| error.as_ref().is_some_and(|error| error.at(&[pointer]).is_some())) {
            error.update(|error| *error = error.take().and_then(|error| error.without(pointer)));
        }
    }
}

/// Moves the focus to the first control that is marked as wrong, once the marks are on the page.
pub(super) fn focus_first_error(form: NodeRef<html::Form>) {
    request_animation_frame(move || {
        let marked = form.get_untracked().and_then(|form| one::<HtmlElement>(&form, "[aria-invalid=true]"));
        if let Some(control) = marked {
            let _ = control.focus();
        }
    });
}
