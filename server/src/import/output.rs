//! Writes the files into a folder. Files that are there already are never replaced.

use super::documents::Documents;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use system::files::create_file;

/// The file of a configuration that names the others.
pub(super) const CONFIG: &str = "config.yaml";

/// The files of a configuration.
const NAMES: [&str; 3] = [CONFIG, "services.yaml", "users.yaml"];

/// Writes `config.yaml`, `services.yaml` and `users.yaml`, which only their owner can read. Returns their paths. The error says what failed.
/// Waits for the disk.
pub(super) fn write(documents: &Documents, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let paths = NAMES.map(|name| folder.join(name));
    if let Some(present) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(format!("{} exists; give another folder with --output", present.display()));
    }
    match DirBuilder::new().recursive(true).mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(format!("the folder {} cannot be created: {error}", folder.display()));
        }
        _ => {}
    }
    let documents = [&documents.config, &documents.services, &documents.users];
    for (path, document) in paths.iter().zip(documents) {
        create_file(path, document.text.as_bytes()).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    Ok(paths.to_vec())
}
