//! Writes the files into a folder. Files that are there already are never replaced.

use super::documents::Documents;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use system::files::create_file;

/// The file of a configuration that names the others.
pub(super) const CONFIG: &str = "config.yaml";

/// The files of a configuration.
const NAMES: [&str; 3] = [CONFIG, "services.yaml", "users.yaml"];

/// The database with the history.
const STORE: &str = "platus.db";

/// Fails when the folder has one of the files already.
pub(super) fn refuse_present(folder: &Path, with_store: bool) -> Result<(), String> {
    let names = NAMES.into_iter().chain(with_store.then_some(STORE));
    match names.map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_ok()) {
        Some(present) => Err(format!("{} exists; give another folder with --output", present.display())),
        None => Ok(()),
    }
}

/// Writes `services.yaml` and `users.yaml`, moves the store of another folder here, if there is one, and writes `config.yaml`, which makes the
/// folder a configuration, at the end. Only their owner can read them. Returns the paths of the three files. The error says what failed. Waits
/// for the disk.
pub(super) fn write(documents: &Documents, store_of: Option<&Path>, folder: &Path) -> Result<Vec<PathBuf>, String> {
    refuse_present(folder, store_of.is_some())?;
    match DirBuilder::new().recursive(true).mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(format!("the folder {} cannot be created: {error}", folder.display()));
        }
        _ => {}
    }
    let paths = NAMES.map(|name| folder.join(name));
    let [config, services, users] = &paths;
    let wrong = |path: &Path, error| format!("{} cannot be written: {error}", path.display());
    let create = |path: &Path, text: &str| create_file(path, text.as_bytes()).map_err(|error| wrong(path, error));
    create(services, &documents.services.text)?;
    create(users, &documents.users.text)?;
    if let Some(other) = store_of {
        let store = folder.join(STORE);
        fs::rename(other.join(STORE), &store).map_err(|error| wrong(&store, error))?;
    }
    create(config, &documents.config.text)?;
    Ok(paths.to_vec())
}
