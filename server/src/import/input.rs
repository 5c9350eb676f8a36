//! Reads the files of other monitors, within bounds.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use system::files::{open_ordinary, read_ordinary_text};
use yaml::{LocatedError, Node};

/// The size limit of a file in bytes.
const LIMIT: u64 = 64 << 20;

/// Why nothing can be imported. Contains no value of a file.
#[derive(Debug)]
pub struct ImportError(pub(super) String);

impl ImportError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ImportError {}

impl From<LocatedError> for ImportError {
    fn from(error: LocatedError) -> Self {
        Self(error.to_string())
    }
}

/// The text of a file. Waits for the disk.
pub(super) fn text(path: &Path) -> Result<String, ImportError> {
    read_ordinary_text(path, LIMIT).map_err(|error| ImportError(format!("{} cannot be read: {error}", path.display())))
}

/// Whether a file begins with these bytes. Waits for the disk.
pub(super) fn begins_with(path: &Path, bytes: &[u8]) -> Result<bool, ImportError> {
    let unreadable = |error| ImportError(format!("{} cannot be read: {error}", path.display()));
    // An ordinary file; a pipe would wait for its writer.
    open_ordinary(path).map_err(unreadable)?;
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(bytes.len() as u64).read_to_end(&mut start)).map_err(unreadable)?;
    Ok(start == bytes)
}

/// A YAML file whose top level is a map; the last of duplicate keys counts. Waits for the disk.
pub(super) fn yaml(path: &Path) -> Result<Node, ImportError> {
    let (document, _) = yaml::parse_tolerantly(&path.display().to_string(), &text(path)?)?;
    Ok(document)
}

/// A YAML or JSON text whose top level is a list, as a map with the list under this key. The parser of the configuration expects a map.
pub(super) fn yaml_list(path: &Path, key: &str) -> Result<Node, ImportError> {
    let text = text(path)?;
    let lines = text.lines().filter(|line| !line.starts_with("---")).map(|line| format!("  {line}\n"));
    let document = format!("{key}:\n{}", lines.collect::<String>());
    Ok(yaml::parse(&path.display().to_string(), &document)?)
}

/// The name of a file, for texts.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
