//! That only one Platus writes to a database. The lock is one of the kernel's, so that it ends with the process in any case.

use crate::storage::store::StoreError;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a Platus that is just ending has to let go of the database.
const PATIENCE: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(20);

/// Holds the lock until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks the database at `path`, by a file of its own beside it: the locks of SQLite stay untouched.
    ///
    /// # Errors
    ///
    /// `Unusable` while another Platus has it, `Away` when the file cannot be created.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path);
        let away = |error| StoreError::Away(format!("{} cannot be opened: {error}", beside.display()));
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&beside).map_err(away)?;
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            if error != rustix::io::Errno::WOULDBLOCK {
                return Err(StoreError::Away(format!("{} cannot be locked: {error}", beside.display())));
            }
            if Instant::now() > deadline {
                return Err(StoreError::Unusable(format!(
                    "{} is used by another Platus{}: end it, or set another `path` in `persistent_data_backend.data`",
                    path.display(),
                    holder(&mut file)
                )));
            }
            thread::sleep(AGAIN);
        }
        // Only for the text above; the lock holds without it.
        if file.set_len(0).is_ok() {
            write!(file, "{}", std::process::id()).ok();
        }
        Ok(Self { _file: file })
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-lock");
    PathBuf::from(beside)
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok();
    text.trim().parse::<u32>().map_or_else(|_| String::new(), |id| format!(" (process {id})"))
}
