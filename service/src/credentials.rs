//! The life-cycle of credentials, one use case a file.
//!
//! Owns: joining permission, rule, transaction and event. Today these are the use cases of one's own personal access
//! tokens; what they share with the other kinds is in [`domain::credential`].

mod edit;
mod issue;
mod list;
mod revoke;
mod show;

pub use self::edit::TokenEdit;
pub use self::issue::TokenDraft;
pub use self::revoke::Confirmation;
pub use store::{Page, PageRequest};

use crate::Service;
use domain::{
    audit::{AuditAction, AuditEvent, Target},
    credential::Credential,
    ids::EventId,
};
use serde_json::Value;

impl Service {
    fn credential_event(&self, action: AuditAction, credential: &Credential, detail: Value) -> AuditEvent {
        let at = self.now();
        AuditEvent {
            id: EventId::new(at, self.inner.sources.entropy()),
            at,
            action,
            target: Target::from(credential),
            detail,
        }
    }
}
