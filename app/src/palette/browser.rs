//! Browser access for the palette and the shortcuts: keys, clicks, the page's commands and table rows.

use super::{
    entry::{Entry, EntryAction},
    finder::Finder,
    keys::{Command, Pressed, command},
};
use crate::ui::{keep, kept};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement, HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};

const COMMANDS: &str = "[data-command]";
const OFF: &str = "mintmark-single-keys-off";
/// Milliseconds to wait for the letter after `g`.
const WAIT: f64 = 1500.0;

/// Listens to the keyboard and to the buttons that open the palette.
pub(super) fn wake(finder: Finder, open: impl Fn() + Copy + 'static) {
    let since_g = StoredValue::new(f64::NEG_INFINITY);
    let _ = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let focus = document().active_element();
        let key = event.key();
        let pressed = Pressed {
            key: &key,
            control: event.ctrl_key() != event.meta_key(),
            other_modifier: event.alt_key() || (event.ctrl_key() && event.meta_key()),
            is_typing: focus.as_ref().is_some_and(takes_text),
            in_dialog: one("dialog[open]").is_some(),
            in_palette: finder.dialog.get_untracked().is_some_and(|dialog| dialog.open()),
            is_on: keys_are_on(),
            after_g: event.time_stamp() - since_g.get_value() < WAIT,
        };
        since_g.set_value(f64::NEG_INFINITY);
        let Some(command) = command(&pressed) else { return };
        if command == Command::AwaitPage {
            since_g.set_value(event.time_stamp());
        }
        if obey(command, finder, open, focus.as_ref()) {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return };
        if target.closest("[data-palette]").ok().flatten().is_some() {
            open();
        } else if let Some(dialog) = finder.dialog.get_untracked()
            && &target == AsRef::<Element>::as_ref(&dialog)
        {
            dialog.close(); // click on the backdrop
        }
    });
    // Closing clears the input, so the browser's page cache does not keep it.
    let _ = window_event_listener(ev::pagehide, move |_| {
        if let Some(dialog) = finder.dialog.get_untracked() {
            dialog.close();
        }
    });
    Effect::new(move || {
        if let (Some(dialog), Some(input)) = (finder.dialog.get(), finder.input.get())
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            let _ = input.focus();
        }
    });
    Effect::new(move || {
        if finder.shows_keys.get()
            && let Some(dialog) = finder.keys_dialog.get()
        {
            let _ = dialog.show_modal();
        }
    });
}

/// Runs the command. Returns whether it had an effect.
fn obey(command: Command, finder: Finder, open: impl Fn(), focus: Option<&Element>) -> bool {
    match command {
        Command::Palette => open(),
        Command::ClosePalette => {
            if let Some(dialog) = finder.dialog.get_untracked() {
                dialog.close();
            }
        }
        Command::ShowKeys => finder.shows_keys.set(true),
        Command::AwaitPage => {}
        Command::Page(letter) => return click(&format!("[data-key='{letter}']")),
        Command::Search => match one("main input[type=search], main [role=search] input").and_then(html) {
            Some(field) => return field.focus().is_ok(),
            None => open(),
        },
        Command::MainAction => return click(".page-actions .button-primary"),
        Command::Row(step) => return to_row(step, focus),
        Command::Tick => return tick(finder, focus),
    }
    true
}

fn one(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn all(selector: &str) -> Vec<Element> {
    let found = document().query_selector_all(selector).ok();
    let found = found.map(|list| (0..list.length()).filter_map(move |index| list.get(index)));
    found.into_iter().flatten().filter_map(|node| node.dyn_into().ok()).collect()
}

fn html(element: Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

fn click(selector: &str) -> bool {
    one(selector).and_then(html).is_some_and(|element| {
        element.click();
        true
    })
}

/// Whether the element takes keys as input. A field of a closed dialog keeps the focus until the next rendering, so it
/// does not count.
fn takes_text(element: &Element) -> bool {
    if element.closest("dialog:not([open])").ok().flatten().is_some() {
        return false;
    }
    match element.tag_name().as_str() {
        "INPUT" => !element
            .get_attribute("type")
            .is_some_and(|kind| ["checkbox", "radio", "button", "submit"].contains(&kind.as_str())),
        "TEXTAREA" | "SELECT" => true,
        _ => element.closest("[contenteditable], [role=combobox], [role=textbox]").ok().flatten().is_some(),
    }
}

/// Moves the focus to the link of the next or previous row. Without a focused row, moves it to the first.
fn to_row(step: i32, focus: Option<&Element>) -> bool {
    let links = all("main tbody tr a.entry-name");
    let row = |element: &Element| element.closest("tr").ok().flatten();
    let here = focus.and_then(row);
    let place = here.and_then(|here| links.iter().position(|link| row(link).as_ref() == Some(&here)));
    let last = links.len().saturating_sub(1);
    let next = match (place, step > 0) {
        (None, _) => 0,
        (Some(place), true) => (place + 1).min(last),
        (Some(place), false) => place.saturating_sub(1),
    };
    links.into_iter().nth(next).and_then(html).is_some_and(|link| link.focus().is_ok())
}

/// Checks or unchecks the focused row, and announces the result.
fn tick(finder: Finder, focus: Option<&Element>) -> bool {
    let row = focus.and_then(|element| element.closest("tr").ok().flatten());
    let found = row.and_then(|row| row.query_selector(".tick").ok().flatten());
    let Some(tick) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) else { return false };
    tick.click();
    let name = tick.get_attribute("aria-label").unwrap_or_default();
    let name = name.strip_prefix("Select ").unwrap_or(&name);
    let action = if tick.checked() { "Selected" } else { "Not selected any more:" };
    finder.said.set(format!("{action} {name}. {} selected.", all(".tick:checked").len()));
    true
}

/// Commands on the current page.
pub(super) fn commands() -> Vec<Entry> {
    let entry = |(number, element): (u32, Element)| {
        let words = element.get_attribute("data-command")?;
        let note = element.get_attribute("data-key").map(|letter| format!("g {letter}")).unwrap_or_default();
        let group = if element.tag_name() == "A" { "Pages" } else { "Actions" };
        Some(Entry::new(group, &words, &note, EntryAction::Press(number)))
    };
    (0..).zip(all(COMMANDS)).filter_map(entry).collect()
}

/// Letter and label of every page that has a letter.
pub(super) fn keys_of_pages() -> Vec<(char, String)> {
    let key = |element: &Element| element.get_attribute("data-key")?.chars().next();
    all("[data-key]").iter().filter_map(|page| Some((key(page)?, page.get_attribute("data-command")?))).collect()
}

pub(super) fn press(number: u32) {
    if let Some(element) = all(COMMANDS).into_iter().nth(number as usize).and_then(html) {
        element.click();
    }
}

pub(super) fn go(href: &str) {
    let _ = window().location().set_href(href);
}

/// Scrolls just enough to show the option.
pub(super) fn show_option(index: usize) {
    if let Some(option) = document().get_element_by_id(&format!("palette-{index}")) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether single-key shortcuts are on. They are on unless the browser has stored otherwise.
pub(super) fn keys_are_on() -> bool {
    kept(OFF).is_none()
}

pub(super) fn keep_keys_on(on: bool) {
    keep(OFF, (!on).then_some("1"));
}
