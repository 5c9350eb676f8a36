//! Copies of the database: written while Platus works with it, verified, and put back while it does not.

use super::lock::Lock;
use super::{SqliteStore, connection, failure, migrations};
use crate::StoreError;
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Why a copy was not made or not put back. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} exists already; give another name, or `--force` to replace it", .0.display())]
    Exists(PathBuf),
    #[error("{} is no SQLite database, so it is not replaced; give another name, or delete it first", .0.display())]
    Foreign(PathBuf),
    #[error("{} is the database itself; give another name", .0.display())]
    Same(PathBuf),
    #[error("{} is empty; give the path of a backup", .0.display())]
    Empty(PathBuf),
    #[error("{} is damaged: {reason}", path.display())]
    Damaged { path: PathBuf, reason: String },
}

impl SqliteStore {
    /// Writes a copy of the database as it is at one moment, also while a Platus writes to it. The copy is readable by its owner only, and
    /// it is checked before it gets its name. An existing file is replaced only with `overwrite`, and only if it is a database or empty.
    /// Waits for the disk.
    ///
    /// # Errors
    ///
    /// When there is no database, one of the files cannot be used, or the copy is damaged.
    pub fn back_up(&self, to: &Path, overwrite: bool) -> Result<(), BackupError> {
        let write = |source| BackupError::Write { path: to.to_owned(), source };
        self.check_other(to)?;
        if fs::symlink_metadata(to).is_ok() {
            if !overwrite {
                return Err(BackupError::Exists(to.to_owned()));
            }
            if !is_replaceable(to).map_err(|source| BackupError::Read { path: to.to_owned(), source })? {
                return Err(BackupError::Foreign(to.to_owned()));
            }
        }
        fs::metadata(&self.path).map_err(|source| BackupError::Read { path: self.path.clone(), source })?;
        let failed = |error| BackupError::from(failure::of(&self.path, &error));
        let source = connection::reading(&self.path).map_err(failed)?;
        migrations::check(&source, &self.path)?;

        let partial = partial(to).map_err(write)?;
        let name = partial.path().to_str().ok_or_else(|| write(io::Error::new(ErrorKind::InvalidInput, "its name is no UTF-8")))?;
        source.execute("VACUUM INTO ?1", [name]).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => write(io::Error::from(ErrorKind::StorageFull)),
            _ => failed(error),
        })?;
        check_whole(partial.path())?;
        partial.as_file().sync_all().map_err(write)?;
        put(partial, to, overwrite)
    }

    /// Puts a copy in the place of the database, and returns where the replaced one is now; `None` if there was none. No Platus may work
    /// with the database meanwhile. `now` is part of the name of the replaced database. Waits for the disk.
    ///
    /// # Errors
    ///
    /// When a Platus works with the database, the copy is damaged or one of a newer Platus, or a file cannot be used.
    pub fn restore(&self, from: &Path, now: DateTime<Utc>) -> Result<Option<PathBuf>, BackupError> {
        let write = |source| BackupError::Write { path: self.path.clone(), source };
        self.check_other(from)?;
        let read = |source| BackupError::Read { path: from.to_owned(), source };
        if fs::metadata(from).map_err(read)?.len() == 0 {
            return Err(BackupError::Empty(from.to_owned()));
        }
        check_whole(from)?;

        super::place::check(&self.path)?;
        // It creates an empty file when there is no database.
        let lock = Lock::take(&self.path)?;
        let mut partial = partial(&self.path).map_err(write)?;
        let mut copied = File::open(from).map_err(read)?;
        io::copy(&mut copied, partial.as_file_mut()).map_err(write)?;
        // The copy could have been changed meanwhile.
        check_whole(partial.path())?;
        partial.as_file().sync_all().map_err(write)?;

        let aside = self.move_aside(now).map_err(write)?;
        put(partial, &self.path, false)?;
        drop(lock);
        Ok(aside)
    }

    /// Renames the database, and the log beside it, which has its latest commits.
    fn move_aside(&self, now: DateTime<Utc>) -> io::Result<Option<PathBuf>> {
        let suffix = now.format("-replaced-%Y%m%dT%H%M%S%.3fZ").to_string();
        let (log, index) = (beside(&self.path, "-wal"), beside(&self.path, "-shm"));
        if fs::metadata(&self.path)?.len() == 0 {
            fs::remove_file(&self.path)?;
            return Ok(None);
        }
        let aside = beside(&self.path, &suffix);
        fs::rename(&self.path, &aside)?;
        for (file, to) in [(log, beside(&aside, "-wal")), (index, beside(&aside, "-shm"))] {
            match fs::rename(file, to) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Some(aside))
    }

    fn check_other(&self, file: &Path) -> Result<(), BackupError> {
        let own = ["", "-wal", "-shm", "-journal"].map(|suffix| beside(&self.path, suffix));
        match fs::canonicalize(file) {
            Ok(file) if own.contains(&file) => Err(BackupError::Same(file)),
            _ => Ok(()),
        }
    }
}

/// Fails unless the file is a whole database of this Platus or an earlier one.
fn check_whole(path: &Path) -> Result<(), BackupError> {
    let failed = |error| BackupError::from(failure::of(path, &error));
    let connection = connection::reading(path).map_err(failed)?;
    migrations::check(&connection, path)?;
    let found = findings(&connection).map_err(failed)?;
    match found.as_slice() {
        [only] if only == "ok" => Ok(()),
        found => Err(BackupError::Damaged { path: path.to_owned(), reason: found.join("; ") }),
    }
}

/// Whether a backup may replace the file: an earlier backup, or an empty file. A mistyped name must not cost a configuration.
fn is_replaceable(path: &Path) -> io::Result<bool> {
    /// The first bytes of a database: <https://www.sqlite.org/fileformat2.html#magic_header_string>.
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut begin = Vec::new();
    if !fs::metadata(path)?.is_file() {
        return Ok(false);
    }
    File::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut begin)?;
    Ok(begin.is_empty() || begin == MAGIC)
}

/// What SQLite finds wrong, at most some of it; `ok` if that is nothing.
fn findings(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare("PRAGMA integrity_check(3)")?;
    check.query_map([], |row| row.get(0))?.collect()
}

/// A file beside this one, deleted unless it replaces it. Only its owner can read it.
fn partial(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    tempfile::Builder::new().prefix(&prefix).permissions(Permissions::from_mode(0o600)).tempfile_in(folder(path))
}

fn put(partial: NamedTempFile, path: &Path, overwrite: bool) -> Result<(), BackupError> {
    let write = |source| BackupError::Write { path: path.to_owned(), source };
    let persisted = if overwrite { partial.persist(path) } else { partial.persist_noclobber(path) };
    persisted.map_err(|failed| match failed.error {
        error if error.kind() == ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
        error => write(error),
    })?;
    // The name is durable only when the folder is on disk.
    File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(write)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
