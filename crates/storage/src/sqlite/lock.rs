//! Locks, so that only one Platus writes to a database. They are locks of the kernel, which end with the process.
//!
//! Two files are locked: the database itself, also effective when files beside it are deleted, and a file beside it, which names the
//! process with the lock, and which earlier versions of Platus use too.

use crate::StoreError;
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for a Platus that is just ending.
const PATIENCE: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(20);

/// Holds the locks until it is dropped. It must outlive every connection: closing the database file would end the locks of SQLite in this
/// process.
#[derive(Debug)]
pub(super) struct Lock {
    _database: Option<File>,
    _beside: File,
}

impl Lock {
    /// Locks the database at `path`, which is created when there is none: empty, and readable by its owner only. What SQLite puts beside
    /// it gets the same rights.
    ///
    /// # Errors
    ///
    /// `Unusable` while another Platus has it, `Misplaced` when a file cannot be created.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path);
        // Following a planted link would empty another file.
        let mut marked = open(&beside, OFlags::NOFOLLOW | OFlags::NONBLOCK)?;
        let deadline = Instant::now() + PATIENCE;
        let held = |marked: &mut File| {
            StoreError::Unusable(format!(
                "{} is used by another Platus{}: end it, or set another `path` in `persistent_data_backend.data`",
                path.display(),
                holder(marked)
            ))
        };
        wait(&marked, &beside, deadline)?.ok_or(()).map_err(|()| held(&mut marked))?;
        let database = open(path, OFlags::NONBLOCK)?;
        let locks = is_locked_apart(&database);
        if locks {
            wait(&database, path, deadline)?.ok_or(()).map_err(|()| held(&mut marked))?;
        }
        // Only for the text above; the locks hold without it.
        if marked.set_len(0).is_ok() {
            write!(marked, "{}", std::process::id()).ok();
        }
        let database = locks.then_some(database);
        Ok(Self { _database: database, _beside: marked })
    }
}

/// Locks an open file; `None` when another process still has the lock at the deadline.
fn wait(file: &File, path: &Path, deadline: Instant) -> Result<Option<()>, StoreError> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(())),
            Err(TryLockError::Error(error)) => {
                return Err(StoreError::Away(format!("{} cannot be locked: {error}", path.display())));
            }
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(AGAIN),
        }
    }
}

fn open(path: &Path, flags: OFlags) -> Result<File, StoreError> {
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
    let opened = options.open(path);
    opened.map_err(|error| {
        StoreError::Misplaced(format!(
            "{} cannot be opened or created: {error}. See whether Platus may write there, or set another `path` in \
             `persistent_data_backend.data`",
            path.display()
        ))
    })
}

/// Whether this lock and those of SQLite are independent, as on the local file systems of Linux.
#[cfg(target_os = "linux")]
fn is_locked_apart(file: &File) -> bool {
    // NFS, CIFS and SMB 2, where this lock is one of the server's, as those of SQLite are.
    let is_of_network = |system: rustix::fs::StatFs| matches!(system.f_type, 0x6969 | 0xff53_4d42 | 0xfe53_4d42);
    rustix::fs::fstatfs(file).is_ok_and(|system| !is_of_network(system))
}

#[cfg(not(target_os = "linux"))]
fn is_locked_apart(_: &File) -> bool {
    false
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
