//! Bulk operations, with their names and labels.

use crate::server_side::BulkAction;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BulkOperation {
    Revoke,
    Disable,
    Enable,
    /// Transfer to a service account.
    Transfer,
}

impl BulkOperation {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Revoke, Self::Disable, Self::Enable, Self::Transfer]
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    /// Name in URLs and forms.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Transfer => "transfer",
        }
    }

    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Revoke => "Revoke",
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Transfer => "Transfer",
        }
    }

    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Revoke => "revoked",
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::Transfer => "transferred",
        }
    }

    /// The service's action. `None` for a transfer, which is a use case of its own.
    pub(crate) fn action(self) -> Option<BulkAction> {
        match self {
            Self::Revoke => Some(BulkAction::Revoke),
            Self::Disable => Some(BulkAction::Disable),
            Self::Enable => Some(BulkAction::Enable),
            Self::Transfer => None,
        }
    }
}
