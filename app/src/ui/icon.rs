//! The icon set, drawn in the colour of the text and silent for screen readers. What each looks like is in `style/icons.css`: a
//! page names its icons and does not draw them.

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
    /// The class that says how it is drawn, for what draws it as a part of itself.
    pub(super) fn name(self) -> &'static str {
        self.class().trim_start_matches("icon ")
    }

    fn class(self) -> &'static str {
        match self {
            Glyph::Ban => "icon i-ban",
            Glyph::Book => "icon i-book",
            Glyph::Building => "icon i-building",
            Glyph::Chart => "icon i-chart",
            Glyph::Check => "icon i-check",
            Glyph::Chevrons => "icon i-chevrons",
            Glyph::Client => "icon i-client",
            Glyph::Clock => "icon i-clock",
            Glyph::Close => "icon i-close",
            Glyph::Copy => "icon i-copy",
            Glyph::Dash => "icon i-dash",
            Glyph::Download => "icon i-download",
            Glyph::Edit => "icon i-edit",
            Glyph::Help => "icon i-help",
            Glyph::Info => "icon i-info",
            Glyph::Key => "icon i-key",
            Glyph::Ledger => "icon i-ledger",
            Glyph::List => "icon i-list",
            Glyph::Moon => "icon i-moon",
            Glyph::More => "icon i-more",
            Glyph::Pause => "icon i-pause",
            Glyph::Person => "icon i-person",
            Glyph::Play => "icon i-play",
            Glyph::Plus => "icon i-plus",
            Glyph::Robot => "icon i-robot",
            Glyph::Roll => "icon i-roll",
            Glyph::Screen => "icon i-screen",
            Glyph::Search => "icon i-search",
            Glyph::SignOut => "icon i-sign-out",
            Glyph::Sun => "icon i-sun",
            Glyph::System => "icon i-system",
            Glyph::Warning => "icon i-warning",
        }
    }
}

/// One icon; the words beside it carry the meaning, or else its title for whoever sees it or hears it.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
    /// What it says, where there are no words.
    #[prop(optional)]
    title: Option<&'static str>,
) -> impl IntoView {
    view! { <i class=glyph.class() role=title.map(|_| "img") title=title></i> }.into_any()
}
