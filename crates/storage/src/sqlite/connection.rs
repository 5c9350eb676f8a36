//! Opens connections to the file.

use super::{failure, migrations};
use crate::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

/// Time limit of a statement that waits for another program's lock.
const BUSY: Duration = Duration::from_secs(1);

/// Bytes of a page. With chunks of some hundred bytes to a few kilobytes, larger ones make every commit write more.
const PAGE: i64 = 4096;

/// Pages in the write-ahead log before a commit moves them into the database.
const CHECKPOINT: i64 = 1000;

/// Bytes to which the write-ahead log is cut back after something large.
const LOG: i64 = 16 << 20;

const STATEMENTS: usize = 64;

/// Tells one file from another that has taken its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// Of the file at `path`; fails when there is none.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), number: metadata.ino() })
    }
}

/// Opens an existing file for writing, and updates its schema. A rejected file stays unchanged.
pub(super) fn writing(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| failure::of(path, &error);
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    let version = migrations::check(&connection, path)?;
    set_up(&connection).map_err(failed)?;
    migrations::run(&mut connection, version).map_err(failed)?;
    Ok(connection)
}

/// Opens an existing file for reading.
pub(super) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.pragma_update(None, "page_size", PAGE)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // A commit must be on disk when it is reported as stored.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG, |_| Ok(()))
}
