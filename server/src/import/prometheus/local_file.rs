//! Files that a module names.

use crate::import::model::Part;
use crate::import::value::Value;
use std::path::Path;

/// A path of a file beside the configuration of Blackbox exporter. `None`, with a remark, if it is not on this machine.
pub(super) fn file(path: &str, folder: &Path, key: &str, service: &mut Part) -> Option<Value> {
    let found = folder.join(path).canonicalize().ok().filter(|path| path.is_file());
    match found.as_ref().and_then(|path| path.to_str()) {
        Some(path) => Some(Value::literal(path)),
        None => {
            service.lost(format!("`{key}`, whose file is not on this machine"));
            None
        }
    }
}
