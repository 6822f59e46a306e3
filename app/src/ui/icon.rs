//! The icons, in the color of the text and hidden from screen readers. `style/icons.css` draws them, so a page contains
//! only their names.

use leptos::prelude::*;

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
    /// Class that draws the icon, for elements that draw it themselves.
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

/// An icon. It needs words beside it, or a title that carries the meaning.
#[component]
pub fn Icon(
    glyph: Glyph,
    /// Tooltip and name for screen readers. Needed only where there are no words.
    #[prop(optional)]
    title: Option<&'static str>,
) -> impl IntoView {
    view! { <i class=glyph.class() role=title.map(|_| "img") title=title></i> }.into_any()
}
