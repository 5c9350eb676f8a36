use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{io, thread};

/// How long another process may take with a file.
const LONGEST: Duration = Duration::from_secs(30);

const AGAIN: Duration = Duration::from_millis(10);

/// Keeps others from replacing a file, until it is dropped: the lock is one of the kernel's, which ends with the process in any case.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

/// Locks a file that is read, changed and replaced, by an empty hidden file beside it: the file itself is another one each time. Waits
/// for others, at most [`LONGEST`].
pub fn lock(path: &Path) -> io::Result<FileLock> {
    // Behind a link stands the file that is meant.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?);
    name.push(".lock");
    let beside = path.with_file_name(name);
    let failed = |error: io::Error| io::Error::new(error.kind(), format!("{} cannot be locked: {error}", beside.display()));
    // A planted link leads to the file of another user, and a pipe would be waited for.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).custom_flags(flags).open(&beside);
    let file = opened.map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(ErrorKind::InvalidInput, "it is no ordinary file; remove it")));
    }
    // What an administrator has locked once must not be closed to the user for whom Platus runs.
    if let Ok(owner) = std::fs::metadata(&path) {
        std::os::unix::fs::fchown(&file, Some(owner.uid()), Some(owner.gid())).ok();
    }
    let deadline = Instant::now() + LONGEST;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(FileLock { _file: file }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                let text = format!("another process has had the lock {} for {} s", beside.display(), LONGEST.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, text));
            }
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
