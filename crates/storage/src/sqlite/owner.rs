//! Who writes to the database: the one that has loaded last. It leaves its mark there, and looks at it in every transaction, so that
//! nothing that another one has written meanwhile is taken for its own, even without the locks.

use super::writer::Trouble;
use crate::StoreError;
use rusqlite::{Connection, OptionalExtension};
use rustls::crypto::ring;
use std::path::Path;

/// Names one load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(i64);

impl Owner {
    /// One that is not yet known to the database.
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut bytes = [0; 8];
        let random = ring::default_provider().secure_random.fill(&mut bytes);
        random.map_err(|_| StoreError::Away("the system gives no random numbers".to_owned()))?;
        Ok(Self(i64::from_le_bytes(bytes)))
    }

    /// Takes the database over from everybody else, within a transaction.
    pub(super) fn take_over(self, transaction: &Connection) -> rusqlite::Result<()> {
        transaction.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('writer', ?1)", [self.0]).map(|_| ())
    }

    /// Fails when another one has taken over since, within the transaction that is to write.
    pub(super) fn check(self, transaction: &Connection, path: &Path) -> Result<(), Trouble> {
        let mut select = transaction.prepare_cached("SELECT value FROM meta WHERE name = 'writer'")?;
        let writer: Option<i64> = select.query_row([], |row| row.get(0)).optional()?;
        if writer == Some(self.0) {
            return Ok(());
        }
        Err(Trouble::Told(StoreError::Unusable(format!(
            "another Platus has begun to write to {}; end one of them, or set another `path` in `persistent_data_backend.data`, and \
             then start this one again",
            path.display()
        ))))
    }
}
