//! The last good lists in a file beside `config.yaml`, so that a source that is away at a start takes no service away.

use super::GoodList;
use super::good_list::Stored;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use system::files::{read_ordinary_text, replace_link, special_kind};

/// The name of the file.
const FILE: &str = "discovered.json";

/// Bytes of it at most.
const LARGEST: u64 = 256 << 20;

/// The list of each entry, by the id of the entry as it is written. None if there is no file.
pub(super) fn read(config: &Path) -> Result<BTreeMap<String, GoodList>, String> {
    let path = beside(config);
    let unusable = |problem: String| format!("{}, which has the last good lists, cannot be used: {problem}", path.display());
    let text = match is_present(&path).and_then(|_| read_ordinary_text(&path, LARGEST)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        read => read.map_err(|error| unusable(error.to_string()))?,
    };
    let lists: BTreeMap<String, Stored> = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    Ok(lists.into_iter().map(|(entry, list)| (entry, list.into())).collect())
}

/// Without lists there is no new file. Only its owner can read it. What is no ordinary file is left alone.
pub(super) fn write(config: &Path, lists: &BTreeMap<String, GoodList>) -> io::Result<()> {
    let path = beside(config);
    if !is_present(&path)? && lists.is_empty() {
        return Ok(());
    }
    let lists: BTreeMap<&String, Stored> = lists.iter().map(|(entry, list)| (entry, list.into())).collect();
    replace_link(&path, &serde_json::to_vec(&lists)?)
}

/// Fails if a link, a device or something else stands in the place of the file: what is behind it may belong to others.
fn is_present(path: &Path) -> io::Result<bool> {
    let refused = |kind: &str| Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {kind} and no ordinary file")));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_symlink() => refused("a link"),
        Ok(metadata) => special_kind(&metadata).map_or(Ok(true), refused),
    }
}

fn beside(config: &Path) -> PathBuf {
    config.parent().unwrap_or(Path::new("")).join(FILE)
}
