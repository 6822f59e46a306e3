//! The design system: controls and text elements that are independent of the product.
//!
//! Owns appearance and behavior for keyboard, pointer and screen reader. Classes are in `style/`. Must never contain
//! product terms, call the service, or write an inline style. `pages/` combines these elements.

mod badge;
#[cfg(feature = "ssr")]
mod bars;
mod button;
mod callout;
mod choice;
mod code_line;
mod copy_button;
mod dialog;
mod empty_state;
mod escape;
mod field;
mod icon;
mod menu;
mod segments;
mod select;
mod shortened;
mod storage;
mod table;
mod text_area;
mod text_field;
mod time;
mod time_labels;
mod toast;

pub use self::badge::{Badge, Tone};
#[cfg(feature = "ssr")]
pub use self::bars::{Bar, draw_bars};
pub use self::button::{Button, ButtonLink, Look};
pub use self::callout::{Callout, CalloutTone};
pub use self::choice::{Choice, ChoiceKind};
pub use self::code_line::CodeLine;
#[cfg(feature = "hydrate")]
pub(crate) use self::copy_button::listen_for_copying;
pub use self::copy_button::{CopyButton, CopyOf};
pub use self::dialog::Dialog;
pub use self::empty_state::EmptyState;
pub(crate) use self::escape::escaped;
pub use self::field::{Field, FieldNotes, described_by};
pub use self::icon::{Glyph, Icon};
pub use self::menu::{Menu, MenuLink};
pub use self::segments::Segment;
pub use self::select::Select;
pub use self::shortened::{if_long, shortened};
pub use self::storage::{keep, kept};
pub use self::table::Table;
pub use self::text_area::{TextArea, TextCell, TextToCopy};
pub use self::text_field::{InputKind, TextField};
pub use self::time::{ExactTime, RelativeTime};
pub use self::time_labels::{date_in_words, days_until, exact_in_words, input_date, relative_in_words};
pub use self::toast::Toast;
