//! Documents of several files as one.

use super::file::{self, SIZE_LIMIT};
use super::file_set::FileSet;
use super::findings::{Effect, Finding};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use yaml::{Located, LocatedError, Location, Node, Value};

/// Most memory of the nodes of all files of a set, in bytes. The files of 100,000 services need half of it.
const MEMORY_LIMIT: usize = 1_280 * 1024 * 1024;

/// The documents of all files of a set as one map. `None` if none of them could be read. `what` is one of its entries.
///
/// In one file the last of equal keys counts, as with the original. In two files they are an error: neither file says that it knows of the
/// other.
pub(super) fn read(set: &FileSet, what: &str, findings: &mut Vec<Finding>) -> Option<Node> {
    let mut merged: Option<Merged> = None;
    let (mut size, mut memory) = (0, 0_usize);
    for path in set.found() {
        let document = match read_one(path, &mut size, findings) {
            Ok(document) => document,
            Err(error) => {
                findings.push(Finding::invalid(error, Effect::NoStart));
                continue;
            }
        };
        memory = memory.saturating_add(document.memory());
        if memory > MEMORY_LIMIT {
            let limit = MEMORY_LIMIT / (1024 * 1024);
            let text = format!("{set}: the files with their aliases filled in take more than {limit} MiB; use fewer aliases");
            findings.push(Finding::invalid(LocatedError::without_place(text), Effect::NoStart));
            return None;
        }
        match &mut merged {
            None => merged = Some(Merged::new(document)),
            Some(merged) => merged.add(document, what, findings),
        }
    }
    merged.map(|merged| merged.document)
}

fn read_one(path: &Path, size: &mut u64, findings: &mut Vec<Finding>) -> Result<Node, LocatedError> {
    // A pipe would block the start until a program writes to it.
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(LocatedError::without_place(format!("{} is no ordinary file; remove it", path.display())));
    }
    let text = file::read_text(path)?;
    *size += u64::try_from(text.len()).unwrap_or(u64::MAX);
    if *size > SIZE_LIMIT {
        let (name, limit) = (path.display(), SIZE_LIMIT / (1024 * 1024));
        let text = format!("{name} and the files before it are larger than {limit} MiB together; are they the right files?");
        return Err(LocatedError::without_place(text));
    }
    let (document, duplicates) = file::parse_text(path, &text)?;
    findings.extend(duplicates.into_iter().map(|problem| Finding::warning("duplicate-key", problem)));
    Ok(document)
}

struct Merged {
    document: Node,
    /// Of the keys of all files. Made when there is a second file.
    places: HashMap<String, Location>,
}

impl Merged {
    fn new(document: Node) -> Self {
        Self { document, places: HashMap::new() }
    }

    fn add(&mut self, next: Node, what: &str, findings: &mut Vec<Finding>) {
        let (Value::Map(entries), Value::Map(further)) = (&mut self.document.value, next.value) else { return };
        if self.places.is_empty() {
            self.places = entries.iter().map(|entry| (entry.key.value.clone(), entry.key.location.clone())).collect();
        }
        for entry in further {
            let Located { value: name, location } = &entry.key;
            if let Some(first) = self.places.get(name) {
                findings.push(Finding::invalid(given_twice(what, name, first, location), Effect::NoStart));
            } else {
                self.places.insert(name.clone(), location.clone());
                entries.push(entry);
            }
        }
    }
}

/// The error for two services with the same id, or two users with the same name.
pub(super) fn given_twice(what: &str, name: &str, first: &Location, again: &Location) -> LocatedError {
    LocatedError::new(again, format!("the {what} `{name}` stands here again, first at {first}; remove one or rename it"))
}
