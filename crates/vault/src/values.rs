//! The values that were requested from Vault.

use super::error::{Kind, VaultError};
use crate::VaultKey;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};
use tokio::time::Instant;
use yaml::Secret;

/// An entry for each key that was asked for; there are as many as the configuration names.
#[derive(Default)]
pub(super) struct Values(Mutex<HashMap<VaultKey, Arc<Entry>>>);

impl Values {
    pub fn entry(&self, key: &VaultKey) -> Arc<Entry> {
        let mut entries = self.0.lock();
        Arc::clone(entries.entry(key.clone()).or_default())
    }

    /// When the oldest value was read.
    pub fn oldest(&self) -> Option<Instant> {
        let entries = self.0.lock();
        entries.values().filter_map(|entry| entry.read_at()).min()
    }

    /// Whether any value is known.
    pub fn has_any(&self) -> bool {
        let entries = self.0.lock();
        entries.values().any(|entry| entry.read_at().is_some())
    }
}

/// One key.
#[derive(Default)]
pub(super) struct Entry {
    known: Mutex<Known>,
    /// Locked while it is read.
    turn: Arc<Turns<()>>,
}

/// What is known about one key.
#[derive(Clone, Default)]
pub(super) struct Known {
    /// The value that was read last, and when. Absent when Vault answered since that it does not exist.
    pub good: Option<(Secret, Instant)>,
    /// Why the last attempt to read it failed, and when.
    pub bad: Option<(VaultError, Instant)>,
}

impl Entry {
    pub fn known(&self) -> Known {
        self.known.lock().clone()
    }

    /// When its value was read; absent while there is none.
    fn read_at(&self) -> Option<Instant> {
        self.known.lock().good.as_ref().map(|(_, read)| *read)
    }

    /// The right to read it, unless it is being read.
    pub fn begin(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.turn).try_lock_owned().ok()
    }

    /// Waits until it is not being read.
    pub async fn wait(&self) {
        drop(self.turn.lock().await);
    }

    /// Records the result of reading it.
    pub fn take(&self, read: Result<Secret, VaultError>) {
        let mut known = self.known.lock();
        match read {
            Ok(secret) => *known = Known { good: Some((secret, Instant::now())), bad: None },
            Err(error) => {
                if error.kind == Kind::Missing {
                    known.good = None;
                }
                known.bad = Some((error, Instant::now()));
            }
        }
    }

    /// The value that was read last, or why there is none.
    pub fn outcome(&self) -> Result<Secret, VaultError> {
        let Known { good, bad } = self.known();
        match (good, bad) {
            (Some((secret, _)), _) => Ok(secret),
            (None, Some((error, _))) => Err(error),
            (None, None) => Err(VaultError::away("it is still being read")),
        }
    }
}
