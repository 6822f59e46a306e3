//! DOM updates of the create form: visibility, checkboxes, search results, texts and errors.
//!
//! Elements declare their role with `data-` attributes:
//! * `data-when="name=value"`: shown while that value is checked.
//! * `data-says`: a text that follows the input.
//! * `data-lines`: a list that follows the input.
//! * `data-at`: error pointers that are shown at this element.

use crate::{
    credentials::{FirstLines, Line, OperationOffer, draft::Draft},
    error::AppError,
    forms::dom::{all, controls, one, say, show, ticked, value},
    ui::{described_by, shortened},
};
use domain::scope::ALL;
use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTemplateElement};

const SCOPES: &str = "input[name=scope]";
const OPERATIONS: &str = "[data-operations]";

/// Reads the current values of the controls.
pub(super) fn read(form: &HtmlFormElement) -> Draft {
    let of_draft = |control: &Element| {
        let name = control.get_attribute("name")?;
        ticked(control).unwrap_or(true).then(|| (name, value(control)))
    };
    Draft(controls(form).iter().filter_map(of_draft).collect())
}

/// The form, and the element that also contains the summary.
pub(super) struct Paper {
    pub(super) form: HtmlFormElement,
    around: Element,
}

impl Paper {
    pub(super) fn new(form: HtmlFormElement) -> Self {
        let around = form.closest(".issue").ok().flatten().unwrap_or_else(|| form.clone().into());
        Self { form, around }
    }

    /// Checks or unchecks scopes. `None` leaves a checkbox as it is.
    pub(super) fn tick(&self, now: impl Fn(&HtmlInputElement) -> Option<bool>) {
        for scope in all::<HtmlInputElement>(&self.form, SCOPES) {
            if let Some(now) = now(&scope) {
                scope.set_checked(now);
            }
        }
    }

    /// Adds one row per operation, copied from the template. Does nothing if the rows exist already.
    pub(super) fn list(&self, operations: &[OperationOffer]) {
        let Some(place) = one::<Element>(&self.form, OPERATIONS) else { return };
        let Some(template) = one::<HtmlTemplateElement>(&place, "template") else { return };
        if all::<Element>(&place, ".scope").len() == operations.len() {
            return;
        }
        for (index, offer) in operations.iter().enumerate() {
            let Some(row) = copy(&template) else { return };
            let operation = &offer.operation;
            say(&row, ".scope-title", &operation.id);
            say(&row, ".scope-name", &format!("{} {}", operation.method, operation.path));
            say(&row, ".scope-words", &format!("{}: {}", offer.api, offer.note));
            if let Some(input) = one::<HtmlInputElement>(&row, "input") {
                input.set_value(&operation.id);
                input.set_disabled(!offer.is_open);
                set(&input, "data-index", Some(&index.to_string()));
            }
            let _ = place.insert_before(&row, Some(&template));
        }
    }

    /// Updates every element that depends on the input.
    pub(super) fn follow(&self, draft: &Draft, operations: &[OperationOffer], until: &str) {
        for part in all::<Element>(&self.form, "[data-when]") {
            let when = part.get_attribute("data-when").unwrap_or_default();
            let (name, value) = when.split_once('=').unwrap_or_default();
            show(&part, draft.has(name, value));
        }
        let (scopes, everything) = (draft.scopes(), draft.has("scope", ALL));
        for scope in all::<HtmlInputElement>(&self.form, SCOPES) {
            scope.set_disabled(scope.has_attribute("data-beyond") || (everything && scope.value() != ALL));
        }
        let rows = all::<HtmlInputElement>(&self.form, "[data-index]");
        for (row, offer) in rows.iter().zip(operations) {
            row.set_checked(offer.is_within(&scopes));
        }
        say(&self.around, "[data-says=until]", until);
        let count = if everything { "Everything".to_owned() } else { format!("{} chosen", scopes.len()) };
        say(&self.around, "[data-says=count]", &count);
        if let Some(title) = one::<Element>(&self.around, "[data-says=name]") {
            let name = match draft.value("name").trim() {
                "" => title.get_attribute("data-unnamed").unwrap_or_default(),
                name => shortened(name, 60),
            };
            say(&self.around, "[data-says=name]", &name);
        }
        self.search(draft.has("scopes-by", "operation"));
    }

