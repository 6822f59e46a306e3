//! The palette: a combobox with its list in a modal dialog (ARIA: combobox, listbox, active descendant).
//!
//! The focus stays in the input field. Arrow keys move the active option, Enter chooses it, and the number of results
//! is announced.

use super::{
    browser,
    entry::{Entry, EntryAction, fitting},
    search_desk,
    secret_like::secret_like,
    shortcuts::Shortcuts,
};
use crate::ui::{Dialog, Glyph, Icon};
use leptos::{ev, html, prelude::*};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(150);

/// State of the palette. Cheap to copy, so all parts share it.
#[derive(Clone, Copy)]
pub(super) struct Finder {
    pub(super) dialog: NodeRef<html::Dialog>,
    pub(super) input: NodeRef<html::Input>,
    pub(super) is_open: RwSignal<bool>,
    pub(super) keys_dialog: NodeRef<html::Dialog>,
    pub(super) shows_keys: RwSignal<bool>,
    /// Text announced by screen readers while the palette is closed.
    pub(super) said: RwSignal<String>,
    typed: RwSignal<String>,
    here: RwSignal<Vec<Entry>>,
    found: RwSignal<Vec<Entry>>,
    state: RwSignal<Asking>,
    active: RwSignal<usize>,
    turn: StoredValue<u32>,
    actions: StoredValue<Vec<(String, String)>>,
    find: StoredValue<String>,
}

/// State of the request to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Asking {
    #[default]
    Nothing,
    Waiting,
    Refused(String),
}

/// The palette and the list of shortcuts, both initially closed. `actions` has label and URL of the quick actions.
/// `find` is the URL of the page that finds a credential by its value.
#[island]
pub fn Palette(actions: Vec<(String, String)>, find: String) -> impl IntoView {
    let finder = Finder {
        dialog: NodeRef::new(),
        input: NodeRef::new(),
        is_open: RwSignal::new(false),
        keys_dialog: NodeRef::new(),
        shows_keys: RwSignal::new(false),
        said: RwSignal::new(String::new()),
        typed: RwSignal::new(String::new()),
        here: RwSignal::new(Vec::new()),
        found: RwSignal::new(Vec::new()),
        state: RwSignal::new(Asking::Nothing),
        active: RwSignal::new(0),
        turn: StoredValue::new(0),
        actions: StoredValue::new(actions),
        find: StoredValue::new(find),
    };
    browser::wake(finder, move || finder.open());
    view! {
        <Dialog node=finder.dialog id="palette-title" title="Jump to" held=false on:close=move |_| finder.closed()>
            <Show when=move || finder.is_open.get()>
                <Combobox finder=finder/>
            </Show>
        </Dialog>
        <Shortcuts finder=finder/>
        <p class="unseen" role="status">{finder.said}</p>
    }
    .into_any()
}

impl Finder {
    /// Collects the commands of the page, and opens.
    fn open(self) {
        let mut here = browser::commands();
        let go = |(words, href): (String, String)| Entry::new("Actions", &words, "", EntryAction::Go(href));
        here.extend(self.actions.get_value().into_iter().map(go));
        here.push(Entry::new("Actions", "Keyboard shortcuts", "", EntryAction::ShowKeys));
        self.here.set(here);
        self.is_open.set(true);
    }

    fn closed(self) {
        self.is_open.set(false);
        self.typed.set(String::new());
        self.found.set(Vec::new());
        self.turn.update_value(|turn| *turn += 1);
    }

    /// Matching entries, best first.
    fn entries(self) -> Vec<Entry> {
        let typed = self.typed.get();
        if secret_like(&typed) {
            let find = EntryAction::Go(self.find.get_value());
            return vec![Entry::new("Actions", "Find which credential this is", "", find)];
        }
        let mut entries = fitting(self.here.get(), &typed);
        entries.extend(self.found.get());
        entries
    }

