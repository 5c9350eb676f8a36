//! The folder in which a history is written before it is in its place, so that an import that is interrupted does not look complete.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Its name in the folder of the import.
const NAME: &str = "unfinished-import";

/// Removed with everything in it at the end of the import.
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Fails if there is such a folder already. The error says what to do. Waits for the disk.
    pub(super) fn create(folder: &Path) -> Result<Self, String> {
        let path = folder.join(NAME);
        let wrong = |path: &Path, error| format!("the folder {} cannot be created: {error}", path.display());
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| wrong(folder, error))?;
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self { path }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(format!(
                "{} is from an import that was interrupted, or that still runs; remove it, or give another folder with --output",
                path.display()
            )),
            Err(error) => Err(wrong(&path, error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // The next import names what is left, with the remedy.
        fs::remove_dir_all(&self.path).unwrap_or_default();
    }
}