    /// Shows only the rows that contain the search text.
    fn search(&self, by_operation: bool) {
        let Some(field) = one::<HtmlInputElement>(&self.form, "[data-search]") else { return };
        let words = if by_operation { "Search operations" } else { "Search scopes" };
        field.set_placeholder(words);
        set(&field, "aria-label", Some(words));
        let typed = field.value().trim().to_lowercase();
        for list in all::<Element>(&self.form, ".scopes-list") {
            let mut any = false;
            for row in all::<Element>(&list, ".scope") {
                let group =
                    row.closest("[role=group]").ok().flatten().and_then(|group| group.get_attribute("aria-label"));
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

    /// Fills the list of this name.
    pub(super) fn spell_out(&self, name: &str, lines: &[Line]) {
        let Some(place) = one::<Element>(&self.around, &format!("[data-lines={name}]")) else { return };
        let Some(template) = one::<HtmlTemplateElement>(&place, "template") else { return };
        let lists = all::<Element>(&place, "ul");
        lists.iter().for_each(|list| list.set_text_content(None));
        for (index, (operation, why)) in lines.iter().enumerate() {
            let (Some(row), Some(list)) = (copy(&template), lists.get(usize::from(index >= FirstLines::SHOWN))) else {
                return;
            };
            say(&row, "code", operation);
            say(&row, ".summary-why", why.as_deref().unwrap_or_default());
            let _ = list.append_child(&row);
        }
        let more = lines.len().saturating_sub(FirstLines::SHOWN);
        say(&place, "summary", &format!("and {more} more"));
        let shown = [("p", lines.is_empty()), ("ul", !lines.is_empty()), ("details", more > 0)];
        for (part, is_shown) in shown {
            if let Some(part) = one::<Element>(&place, part) {
                show(&part, is_shown);
            }
        }
        if let Some(section) = place.parent_element() {
            show(&section, !lines.is_empty() || one::<Element>(&place, "p").is_some());
        }
    }

    /// Shows each error at its field.
    pub(super) fn mark(&self, error: Option<&AppError>) {
        for note in all::<Element>(&self.form, "[data-at]") {
            let pointers = pointers(&note);
            let pointers: Vec<&str> = pointers.split_whitespace().collect();
            let said = error.and_then(|error| error.at(&pointers));
            show(&note, said.is_some());
            say(&note, "span", said.as_deref().unwrap_or_default());
            let id = note.id();
            let id = id.strip_suffix("-error").unwrap_or_default();
            let Some(control) = document().get_element_by_id(id) else { continue };
            let has_help = document().get_element_by_id(&format!("{id}-help")).is_some();
            set(&control, "aria-describedby", described_by(id, has_help, said.is_some()).as_deref());
            // For a group of controls, only the date input is marked as invalid.
            let typed =
                if control.tag_name() == "FIELDSET" { one(&control, "input[type=date]") } else { Some(control) };
            if let Some(typed) = typed {
                set(&typed, "aria-invalid", said.as_ref().map(|_| "true"));
            }
            if let (Some(_), Some(fold)) = (&said, note.closest("details").ok().flatten()) {
                set(&fold, "open", Some(""));
            }
        }
    }

    /// Error pointers that belong to a control.
    pub(super) fn pointers_of(&self, control: &Element) -> Vec<String> {
        let own = one::<Element>(&self.form, &format!("[id='{}-error']", control.id()));
        let of_group = || control.closest("fieldset").ok().flatten().and_then(|group| one(&group, "[data-at]"));
        let note = own.filter(|_| !control.id().is_empty()).or_else(of_group);
        note.map(|note| pointers(&note).split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Moves the focus to the first control that is marked as invalid.
    pub(super) fn focus_first_error(&self) {
        if let Some(control) = one::<HtmlElement>(&self.form, "[aria-invalid=true]") {
            let _ = control.focus();
        }
    }
}

/// A copy of the template's first element.
fn copy(template: &HtmlTemplateElement) -> Option<Element> {
    template.content().first_element_child()?.clone_node_with_deep(true).ok()?.dyn_into().ok()
}

fn pointers(note: &Element) -> String {
    note.get_attribute("data-at").unwrap_or_default()
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
