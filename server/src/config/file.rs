use std::fs::File;
use std::io::Read;
use std::path::Path;
use yaml::{LocatedError, Location, Node, parse, parse_tolerantly};

/// The size limit of a file in bytes. A file of 100,000 services is smaller.
pub(super) const SIZE_LIMIT: u64 = 64 * 1024 * 1024;

/// Reads a file as a document. Errors name this path. A duplicate key is an error.
pub(super) fn read_document(path: &Path) -> Result<Node, LocatedError> {
    parse(&path.display().to_string(), &read_text(path)?)
}

/// The same, but the last of duplicate keys counts, with a warning for each, as with the original.
pub(super) fn read_tolerantly(path: &Path) -> Result<(Node, Vec<LocatedError>), LocatedError> {
    parse_text(path, &read_text(path)?)
}

/// The document in this text, and a warning for each duplicate key.
pub(super) fn parse_text(path: &Path, text: &str) -> Result<(Node, Vec<LocatedError>), LocatedError> {
    parse_tolerantly(&path.display().to_string(), text)
}

/// The text of a file.
pub fn read_text(path: &Path) -> Result<String, LocatedError> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    // One byte more shows whether the file exceeds the limit.
    File::open(path).and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)).map_err(|error| {
        LocatedError::without_place(format!("{name} cannot be read: {error}; make it readable or give another path"))
    })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        let limit = SIZE_LIMIT / (1024 * 1024);
        return Err(LocatedError::without_place(format!("{name} is larger than {limit} MiB; is it the right file?")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        LocatedError::new(&end_of(&name, valid), "from here on this is no UTF-8 text; save the file as UTF-8")
    })
}

/// Where the text after these bytes begins.
fn end_of(file: &str, bytes: &[u8]) -> Location {
    let text = String::from_utf8_lossy(bytes);
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    Location { file: file.into(), line: text.matches('\n').count() + 1, column: last_line.chars().count() + 1 }
}