    /// Takes the new input, and asks the server once typing pauses. Never sends anything that may be a secret.
    fn type_in(self, typed: String) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.active.set(0);
        self.found.set(Vec::new());
        let asks = typed.trim().chars().count() > 1 && !secret_like(&typed);
        self.state.set(if asks { Asking::Waiting } else { Asking::Nothing });
        self.typed.set(typed.clone());
        if asks {
            set_timeout(move || self.ask(turn, typed), PAUSE);
        }
    }

    fn ask(self, turn: u32, typed: String) {
        let is_current = move || self.turn.get_value() == turn;
        if !is_current() {
            return;
        }
        leptos::task::spawn_local(async move {
            let answer = search_desk(typed).await;
            if is_current() {
                match answer {
                    Ok(hits) => {
                        self.found.set(hits.into_iter().map(Entry::from).collect());
                        self.state.set(Asking::Nothing);
                    }
                    Err(error) => self.state.set(Asking::Refused(error.message)),
                }
            }
        });
    }

    fn press(self, event: &ev::KeyboardEvent) {
        let (count, active) = (untrack(|| self.entries()).len(), self.active.get_untracked());
        let next = match event.key().as_str() {
            "ArrowDown" if count > 0 => (active + 1) % count,
            "ArrowUp" if count > 0 => (active + count - 1) % count,
            "Enter" if !event.is_composing() => return self.choose(active),
            _ => return,
        };
        event.prevent_default();
        self.active.set(next);
        browser::show_option(next);
    }

    fn choose(self, index: usize) {
        let Some(entry) = untrack(|| self.entries()).into_iter().nth(index) else { return };
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        match entry.action {
            EntryAction::Go(href) => browser::go(&href),
            EntryAction::Press(number) => browser::press(number),
            EntryAction::ShowKeys => self.shows_keys.set(true),
        }
    }

    /// The announced text.
    fn count_in_words(self) -> String {
        if secret_like(&self.typed.get()) {
            return "This looks like a secret, so it is not searched for.".to_owned();
        }
        match (self.entries().len(), self.state.get()) {
            (_, Asking::Refused(message)) => message,
            (0, Asking::Waiting) => "Searching".to_owned(),
            (0, Asking::Nothing) => "Nothing found. Credentials are found by name, id or redacted form.".to_owned(),
            (1, _) => "1 result".to_owned(),
            (count, _) => format!("{count} results"),
        }
    }
}

#[component]
fn Combobox(finder: Finder) -> impl IntoView {
    let entries = Memo::new(move |_| finder.entries());
    let active = move || finder.active.get().min(entries.with(Vec::len).saturating_sub(1));
    let is_secret = move || secret_like(&finder.typed.get());
    view! {
        <div class="palette">
            <div class="palette-field">
                <Icon glyph=Glyph::Search/>
                <input
                    node_ref=finder.input
                    class="palette-input"
                    type="text"
                    role="combobox"
                    aria-label="Page, action or credential"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant=move || (!entries.with(Vec::is_empty)).then(|| format!("palette-{}", active()))
                    placeholder="Page, action, credential or documentation"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength="500"
                    on:input=move |event| finder.type_in(event_target_value(&event))
                    on:keydown=move |event| finder.press(&event)
                />
            </div>
            <div class="palette-list" id="palette-list" role="listbox" aria-label="Results">
                {move || groups(entries.get(), finder, active)}
            </div>
            <p class="palette-note" role="status" class:unseen=move || !(entries.with(Vec::is_empty) || is_secret())>
                {move || finder.count_in_words()}
            </p>
        </div>
    }
    .into_any()
}

/// Entries under the headings of their groups.
fn groups(entries: Vec<Entry>, finder: Finder, active: impl Fn() -> usize + Copy + Send + Sync + 'static) -> AnyView {
    let numbered: Vec<_> = entries.into_iter().enumerate().collect();
    numbered
        .chunk_by(|(_, a), (_, b)| a.group == b.group)
        .map(|group| {
            let title = group.first().map(|(_, entry)| entry.group.clone()).unwrap_or_default();
            let options =
                group.iter().map(|(index, entry)| option(*index, entry.clone(), finder, active)).collect_view();
            view! {
                <div role="group" aria-label=title.clone()>
                    <p class="palette-group" aria-hidden="true">{title.clone()}</p>
                    {options}
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn option(index: usize, entry: Entry, finder: Finder, active: impl Fn() -> usize + Send + Sync + 'static) -> AnyView {
    view! {
        <div
            class="palette-option"
            role="option"
            id=format!("palette-{index}")
            aria-selected=move || if active() == index { "true" } else { "false" }
            on:click=move |_| finder.choose(index)
        >
            <span class="palette-words" dir="auto">{entry.words}</span>
            <span class="palette-hint">{entry.note}</span>
        </div>
    }
    .into_any()
}
