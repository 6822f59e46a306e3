//! What programs of forms need of the page.

use leptos::wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, EventTarget, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// The first element of this selector inside another, if it is of that type.
pub(crate) fn one<E: JsCast>(inside: &Element, selector: &str) -> Option<E> {
    inside.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// All of them.
pub(crate) fn all<E: JsCast>(inside: &Element, selector: &str) -> Vec<E> {
    let found = inside.query_selector_all(selector).ok();
    let found = found.map(|list| (0..list.length()).filter_map(move |index| list.get(index)));
    found.into_iter().flatten().filter_map(|node| node.dyn_into().ok()).collect()
}

/// Every control of a form, in its order.
pub(crate) fn controls(form: &Element) -> Vec<Element> {
    all(form, "input, select, textarea")
}

/// What a control holds.
pub(crate) fn value(control: &Element) -> String {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else {
        control.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value).unwrap_or_default()
    }
}

/// Makes it hold that.
pub(crate) fn set_value(control: &Element, value: &str) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    }
}

/// Whether a box or radio button is ticked; nothing for any other control.
pub(crate) fn ticked(control: &Element) -> Option<bool> {
    let input = control.dyn_ref::<HtmlInputElement>()?;
    matches!(input.type_().as_str(), "checkbox" | "radio").then(|| input.checked())
}

/// Shows or hides an element.
pub(crate) fn show(element: &Element, shown: bool) {
    let _ = element.toggle_attribute_with_force("hidden", !shown);
}

/// What an event is about.
pub(crate) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The element of this selector that was pressed, or in which something was.
pub(crate) fn pressed(event: &Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}

/// Does that whenever this happens to an element, for as long as the element is there.
pub(crate) fn on(element: &EventTarget, what: &str, then: impl Fn(Event) + 'static) {
    let then = Closure::<dyn Fn(Event)>::new(then);
    let _ = element.add_event_listener_with_callback(what, then.as_ref().unchecked_ref());
    then.forget();
}

/// Says it in every such place, unless it is said there already: a screen reader would repeat it.
pub(crate) fn say(inside: &Element, selector: &str, words: &str) {
    for place in all::<Element>(inside, selector) {
        if place.text_content().as_deref() != Some(words) {
            place.set_text_content(Some(words));
        }
    }
}

/// What an attribute says; empty if there is none.
pub(crate) fn told(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}
