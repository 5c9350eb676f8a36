//! Small files that the command line names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The text of a regular file of at most so many bytes. A pipe or a device could keep the command waiting, or never end. The error is a
/// sentence.
pub(super) fn regular_file(path: &Path, most: u64) -> Result<String, String> {
    let name = path.display();
    let unreadable = |error| format!("{name} cannot be read: {error}");
    // Before it is opened: opening a pipe waits for its writer.
    let metadata = path.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(format!("{name} is not a regular file"));
    }
    if metadata.len() > most {
        return Err(format!("{name} is larger than {most} bytes; is it the right file?"));
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(most).read_to_string(&mut text)).map_err(unreadable)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "secret\n").unwrap();
        assert_eq!(regular_file(&file, 100), Ok("secret\n".to_owned()));
        assert!(regular_file(&file, 3).unwrap_err().contains("is larger than 3 bytes"));
        assert!(regular_file(folder.path(), 100).unwrap_err().ends_with("is not a regular file"));
        assert!(regular_file(Path::new("/dev/zero"), 100).unwrap_err().ends_with("/dev/zero is not a regular file"));
        assert!(regular_file(&folder.path().join("none"), 100).unwrap_err().contains("none cannot be read: "));
    }
}
