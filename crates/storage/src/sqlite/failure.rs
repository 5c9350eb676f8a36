//! Errors of SQLite in the words of an operator, and whether a later attempt may succeed.

use crate::StoreError;
use rusqlite::{Error, ErrorCode};
use std::path::Path;

/// Why an operation on the database failed.
pub(super) enum Failure {
    Sqlite(Error),
    /// An error that already has the words of an operator.
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// The error of the store in the file at `path`.
    pub(super) fn into_error(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => of(path, &error),
            Self::Store(error) => error,
        }
    }

    /// Whether a new connection may succeed where this one failed.
    pub(super) fn ends_connection(&self) -> bool {
        matches!(self, Self::Sqlite(error) if ends_connection(error))
    }
}

/// The error of the store for an error of SQLite in the file at `path`.
pub(super) fn of(path: &Path, error: &Error) -> StoreError {
    let place = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Away(format!("{place} is locked by another program that works with it"))
        }
        Some(ErrorCode::DiskFull) => StoreError::Away(format!("there is no space left for {place}")),
        Some(ErrorCode::CannotOpen) => {
            StoreError::Away(format!("{place} cannot be opened: see whether its folder exists and Platus may write there"))
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Away(format!("{place} cannot be written: see whether Platus may write to it and to its folder"))
        }
        Some(ErrorCode::SystemIoFailure) => StoreError::Away(format!("the disk with {place} fails: {error}")),
        Some(
            ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::OperationAborted
            | ErrorCode::SchemaChanged,
        ) => StoreError::Away(format!("{place}: {error}")),
        Some(ErrorCode::NotADatabase) => StoreError::Unusable(format!(
            "{place} is not a database of SQLite: set `path` in `persistent_data_backend.data` to another file, or move this one away"
        )),
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::Unusable(format!("{place} is damaged ({error}): put a copy of it back, or move it away to begin anew"))
        }
        _ => StoreError::Unusable(format!("{place} holds other data than expected: {error}")),
    }
}

fn ends_connection(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::NotADatabase
                | ErrorCode::DatabaseCorrupt
        )
    )
}
