//! Checks whether a database can be at a path. SQLite itself would only say that it cannot be opened, and would open a pipe.

use crate::StoreError;
use rustix::fs::{Access, access};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// The remedy for most of its errors.
const OTHER_PATH: &str = "set another `path` in `persistent_data_backend.data`";

/// Checks whether a database exists or can be created at this path.
///
/// # Errors
///
/// `Misplaced`, with the reason and what to do.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    let place = path.display();
    let wrong = |text: String| Err(StoreError::Misplaced(text));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => check_folder(path),
        Err(error) => wrong(format!("{place} cannot be opened: {error}. See whether its folder is one, or {OTHER_PATH}")),
        Ok(file) if file.is_symlink() && !path.exists() => {
            let target = fs::read_link(path).map(|target| target.display().to_string()).unwrap_or_default();
            wrong(format!(
                "{place} is a link to {target}, where there is nothing. Create that file, remove the link, or {OTHER_PATH}"
            ))
        }
        Ok(_) => check_file(path),
    }
}

fn check_file(path: &Path) -> Result<(), StoreError> {
    let place = path.display();
    let wrong = |text: String| Err(StoreError::Misplaced(text));
    let kind = match fs::metadata(path) {
        Ok(file) if file.is_file() => return check_folder(path).and_then(|()| check_rights(path)),
        Ok(file) if file.is_dir() => "a folder",
        Ok(file) if file.file_type().is_fifo() => "a named pipe",
        Ok(file) if file.file_type().is_socket() => "a socket",
        Ok(_) => "a device",
        Err(error) => return wrong(format!("{place} cannot be opened: {error}. Make it readable, or {OTHER_PATH}")),
    };
    wrong(format!("{place} is {kind}, and the database is to be a file. Remove it, or {OTHER_PATH}"))
}

/// SQLite puts files beside the database, so that its folder has to be writable, too.
fn check_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let place = folder.display();
    let wrong = |text: String| Err(StoreError::Misplaced(text));
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => wrong(format!("{place} is no folder, so that no database can be in it; {OTHER_PATH}")),
        Ok(_) => match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
            Ok(()) => Ok(()),
            Err(error) => wrong(format!(
                "the folder {place} cannot be written: {error}. Give the user for whom Platus runs the right to it, or {OTHER_PATH}"
            )),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            wrong(format!("the folder {place} does not exist. Create it, or {OTHER_PATH}"))
        }
        Err(error) => wrong(format!("the folder {place} cannot be opened: {error}. Make it accessible, or {OTHER_PATH}")),
    }
}

fn check_rights(path: &Path) -> Result<(), StoreError> {
    access(path, Access::READ_OK | Access::WRITE_OK).map_err(|error| {
        let place = path.display();
        StoreError::Misplaced(format!(
            "{place} cannot be written: {error}. Give the user for whom Platus runs the right to it, or {OTHER_PATH}"
        ))
    })
}
