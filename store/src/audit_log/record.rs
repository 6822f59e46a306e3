//! One row of the log, and the bytes of it that are hashed.
//!
//! Owns: the two canonical forms. They must never change for existing rows; a new form needs a new label. Rows without
//! a key version are hashed with SHA-256, which anyone can compute. Rows with a key version are hashed with
//! HMAC-SHA-256 under that key. The fields follow in column order. An absent field is the byte 0. A present field is
//! the byte 1, its length in 8 bytes big-endian, and its bytes. Text is UTF-8; numbers are 8 bytes big-endian. The
//! lengths make it impossible to move text from one field to the next.

use super::AuditKeys;
use domain::{
    access::{Permit, Principal},
    audit::AuditEvent,
    secret::Pepper,
};
use sha2::{Digest, Sha256};

/// The previous hash of an organization's first event.
pub(super) const GENESIS: [u8; 32] = [0; 32];

const LABEL: &[u8] = b"mintmark-audit-1";
const KEYED_LABEL: &[u8] = b"mintmark-audit-2";

#[derive(Debug, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) org_id: String,
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) action: String,
    pub(super) actor_type: String,
    pub(super) actor_id: String,
    pub(super) actor_name: String,
    pub(super) actor_credential_id: Option<String>,
    pub(super) actor_credential_name: Option<String>,
    pub(super) actor_session_id: Option<String>,
    pub(super) target_type: String,
    pub(super) target_id: String,
    pub(super) target_name: Option<String>,
    pub(super) detail: String,
    pub(super) request_id: String,
    pub(super) ip: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) prev_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) key_version: Option<i32>,
}

impl EventRow {
    /// Builds the record of an event under this permit, with its number, the previous hash and its own hash.
    pub(super) fn new(permit: &Permit, event: &AuditEvent, seq: i64, prev_hash: Vec<u8>, key: &Pepper) -> Self {
        let actor = permit.actor();
        let (actor_type, credential) = match actor.principal() {
            Principal::Person { .. } => ("person", None),
            Principal::Credential { id, name } => ("credential", Some((id.to_string(), name.to_string()))),
            Principal::System { .. } => ("system", None),
        };
        let (actor_credential_id, actor_credential_name) = credential.unzip();
        let context = permit.context();
        let mut record = Self {
            org_id: permit.org().to_string(),
            seq,
            id: event.id.to_string(),
            at: event.at.millis(),
            action: event.action.as_str().to_owned(),
            actor_type: actor_type.to_owned(),
            actor_id: actor.as_creator().id,
            actor_name: actor.name().to_string(),
            actor_credential_id,
            actor_credential_name,
            actor_session_id: actor.session().map(|session| session.to_string()),
            target_type: event.target.kind.to_owned(),
            target_id: event.target.id.clone(),
            target_name: event.target.name.clone(),
            detail: event.detail.to_string(),
            request_id: context.request_id.clone(),
            ip: context.ip.map(|ip| ip.to_string()),
            user_agent: context.user_agent.clone(),
            prev_hash,
            hash: Vec::new(),
            key_version: Some(key.version()),
        };
        record.hash = key.mac(&record.canonical()).to_vec();
        record
    }

    /// Computes the hash that the row should have. Returns `None` if the key of its version is unknown.
    pub(super) fn digest(&self, keys: &AuditKeys) -> Option<[u8; 32]> {
        match self.key_version {
            None => Some(Sha256::digest(self.canonical()).into()),
            Some(version) => keys.of(version).map(|key| *key.mac(&self.canonical())),
        }
    }

    /// Returns the bytes to hash: the previous hash, the label of the form, and the fields.
    fn canonical(&self) -> Vec<u8> {
        let mut form = self.prev_hash.clone();
        match self.key_version {
            None => form.extend(LABEL),
            Some(version) => {
                form.extend(KEYED_LABEL);
                form.extend(version.to_be_bytes());
            }
        }
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        let fields: [Option<&[u8]>; 18] = [
            Some(self.org_id.as_bytes()),
            Some(&seq),
            Some(self.id.as_bytes()),
            Some(&at),
            Some(self.action.as_bytes()),
            Some(self.actor_type.as_bytes()),
            Some(self.actor_id.as_bytes()),
            Some(self.actor_name.as_bytes()),
            bytes(&self.actor_credential_id),
            bytes(&self.actor_credential_name),
            bytes(&self.actor_session_id),
            Some(self.target_type.as_bytes()),
            Some(self.target_id.as_bytes()),
            bytes(&self.target_name),
            Some(self.detail.as_bytes()),
            Some(self.request_id.as_bytes()),
            bytes(&self.ip),
            bytes(&self.user_agent),
        ];
        for field in fields {
            match field {
                None => form.push(0),
                Some(field) => {
                    form.push(1);
                    form.extend((field.len() as u64).to_be_bytes());
                    form.extend(field);
                }
            }
        }
        form
    }
}

fn bytes(text: &Option<String>) -> Option<&[u8]> {
    text.as_ref().map(String::as_bytes)
}
