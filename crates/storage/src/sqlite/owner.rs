//! The owner of the database: the process that loaded it last. It stores its mark there, and checks it in every transaction, so that it
//! detects writes of another process, even without the locks.

use super::failure::Failure;
use crate::StoreError;
use rusqlite::{Connection, OptionalExtension};
use rustls::crypto::ring;
use std::path::Path;

/// Names one load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(i64);

impl Owner {
    /// A new owner, not yet known to the database.
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut bytes = [0; 8];
        let random = ring::default_provider().secure_random.fill(&mut bytes);
        random.map_err(|_| StoreError::Away("the system gives no random numbers".to_owned()))?;
        Ok(Self(i64::from_le_bytes(bytes)))
    }

    /// Takes over the database, within a transaction.
    pub(super) fn take_over(self, transaction: &Connection) -> rusqlite::Result<()> {
        transaction.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('writer', ?1)", [self.0]).map(|_| ())
    }

    /// Fails when another process has taken over since. Called within the transaction that writes.
    pub(super) fn check(self, transaction: &Connection, path: &Path) -> Result<(), Failure> {
        let mut select = transaction.prepare_cached("SELECT value FROM meta WHERE name = 'writer'")?;
        let writer: Option<i64> = select.query_row([], |row| row.get(0)).optional()?;
        if writer == Some(self.0) {
            return Ok(());
        }
        Err(Failure::Store(StoreError::Unusable(format!(
            "another Platus has begun to write to {}; end one of them, or set another `path` in `persistent_data_backend.data`, and \
             then start this one again",
            path.display()
        ))))
    }
}
