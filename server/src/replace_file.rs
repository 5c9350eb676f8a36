use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Puts another text in the place of a file, as a whole: whoever reads it finds the one or the other. A new file can be read by its
/// owner only; one that is there keeps its permissions. Waits for the disk.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    // Behind a link stands the file that is meant.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut partial = path.clone().into_os_string();
    partial.push(".partial");
    let permissions = std::fs::metadata(&path).map(|file| file.permissions()).ok();
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&partial, &path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_replaced_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        replace_file(&path, "one").unwrap();
        assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("one", 0o600));

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace_file(&link, "two").unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), mode(&path)), ("two", 0o640));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
