//! What programs of forms need of the page.

use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

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
