//! Views that all three kinds of credential share: list, create form, secret dialog, facts, secrets, permissions, roll
//! and revoke.
//!
//! Owns these views and their server functions. Differences between kinds come from `KindRules` and `KindLabels`. Must
//! never decide whether something is allowed: that is `service`. Islands are compiled for the browser too; the rest is
//! rendered on the server only. Pages combine these views.

#[cfg(any(feature = "hydrate", test))]
mod draft;
#[cfg(feature = "hydrate")]
pub(crate) mod issue_form;
mod kind_labels;
mod labels;
mod lifetime;
mod offer;
#[cfg(feature = "hydrate")]
mod reveal_once;
#[cfg(feature = "hydrate")]
pub(crate) mod roll_form;
mod server_fns;

#[cfg(feature = "ssr")]
mod client_fields;
#[cfg(feature = "ssr")]
mod client_keys;
#[cfg(feature = "ssr")]
mod danger_zone;
#[cfg(feature = "ssr")]
mod details;
#[cfg(feature = "ssr")]
mod edit_form;
#[cfg(feature = "ssr")]
mod issue_fields;
#[cfg(feature = "ssr")]
mod issue_page;
#[cfg(feature = "ssr")]
mod key_form;
#[cfg(feature = "ssr")]
mod lifetime_picker;
#[cfg(feature = "ssr")]
mod limits_fields;
#[cfg(feature = "ssr")]
mod notes_edit;
#[cfg(feature = "ssr")]
mod reveal_dialog;
#[cfg(feature = "ssr")]
mod revoke_panel;
#[cfg(feature = "ssr")]
mod rights_form;
#[cfg(feature = "ssr")]
mod roll_panel;
#[cfg(feature = "ssr")]
mod scope_chips;
#[cfg(feature = "ssr")]
mod scope_picker;
#[cfg(feature = "ssr")]
mod secrets;
#[cfg(feature = "ssr")]
mod standing;
#[cfg(feature = "ssr")]
mod status_badge;
#[cfg(feature = "ssr")]
mod summary;
#[cfg(feature = "ssr")]
mod table;
#[cfg(feature = "ssr")]
mod usage_panel;
#[cfg(feature = "ssr")]
mod who_notices;

pub use self::kind_labels::{KindLabels, kind_labels, sentence_case};
pub use self::labels::LabelsDraft;
pub use self::offer::{Beginning, FirstLines, Line, Offer, OperationOffer, Outlook, Prefill, Reach, ScopeOffer};
pub use self::server_fns::{
    AddClientKeys, CancelRoll, ClientForm, DisableCredential, EditCredential, EditRights, EnableCredential, FinishRoll,
    IssueCredential, IssueDraft, LimitsDraft, NoteDraft, OfferedOperations, RemoveClientKey, Revealed,
    RevokeCredential, RollCredential, add_client_keys, cancel_roll, disable_credential, edit_credential, edit_rights,
    enable_credential, finish_roll, issue_credential, offered_operations, remove_client_key, revoke_credential,
    roll_credential,
};

#[cfg(feature = "ssr")]
pub(crate) use self::{
    client_keys::{ClientKeys, KeyChange},
    danger_zone::DangerZone,
    details::{Details, duration_in_words},
    edit_form::EditForm,
    issue_page::IssueForm,
    key_form::KeyForm,
    reveal_dialog::RevealDialog,
    revoke_panel::{LastUse, RevokePanel},
    rights_form::RightsForm,
    roll_panel::RollForm,
    scope_chips::ScopeChips,
    secrets::Secrets,
    standing::Standing,
    status_badge::{SecretBadge, StatusBadge, status_in_words},
    table::{CredentialTable, Entry},
    usage_panel::UsagePanel,
    who_notices::WhoNotices,
};
