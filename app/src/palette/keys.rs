//! Maps keys to commands. Contains no browser code, so that it can be tested.
//!
//! A single key never has an effect while the user types, holds a modifier or has a dialog open.

/// A key press and its context.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pressed<'a> {
    pub(super) key: &'a str,
    /// Exactly one of Control and Command. Shift is ignored.
    pub(super) control: bool,
    /// Alt, or Control and Command together.
    pub(super) other_modifier: bool,
    /// An input field has the focus.
    pub(super) is_typing: bool,
    /// Any dialog is open.
    pub(super) in_dialog: bool,
    /// The open dialog is the palette.
    pub(super) in_palette: bool,
    /// Single-key shortcuts are on.
    pub(super) is_on: bool,
    /// The previous key was `g`, and was pressed recently.
    pub(super) after_g: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Palette,
    ClosePalette,
    ShowKeys,
    /// Wait for the letter of a page.
    AwaitPage,
    Page(char),
    Search,
    MainAction,
    /// 1: next row. -1: previous row.
    Row(i32),
    /// Check or uncheck the row.
    Tick,
}

/// The command for this key press, if there is one.
pub(super) fn command(pressed: &Pressed) -> Option<Command> {
    if pressed.other_modifier {
        return None;
    }
    if pressed.control {
        return match (pressed.key.eq_ignore_ascii_case("k"), pressed.in_dialog, pressed.in_palette) {
            (true, false, _) => Some(Command::Palette),
            (true, true, true) => Some(Command::ClosePalette),
            _ => None,
        };
    }
    if !pressed.is_on || pressed.is_typing || pressed.in_dialog {
        return None;
    }
    let mut letters = pressed.key.chars();
    let (Some(key), None) = (letters.next(), letters.next()) else { return None };
    if pressed.after_g {
        return key.is_ascii_lowercase().then_some(Command::Page(key));
    }
    Some(match key {
        '?' => Command::ShowKeys,
        'g' => Command::AwaitPage,
        '/' => Command::Search,
        'c' => Command::MainAction,
        'j' => Command::Row(1),
        'k' => Command::Row(-1),
        'x' => Command::Tick,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Pressed = Pressed {
        key: "",
        control: false,
        other_modifier: false,
        is_typing: false,
        in_dialog: false,
        in_palette: false,
        is_on: true,
        after_g: false,
    };

    #[test]
    fn single_keys_do_nothing_while_typing_with_modifiers_in_dialogs_or_switched_off() {
        for key in ["?", "g", "/", "c", "j", "k", "x"] {
            assert!(command(&Pressed { key, ..HERE }).is_some(), "{key}");
            for off in [
                Pressed { key, is_typing: true, ..HERE },
                Pressed { key, other_modifier: true, ..HERE },
                Pressed { key, in_dialog: true, ..HERE },
                Pressed { key, is_on: false, ..HERE },
            ] {
                assert_eq!(command(&off), None, "{off:?}");
            }
        }
        assert_eq!(command(&Pressed { key: "c", control: true, ..HERE }), None, "copying stays copying");
    }

    #[test]
    fn the_palette_opens_from_a_field_too_and_stays_when_single_keys_are_off() {
        let opens = Pressed { key: "k", control: true, is_typing: true, is_on: false, ..HERE };
        assert_eq!(command(&opens), Some(Command::Palette));
        assert_eq!(command(&Pressed { in_dialog: true, ..opens }), None);
        let again = Pressed { in_dialog: true, in_palette: true, ..opens };
        assert_eq!(command(&again), Some(Command::ClosePalette), "the same keys close it");
    }

    #[test]
    fn g_and_a_letter_go_to_a_page() {
        assert_eq!(command(&Pressed { key: "g", ..HERE }), Some(Command::AwaitPage));
        assert_eq!(command(&Pressed { key: "c", after_g: true, ..HERE }), Some(Command::Page('c')));
        assert_eq!(command(&Pressed { key: "Enter", after_g: true, ..HERE }), None);
    }
}
