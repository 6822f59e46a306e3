//! What can be done to many credentials at once, in words.

use crate::server_side::BulkAction;

/// Something to do to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Revoke.
    Revoke,
    /// Switch off.
    Disable,
    /// Switch on.
    Enable,
    /// Hand over to a service account.
    HandOver,
}

impl Deed {
    /// The one of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Revoke, Self::Disable, Self::Enable, Self::HandOver].into_iter().find(|deed| deed.name() == name)
    }

    /// As addresses and forms write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::HandOver => "transfer",
        }
    }

    /// The verb, at the start of a sentence.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Revoke => "Revoke",
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::HandOver => "Hand over",
        }
    }

    /// The same, when it is done.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Revoke => "revoked",
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::HandOver => "handed over",
        }
    }

    /// As the service is asked; none for handing over, which is a use case of its own.
    pub(crate) fn action(self) -> Option<BulkAction> {
        match self {
            Self::Revoke => Some(BulkAction::Revoke),
            Self::Disable => Some(BulkAction::Disable),
            Self::Enable => Some(BulkAction::Enable),
            Self::HandOver => None,
        }
    }
}
