use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// An ordinary file that has been opened, and what is known of it since.
pub struct OrdinaryFile {
    file: File,
    pub metadata: Metadata,
}

/// Opens a file for reading. A folder, a pipe, a socket or a device is refused, and does not keep the caller waiting.
pub fn open_ordinary(path: &Path) -> io::Result<OrdinaryFile> {
    // Opening a pipe waits for its writer, unless this is given. Reading ordinary files is as without.
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    match kind(&metadata) {
        None => Ok(OrdinaryFile { file, metadata }),
        Some(kind) => Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {kind} and no ordinary file"))),
    }
}

/// What this is, if it is no ordinary file.
fn kind(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_file() => None,
        () if kind.is_dir() => Some("a folder"),
        () if kind.is_fifo() => Some("a named pipe"),
        () if kind.is_socket() => Some("a socket"),
        () => Some("a device"),
    }
}

impl OrdinaryFile {
    /// All of it. Fails when it has more than `limit` bytes.
    pub fn read(self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // One byte past the limit tells a file that is too large from one that just fits.
        self.file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes; is it the right file?")));
        }
        Ok(bytes)
    }
}

/// The content of an ordinary file of at most `limit` bytes. Waits for the disk.
pub fn read_ordinary(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    open_ordinary(path)?.read(limit)
}

/// The same for text in UTF-8.
pub fn read_ordinary_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_ordinary(path, limit)?).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it holds no UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn only_ordinary_files_are_read_and_only_so_much() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "four").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        assert_eq!(read_ordinary_text(&path("file"), 4).unwrap(), "four");
        assert_eq!(read_ordinary(&path("link"), 100).unwrap(), b"four");
        let refused = |path: &Path| read_ordinary(path, 3).unwrap_err().to_string();
        assert!(refused(&path("file")).contains("larger than 3 bytes"));
        mknodat(CWD, path("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        assert_eq!(refused(&path("pipe")), "it is a named pipe and no ordinary file");
        assert_eq!(refused(folder.path()), "it is a folder and no ordinary file");
        assert_eq!(refused(Path::new("/dev/zero")), "it is a device and no ordinary file");
        assert!(read_ordinary(&path("socket"), 3).is_err() && read_ordinary(&path("nothing"), 3).is_err());
    }
}
