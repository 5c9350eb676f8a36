use rustix::fs::OFlags;
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{io, thread};

/// Longest time to wait for another process.
const LONGEST: Duration = Duration::from_secs(30);

const AGAIN: Duration = Duration::from_millis(10);

/// Prevents other processes from replacing a file, until it is dropped. It is a lock of the kernel, which ends with the process.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

/// Locks a file that is read, changed and replaced, with an empty hidden file beside it, because each replacement is a new file. Waits for
/// other processes, at most [`LONGEST`].
pub fn lock(path: &Path) -> io::Result<FileLock> {
    // Behind a link stands the file that is meant.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?);
    name.push(".lock");
    let beside = path.with_file_name(name);
    let failed = |error: io::Error| io::Error::new(error.kind(), format!("{} cannot be locked: {error}", beside.display()));
    // A planted link leads to the file of another user.
    let file = open_private(&beside, false).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(ErrorKind::InvalidInput, "it is no ordinary file; remove it")));
    }
    // A lock file that an administrator created must be accessible to the user of Platus.
    if let Ok(owner) = std::fs::metadata(&path) {
        std::os::unix::fs::fchown(&file, Some(owner.uid()), Some(owner.gid())).ok();
    }
    if lock_until(&file, Instant::now() + LONGEST).map_err(failed)? {
        return Ok(FileLock { _file: file });
    }
    let text = format!("another process has had the lock {} for {} s", beside.display(), LONGEST.as_secs());
    Err(io::Error::new(ErrorKind::TimedOut, text))
}

/// Opens a file for reading and writing, and creates a missing one: empty, and accessible to its owner only. A pipe is not waited for.
/// A link is an error unless `follow_links`.
pub fn open_private(path: &Path, follow_links: bool) -> io::Result<File> {
    let links = if follow_links { OFlags::empty() } else { OFlags::NOFOLLOW };
    let flags = i32::try_from((links | OFlags::NONBLOCK).bits()).unwrap_or_default();
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(path)
}

/// Locks an open file, and waits for other processes until the deadline. Returns whether it has the lock.
#[expect(clippy::disallowed_methods, reason = "callers are on threads that may block")]
pub fn lock_until(file: &File, deadline: Instant) -> io::Result<bool> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(AGAIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_at_a_time_and_a_planted_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&path, "").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let held = lock(&path).unwrap();
        let beside = File::open(folder.path().join(".file.lock")).unwrap();
        assert!(matches!(beside.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        let _same = lock(&link).unwrap();
        assert!(matches!(beside.try_lock(), Err(TryLockError::WouldBlock)), "a link locks the file that is meant");

        let victim = folder.path().join("victim");
        std::os::unix::fs::symlink(&victim, folder.path().join(".other.lock")).unwrap();
        assert!(lock(&folder.path().join("other")).is_err() && !victim.exists());
    }
}
