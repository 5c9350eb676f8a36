//! The last good lists in a file beside `config.yaml`, so that a source that is away at a start takes no service away.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use system::files::{read_ordinary_text, replace_file};

/// The name of the file.
const FILE: &str = "discovered.json";

/// Bytes of it at most.
const LARGEST: u64 = 256 << 20;

/// The lists by what they are known by. None if there is no file.
pub(super) fn read(config: &Path) -> Result<BTreeMap<String, Arc<str>>, String> {
    let path = beside(config);
    let unusable = |problem: String| format!("{}, which has the last good lists, cannot be used: {problem}", path.display());
    let text = match read_ordinary_text(&path, LARGEST) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        read => read.map_err(|error| unusable(error.to_string()))?,
    };
    let lists: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    Ok(lists.into_iter().map(|(id, text)| (id, text.into())).collect())
}

/// Without lists there is no new file.
pub(super) fn write(config: &Path, lists: &BTreeMap<String, Arc<str>>) -> io::Result<()> {
    let path = beside(config);
    if lists.is_empty() && !path.exists() {
        return Ok(());
    }
    let lists: Map<String, Value> = lists.iter().map(|(id, text)| (id.clone(), Value::from(&**text))).collect();
    replace_file(&path, &Value::from(lists).to_string())
}

fn beside(config: &Path) -> PathBuf {
    config.parent().unwrap_or(Path::new("")).join(FILE)
}
