//! The icon set: strokes on a 16-px grid, drawn in the colour of the text and silent for screen readers.

use leptos::prelude::*;

/// Every icon there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each name says what it shows")]
pub enum Glyph {
    Ban,
    Book,
    Building,
    Chart,
    Check,
    Chevrons,
    Client,
    Clock,
    Close,
    Copy,
    Dash,
    Download,
    Edit,
    Help,
    Info,
    Key,
    Ledger,
    List,
    Moon,
    More,
    Pause,
    Person,
    Play,
    Plus,
    Robot,
    Roll,
    Screen,
    Search,
    SignOut,
    Sun,
    System,
    Warning,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Ban => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM3.8 3.8l8.4 8.4",
            Glyph::Book => {
                "M8 4.2C6.8 3.3 5 3 2.5 3v9.5c2.5 0 4.3.3 5.5 1.2 1.2-.9 3-1.2 5.5-1.2V3C11 3 9.2 3.3 8 4.2ZM8 4.2v9.3"
            }
            Glyph::Building => {
                "M3 14V3.5C3 2.7 3.7 2 4.5 2h4c.8 0 1.5.7 1.5 1.5V14M10 6h1.5c.8 0 1.5.7 1.5 1.5V14M1.5 14h13M5.5 5h2M5.5 8h2M5.5 11h2"
            }
            Glyph::Chart => "M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6",
            Glyph::Check => "m3 8.5 3.2 3L13 4.5",
            Glyph::Chevrons => "m5 6 3-3 3 3M5 10l3 3 3-3",
            Glyph::Client => {
                "M3.5 2.5h9c.6 0 1 .4 1 1v2c0 .6-.4 1-1 1h-9c-.6 0-1-.4-1-1v-2c0-.6.4-1 1-1ZM3.5 9.5h9c.6 0 1 .4 1 1v2c0 .6-.4 1-1 1h-9c-.6 0-1-.4-1-1v-2c0-.6.4-1 1-1ZM5 4.5v.1M5 11.5v.1"
            }
            Glyph::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.5",
            Glyph::Close => "m4 4 8 8M12 4l-8 8",
            Glyph::Copy => {
                "M6.5 5.5h6c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1h-6c-.6 0-1-.4-1-1v-6c0-.6.4-1 1-1ZM3.5 10.5c-.6 0-1-.4-1-1v-6c0-.6.4-1 1-1h6c.6 0 1 .4 1 1"
            }
            Glyph::Dash => "M4 8h8",
            Glyph::Download => "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
            Glyph::Edit => "M10.8 2.7a1.4 1.4 0 0 1 2 0l.5.5a1.4 1.4 0 0 1 0 2L6 12.5l-3.2.7.7-3.2 7.3-7.3Z",
            Glyph::Help => {
                "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.2 6.4C6.2 5.4 7 4.8 8 4.8s1.8.6 1.8 1.6c0 1.4-1.8 1.4-1.8 2.7M8 11.2v.1"
            }
            Glyph::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5v3.2M8 5.2v.1",
            Glyph::Key => {
                "M10.2 9.3a3.6 3.6 0 1 0-3.5-3.5c0 .5.1 1 .3 1.4l-4.5 4.5v1.8h2.2v-1.4h1.4v-1.4h1.4l1.3-1.3c.4.2.9.2 1.4-.1ZM11 5v.1"
            }
            Glyph::Ledger => {
                "M4 2h8c.6 0 1 .4 1 1v10c0 .6-.4 1-1 1H4c-.6 0-1-.4-1-1V3c0-.6.4-1 1-1ZM5.5 5h5M5.5 8h5M5.5 11h3"
            }
            Glyph::List => "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
            Glyph::Moon => "M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8Z",
            Glyph::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Glyph::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Glyph::Person => "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM3 13.5c0-2.3 2.2-3.5 5-3.5s5 1.2 5 3.5",
            Glyph::Play => "M5 3.2v9.6L12.5 8 5 3.2Z",
            Glyph::Plus => "M8 3v10M3 8h10",
            Glyph::Robot => {
                "M4 6h8c.6 0 1 .4 1 1v5c0 .6-.4 1-1 1H4c-.6 0-1-.4-1-1V7c0-.6.4-1 1-1ZM8 6V3M6 9.2v.1M10 9.2v.1M1.5 8.5v2M14.5 8.5v2"
            }
            Glyph::Roll => "M13.5 8a5.5 5.5 0 0 1-9.8 3.5M2.5 8a5.5 5.5 0 0 1 9.8-3.5M12.5 2v2.7H9.8M3.5 14v-2.7h2.7",
            Glyph::Screen => {
                "M3 2.5h10c.6 0 1 .4 1 1v6.5c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1V3.5c0-.6.4-1 1-1ZM5.5 13.5h5M8 11v2.5"
            }
            Glyph::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.6 10.6 14 14",
            Glyph::SignOut => "M6 13.5H3.5c-.6 0-1-.4-1-1v-9c0-.6.4-1 1-1H6M10.5 11l3-3-3-3M13.5 8H6",
            Glyph::Sun => {
                "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1M8 13.5v1M14.5 8h-1M2.5 8h-1M12.6 3.4l-.7.7M4.1 11.9l-.7.7M12.6 12.6l-.7-.7M4.1 4.1l-.7-.7"
            }
            Glyph::System => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M10 2.5v11M12 3.8v8.4",
            Glyph::Warning => {
                "M7.1 2.8a1 1 0 0 1 1.8 0l5 9.2a1 1 0 0 1-.9 1.5H3a1 1 0 0 1-.9-1.5l5-9.2ZM8 6.5v3M8 11.5v.1"
            }
        }
    }
}

/// One icon; the words beside it carry the meaning.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
) -> impl IntoView {
    let class = if glyph == Glyph::More { "icon icon-bold" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
    .into_any()
}
