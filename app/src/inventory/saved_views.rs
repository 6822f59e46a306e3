//! Named views of the inventory. A view is a filter as written in the URL. It is a personal bookmark, so only this
//! browser stores it, for one person and organization.
//!
//! Owns the rules for stored views, and the links. `filter` interprets the filter; the page ignores unknown parts and
//! says so.

use crate::{
    palette::secret_like,
    ui::{Button, Field, Glyph, Icon, described_by, keep, kept},
};
use leptos::{ev, html, prelude::*};

const MOST: usize = 50;
const LONGEST_NAME: usize = 60;
const LONGEST_QUERY: usize = 2000;

/// Name and filter.
type View = (String, String);

/// The stored views, without invalid ones.
fn read(text: Option<String>) -> Vec<View> {
    let views: Vec<View> = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    views.into_iter().filter(|view| flaw(view, &[]).is_none()).take(MOST).collect()
}

/// Why this view can't be stored beside the others.
fn flaw((name, query): &View, others: &[View]) -> Option<&'static str> {
    if name.is_empty() {
        Some("Give the view a name.")
    } else if name.chars().count() > LONGEST_NAME {
        Some("A name has at most 60 characters.")
    } else if others.iter().any(|(other, _)| other == name) {
        Some("There is a view of this name. Choose another one, or delete that first.")
    } else if others.len() >= MOST {
        Some("There are 50 views already. Delete one first.")
    } else if secret_like(query) {
        Some("The search looks like a secret, so this view is not kept.")
    } else if query.is_empty() || query.len() > LONGEST_QUERY {
        Some("This filter cannot be kept.")
    } else {
        None
    }
}

/// Links to the views, and a form that saves the current one. Needs script, because the browser stores them.
#[island]
pub fn SavedViews(
    /// Key in the browser's storage.
    place: String,
    /// URL of the list.
    path: String,
    /// Current filter as written in the URL. Empty without a filter.
    present: String,
) -> impl IntoView {
    let views = RwSignal::new(Vec::<View>::new());
    let (place, path, present) = (StoredValue::new(place), StoredValue::new(path), StoredValue::new(present));
    let (name, error, said) =
        (RwSignal::new(String::new()), RwSignal::new(None::<String>), RwSignal::new(String::new()));
    let list = NodeRef::<html::Nav>::new();
    Effect::new(move || views.set(read(kept(&place.get_value()))));
    let write = move || {
        let text = views.with_untracked(|views| serde_json::to_string(views).ok());
        keep(&place.get_value(), text.as_deref())
    };
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let view = (name.get_untracked().trim().to_owned(), present.get_value());
        error.set(views.with_untracked(|views| flaw(&view, views)).map(str::to_owned));
        if error.with_untracked(Option::is_some) {
            return;
        }
        said.set(format!("Kept {}.", view.0));
        views.update(|views| views.push(view));
        if write() {
            name.set(String::new());
        } else {
            views.update(|views| drop(views.pop()));
            said.set(String::new());
            error.set(Some("This browser keeps nothing for this site.".to_owned()));
        }
    };
    let remove = move |gone: String| {
        views.update(|views| views.retain(|(name, _)| *name != gone));
        write();
        said.set(format!("Deleted {gone}."));
        if let Some(list) = list.get_untracked() {
            let _ = list.focus();
        }
    };
    let is_kept = move || views.with(|views| views.iter().any(|(_, query)| *query == present.get_value()));
    let can_keep = move || !present.with_value(String::is_empty) && !is_kept();
    view! {
        <div class="views">
            <nav class="views-list" aria-label="Saved views" tabindex="-1" node_ref=list hidden=move || views.with(Vec::is_empty)>
                {move || {
                    views
                        .get()
                        .into_iter()
                        .map(|(name, query)| {
                            let here = query == present.get_value();
                            let gone = name.clone();
                            view! {
                                <span class="view">
                                    <a href=format!("{}?{query}", path.get_value()) aria-current=here.then_some("true") dir="auto">{name.clone()}</a>
                                    <button type="button" aria-label=format!("Delete the view {name}") on:click=move |_| remove(gone.clone())>
                                        <Icon glyph=Glyph::Close/>
                                    </button>
                                </span>
                            }
                        })
                        .collect_view()
                }}
            </nav>
            <Show when=can_keep>
                <form class="views-form" on:submit=add novalidate>
                    <Field id="view-name" label="Keep this view as" error=error>
                        <input
                            class="input"
                            id="view-name"
                            type="text"
                            maxlength="60"
                            autocomplete="off"
                            dir="auto"
                            prop:value=name
                            aria-invalid=move || error.get().map(|_| "true")
                            aria-describedby=move || described_by("view-name", false, error.get().is_some())
                            on:input=move |event| name.set(event_target_value(&event))
                        />
                    </Field>
                    <Button>"Keep view"</Button>
                </form>
            </Show>
            <p class="unseen" role="status">{said}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, query: &str) -> View {
        (name.to_owned(), query.to_owned())
    }

    #[test]
    fn a_view_needs_a_name_of_its_own_and_a_filter_without_a_secret() {
        let kept = [view("Idle", "idle=90")];
        assert_eq!(flaw(&view("Test keys", "env=test"), &kept), None);
        for (bad, word) in [
            (view("", "env=test"), "name"),
            (view(&"x".repeat(61), "env=test"), "60"),
            (view("Idle", "env=test"), "of this name"),
            (view("Nothing", ""), "cannot be kept"),
            (view("Oops", "q=mint_pat_00000000000000000000000000000000000000000000BFvHX"), "secret"),
        ] {
            assert!(flaw(&bad, &kept).unwrap().contains(word), "{bad:?}");
        }
        let many: Vec<_> = (0..50).map(|number| view(&number.to_string(), "env=test")).collect();
        assert!(flaw(&view("One more", "env=test"), &many).unwrap().contains("50"));
    }

    #[test]
    fn what_was_kept_and_is_no_view_is_left_out() {
        assert_eq!(read(None), []);
        assert_eq!(read(Some("{\"not\": \"a list\"}".into())), []);
        assert_eq!(read(Some("[[\"Idle\",\"idle=90\"],[\"\",\"x=1\"]]".into())), [view("Idle", "idle=90")]);
    }
}
