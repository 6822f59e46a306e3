//! DOM helpers for the programs of forms.

use leptos::wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, EventTarget, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// First matching element, if it has that type.
pub(crate) fn one<E: JsCast>(inside: &Element, selector: &str) -> Option<E> {
    inside.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Every matching element that has that type.
pub(crate) fn all<E: JsCast>(inside: &Element, selector: &str) -> Vec<E> {
    let found = inside.query_selector_all(selector).ok();
    let found = found.map(|list| (0..list.length()).filter_map(move |index| list.get(index)));
    found.into_iter().flatten().filter_map(|node| node.dyn_into().ok()).collect()
}

/// Every control of a form, in document order.
pub(crate) fn controls(form: &Element) -> Vec<Element> {
    all(form, "input, select, textarea")
}

pub(crate) fn value(control: &Element) -> String {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else {
        control.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default()
    }
}

pub(crate) fn set_value(control: &Element, value: &str) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    }
}

/// Whether a checkbox or radio button is checked. `None` for any other control.
pub(crate) fn ticked(control: &Element) -> Option<bool> {
    let input = control.dyn_ref::<HtmlInputElement>()?;
    matches!(input.type_().as_str(), "checkbox" | "radio").then(|| input.checked())
}

pub(crate) fn show(element: &Element, shown: bool) {
    let _ = element.toggle_attribute_with_force("hidden", !shown);
}

pub(crate) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Closest ancestor of the event's target that matches the selector, including the target.
pub(crate) fn pressed(event: &Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}

/// Adds a listener that lives as long as the element.
pub(crate) fn on(element: &EventTarget, what: &str, then: impl Fn(Event) + 'static) {
    let then = Closure::<dyn Fn(Event)>::new(then);
    let _ = element.add_event_listener_with_callback(what, then.as_ref().unchecked_ref());
    then.forget();
}

/// Sets the text of every matching element. Leaves equal text alone, because a screen reader would repeat it.
pub(crate) fn say(inside: &Element, selector: &str, words: &str) {
    for place in all::<Element>(inside, selector) {
        if place.text_content().as_deref() != Some(words) {
            place.set_text_content(Some(words));
        }
    }
}

/// Value of an attribute, or an empty string.
pub(crate) fn told(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}
