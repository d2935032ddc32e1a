//! The gate that everything passes which changes something outside of this machine: requests that write, uploads, pushes.
//!
//! `--dry-run` closes it: what would have been sent is kept, to be shown.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// One thing that changes something outside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Write {
    /// How it is sent: the method of a request, or `push`.
    pub method: String,
    /// Where it goes, without credentials: an address, or a remote repository.
    pub target: String,
    /// What is sent: fields and their values; a file by its name and size.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

/// The gate of one run. Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    held: Option<Arc<Mutex<Vec<Write>>>>,
}

impl Gate {
    /// A gate that lets nothing through.
    pub fn closed() -> Self {
        Self { held: Some(Arc::default()) }
    }

    /// Whether nothing gets through.
    pub fn is_closed(&self) -> bool {
        self.held.is_some()
    }

    /// Whether `write` may be sent. Where it may not, it is kept.
    #[must_use]
    pub fn lets_through(&self, write: impl FnOnce() -> Write) -> bool {
        let Some(held) = &self.held else { return true };
        held.lock().unwrap_or_else(PoisonError::into_inner).push(write());
        false
    }

    /// What was not sent, in order.
    pub fn held(&self) -> Vec<Write> {
        let held = self.held.as_ref();
        held.map(|held| held.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_gate_keeps_what_it_is_shown() {
        let write = || Write { method: "POST".to_owned(), target: "https://h/a".to_owned(), body: Value::Null };
        let open = Gate::default();
        assert!(open.lets_through(write) && !open.is_closed() && open.held().is_empty());
        let closed = Gate::closed();
        assert!(!closed.clone().lets_through(write) && closed.is_closed());
        assert_eq!(closed.held(), [write()]);
    }
}
