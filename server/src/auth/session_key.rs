//! The key that cookies of sessions are encrypted with. With it one can log in as any user, so a file that others may have read or
//! written is no key any more.

use cookie::Key;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::{fs, io};
use system::files::{OrdinaryFile, create_file, open_ordinary, replace_link};

/// Bytes of a file of a key at most. Platus makes files of 64.
const LIMIT: u64 = 64 * 1024;

/// Permissions of everybody but owner and group, and those of the group.
const OTHERS: u32 = 0o007;
const GROUP: u32 = 0o070;

/// The key that cookies are encrypted with.
#[derive(Clone)]
pub struct SessionKey(Key);

impl SessionKey {
    /// A new key, for as long as the process lives.
    pub fn random() -> Self {
        Self(Key::generate())
    }

    /// A given key, of 64 bytes at least. Nothing when it is shorter.
    pub fn given(text: &str) -> Option<Self> {
        Key::try_from(text.as_bytes()).ok().map(Self)
    }

    /// The key in this file, which is made, readable by its owner only, when it is absent: a restart then logs nobody out. A file that
    /// others could have read or written, and one without a key, is replaced by a new key, with a warning. Waits for the disk.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, is no ordinary file or another user's, or leads to an unsafe one elsewhere.
    pub fn load_or_create(path: &Path) -> io::Result<Self> {
        match open_ordinary(path) {
            Ok(file) => Self::load(path, file),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Key::generate();
                match create_file(path, key.master()) {
                    Ok(()) => Ok(Self(key)),
                    // Another process has just made it; or the link that is there leads nowhere, which the error then says.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::load(path, open_ordinary(path)?),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn load(path: &Path, file: OrdinaryFile) -> io::Result<Self> {
        let refused = |text: String| Err(io::Error::new(ErrorKind::PermissionDenied, text));
        let (mode, owner) = (file.metadata.mode(), file.metadata.uid());
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        // Root and the owner of the folder can do as they like in any case.
        let owners = [rustix::process::geteuid().as_raw(), 0, fs::metadata(folder)?.uid()];
        if !owners.contains(&owner) {
            return refused(format!(
                "it belongs to another user ({owner}), who may know the key; delete it, and a new one is made"
            ));
        }
        let bytes = file.read(LIMIT)?;
        let unsafe_because = match bytes.first() {
            _ if mode & OTHERS != 0 => "every user of this machine could read or write its file",
            None => "its file is empty",
            Some(first) if bytes.iter().all(|byte| byte == first) => "its file holds no key, but one byte repeated",
            Some(_) => {
                let wrong = "it does not hold a key of 64 bytes or more; delete it, and a new one is made";
                let key = Key::try_from(bytes.as_slice()).map_err(|_| io::Error::new(ErrorKind::InvalidData, wrong))?;
                if mode & GROUP != 0 {
                    // Where it is not possible, as with volumes of Kubernetes, the group is Platus's own.
                    fs::set_permissions(path, Permissions::from_mode(mode & !GROUP & 0o777)).ok();
                }
                return Ok(Self(key));
            }
        };
        if fs::symlink_metadata(path)?.is_symlink() {
            return refused(format!("{unsafe_because}, and a link is not replaced; make the file readable by its owner only"));
        }
        let key = Key::generate();
        replace_link(path, key.master())?;
        tracing::warn!(
            file = %path.display(),
            "The session key was replaced, since {unsafe_because}. All users have to log in again."
        );
        Ok(Self(key))
    }

    pub(super) fn key(&self) -> &Key {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn load(path: &Path) -> Result<Vec<u8>, String> {
        SessionKey::load_or_create(path).map(|key| key.0.master().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("session.key");
        let key = load(&path).unwrap();
        assert_eq!(load(&path).unwrap(), key);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o660)).unwrap();
        assert_eq!(load(&path).unwrap(), key, "a group is trusted, and loses its rights");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_may_know_is_replaced() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("session.key");
        let key = load(&path).unwrap();
        for mode in [0o644, 0o602, 0o666] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let renewed = load(&path).unwrap();
            assert_ne!(renewed, key);
            assert_eq!((load(&path).unwrap(), fs::metadata(&path).unwrap().mode() & 0o777), (renewed, 0o600));
        }
        for content in [Vec::new(), vec![0; 64], vec![b'a'; 100]] {
            fs::write(&path, &content).unwrap();
            assert_ne!(load(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().len(), 64);
        }
        fs::write(&path, "short").unwrap();
        assert!(load(&path).unwrap_err().contains("does not hold a key"));
    }

    #[test]
    fn what_is_no_file_of_ours_is_refused() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("session.key");
        symlink("/dev/zero", &path).unwrap();
        assert_eq!(load(&path).unwrap_err(), "it is a device and no ordinary file");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(load(&path).unwrap_err(), "it is a folder and no ordinary file");
        fs::remove_dir(&path).unwrap();

        let known = folder.path().join("known");
        symlink(&known, &path).unwrap();
        assert!(load(&path).is_err(), "a link that leads nowhere");
        fs::write(&known, "what everybody knows ".repeat(10)).unwrap();
        fs::set_permissions(&known, Permissions::from_mode(0o644)).unwrap();
        assert!(load(&path).unwrap_err().contains("a link is not replaced"));
        assert!(fs::read_to_string(&known).unwrap().starts_with("what"), "it is left alone");
        fs::set_permissions(&known, Permissions::from_mode(0o400)).unwrap();
        assert!(load(&path).is_ok(), "a secret that is mounted elsewhere");
    }
}
