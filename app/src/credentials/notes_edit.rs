//! Metadata of a credential as editable rows. Values that the user leaves unchanged are sent back exactly as they were.

use crate::ui::{FieldNotes, TextCell};
use domain::credential::Metadata;
use leptos::prelude::*;

/// Empty rows for new entries. After saving, the form offers this many again.
const EMPTY_ROWS: usize = 3;

/// One row per entry, plus some empty rows. Rows without name and value are ignored.
#[component]
pub(super) fn NotesEdit(notes: Metadata, error: Signal<Option<String>>) -> impl IntoView {
    let rows = notes.into_iter().chain(std::iter::repeat_n((String::new(), String::new()), EMPTY_ROWS));
    let rows = rows.enumerate().map(|(index, (name, value))| {
        let of = |part: &str| format!("limits[notes][{index}][{part}]");
        view! {
            <div class="field-pair">
                <TextCell name=of("name") label=format!("Name of note {}", index + 1) text=name/>
                <TextCell name=of("value") label=format!("Value of note {}", index + 1) text=value/>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <fieldset class="field" aria-describedby="edit-metadata-help">
            <legend class="field-label">"Notes for programs"</legend>
            {rows}
            <FieldNotes
                id="edit-metadata"
                help="Metadata: a name and a value in each row. Empty both to remove a note. Never a secret."
                error=error
            />
        </fieldset>
    }
    .into_any()
}
