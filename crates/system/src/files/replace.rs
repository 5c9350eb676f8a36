use super::permissions::OTHERS_WRITE;
use std::ffi::OsString;
use std::fs::{File, Metadata, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{fs, io};
use tempfile::NamedTempFile;

/// The permission of a group to read.
const GROUP_READS: u32 = 0o040;

/// Replaces a file as a whole: a reader sees the old or the new text, also after a power failure. A new file is readable by its owner only.
/// An existing one keeps its owner and permissions, except the permission of other users to write. Each writer has a partial file of its
/// own, which no other user can have created. Waits for the disk.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    // Behind a link stands the file that is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let partial = written(&path, text.as_bytes())?;
    if let Ok(before) = fs::metadata(&path) {
        keep_access(partial.as_file(), &before)?;
    }
    put(partial, &path)
}

/// The same, but the group of `beside` can read a new file if it can read `beside`. So a file that an administrator creates can be read by a
/// service that runs as another user.
pub fn replace_file_beside(path: &Path, text: &str, beside: &Path) -> io::Result<()> {
    let is_new = !path.exists();
    replace_file(path, text)?;
    if is_new {
        share_with_group_of(path, &fs::metadata(beside)?)?;
    }
    Ok(())
}

/// Does nothing if that group is the own one.
fn share_with_group_of(path: &Path, beside: &Metadata) -> io::Result<()> {
    // Not the group of the new file, which is that of the folder if the folder says so.
    if beside.mode() & GROUP_READS == 0 || beside.gid() == rustix::process::getegid().as_raw() {
        return Ok(());
    }
    let file = File::open(path)?;
    // Only root, and members of the group, may do that. Others have created a file for themselves.
    if std::os::unix::fs::fchown(&file, None, Some(beside.gid())).is_ok() {
        file.set_permissions(Permissions::from_mode(0o600 | GROUP_READS))?;
    }
    Ok(())
}

/// The same, but a link itself is replaced instead of its target, which may belong to another user.
pub fn replace_link(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(written(path, bytes)?, path)
}

/// Creates a file that only its owner can read, with all its content at once. Fails with `AlreadyExists` when there is one.
pub fn create_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written(path, bytes)?.persist_noclobber(path).map_err(|failed| failed.error)?;
    sync_folder(path)
}

/// A partial file beside this one. It is deleted unless it replaces it.
fn written(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?);
    prefix.push(".");
    let permissions = Permissions::from_mode(0o600);
    let mut partial = tempfile::Builder::new().prefix(&prefix).permissions(permissions).tempfile_in(folder(path))?;
    partial.write_all(bytes)?;
    partial.as_file().sync_all()?;
    Ok(partial)
}

/// A command of an administrator must not change the owner of the file.
fn keep_access(partial: &File, before: &Metadata) -> io::Result<()> {
    let now = partial.metadata()?;
    if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
        let owner = (Some(before.uid()), Some(before.gid()));
        // Who may not do that may still write the file; the permissions then are for another owner, so they stay narrow.
        if std::os::unix::fs::fchown(partial, owner.0, owner.1).is_err() {
            return Ok(());
        }
    }
    partial.set_permissions(Permissions::from_mode(before.mode() & 0o777 & !OTHERS_WRITE))
}

fn put(partial: NamedTempFile, path: &Path) -> io::Result<()> {
    partial.persist(path).map_err(|failed| failed.error)?;
    sync_folder(path)
}

/// The replacement is durable only when the folder is on disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_file_is_replaced_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        replace_file(&path, "one").unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("one", 0o600));

        fs::set_permissions(&path, Permissions::from_mode(0o646)).unwrap();
        symlink(&path, &link).unwrap();
        replace_file(&link, "two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("two", 0o644));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    /// Only root can give a file to a group of others; for everyone else the new file stays private.
    #[test]
    fn a_new_file_can_be_read_by_the_group_of_the_one_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let beside = at("config.yaml");
        fs::write(&beside, "").unwrap();
        let can_give = std::os::unix::fs::chown(&beside, None, Some(4711)).is_ok();
        for (name, readable_by_group, expected) in [("one", 0o640, 0o640), ("two", 0o600, 0o600)] {
            fs::set_permissions(&beside, Permissions::from_mode(readable_by_group)).unwrap();
            replace_file_beside(&at(name), "text", &beside).unwrap();
            assert_eq!(mode(&at(name)), if can_give { expected } else { 0o600 }, "{name}");
        }
        let shared = at("shared");
        fs::create_dir(&shared).unwrap();
        std::os::unix::fs::chown(&shared, None, Some(4711)).ok();
        fs::set_permissions(&shared, Permissions::from_mode(0o2770)).unwrap();
        fs::set_permissions(&beside, Permissions::from_mode(0o640)).unwrap();
        replace_file_beside(&shared.join("three"), "text", &beside).unwrap();
        assert_eq!(mode(&shared.join("three")), if can_give { 0o640 } else { 0o600 }, "also where the folder gives the group");

        fs::set_permissions(at("one"), Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(&beside, Permissions::from_mode(0o644)).unwrap();
        replace_file_beside(&at("one"), "again", &beside).unwrap();
        assert_eq!(mode(&at("one")), 0o600, "an existing file keeps its permissions");
    }

    #[test]
    fn what_others_have_put_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("file"), folder.path().join("victim"));
        fs::write(&victim, "theirs").unwrap();
        symlink(&victim, folder.path().join("file.partial")).unwrap();
        replace_file(&path, "one").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");

        fs::remove_file(folder.path().join("file.partial")).unwrap();
        fs::write(folder.path().join("file.partial"), "").unwrap();
        fs::set_permissions(folder.path().join("file.partial"), Permissions::from_mode(0o666)).unwrap();
        fs::remove_file(&path).unwrap();
        replace_file(&path, "two").unwrap();
        assert_eq!(mode(&path), 0o600, "not that of a file that was left over");

        let link = folder.path().join("link");
        symlink(&victim, &link).unwrap();
        replace_link(&link, b"mine").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");
        assert_eq!((fs::read_to_string(&link).unwrap().as_str(), mode(&link)), ("mine", 0o600));
        assert_eq!(create_file(&link, b"other").unwrap_err().kind(), ErrorKind::AlreadyExists);
    }

    #[test]
    fn many_who_write_at_once_leave_one_whole_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let text = |number: usize| number.to_string().repeat(10_000);
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || (0..10).for_each(|_| replace_file(path, &text(number)).unwrap()));
            }
        });
        let left = fs::read_to_string(&path).unwrap();
        assert!((0..8).any(|number| left == text(number)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
