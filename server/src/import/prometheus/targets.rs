//! The targets of a job, in the file of Prometheus or in files that it names.

use crate::import::input;
use crate::import::keys::{Keys, entries};
use std::fs;
use std::path::{Path, PathBuf};
use yaml::Node;

/// Targets of one job, and files of one pattern.
const MOST: usize = 100_000;
const MOST_FILES: usize = 1_000;

/// What is checked.
pub(super) struct Target {
    pub address: String,
    /// Names and values.
    pub labels: Vec<(String, String)>,
}

/// The targets of `static_configs`, and those of `params`.
pub(super) fn of_static(groups: &[Node], params: &mut Keys<'_>) -> Vec<Target> {
    let mut targets = of_groups(groups);
    let fixed = params.list("target").iter().filter_map(Node::text);
    targets.extend(fixed.map(|address| Target { address: address.to_owned(), labels: Vec::new() }));
    targets
}

/// The targets of the files that `file_sd_configs` names. Adds to `lost` which cannot be read. Waits for the disk.
pub(super) fn of_files(configs: &[Node], folder: &Path, lost: &mut Vec<String>) -> Vec<Target> {
    let mut targets = Vec::new();
    for config in configs {
        for pattern in config.get("files").map(entries).unwrap_or_default().iter().filter_map(Node::text) {
            let files = matching(&folder.join(pattern));
            if files.is_empty() {
                lost.push(format!("`{pattern}` of `file_sd_configs`, which names no file on this machine"));
            }
            for file in files {
                match input::yaml_list(&file, "groups") {
                    Ok(document) => targets.extend(of_groups(document.get("groups").map(entries).unwrap_or_default())),
                    Err(error) => lost.push(error.to_string()),
                }
            }
        }
    }
    targets.truncate(MOST);
    targets
}

fn of_groups(groups: &[Node]) -> Vec<Target> {
    let mut targets = Vec::new();
    for group in groups {
        let mut keys = Keys::new(group);
        let labels = keys.get("labels").and_then(Node::entries).unwrap_or_default();
        let labels: Vec<(String, String)> =
            labels.iter().filter_map(|entry| Some((entry.key.value.clone(), entry.value.text()?.to_owned()))).collect();
        let addresses = keys.list("targets").iter().filter_map(Node::text);
        targets.extend(addresses.take(MOST).map(|address| Target { address: address.to_owned(), labels: labels.clone() }));
    }
    targets
}

/// The files of a path, whose last part may have a `*`.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !name.contains('*') {
        return if pattern.is_file() { vec![pattern.to_owned()] } else { Vec::new() };
    }
    let Some(Ok(folder)) = pattern.parent().map(fs::read_dir) else { return Vec::new() };
    let paths = folder.filter_map(Result::ok).map(|entry| entry.path());
    let fits = |path: &PathBuf| {
        path.file_name()
            .and_then(|found| found.to_str())
            .is_some_and(|found| crate::import::patterns::matches_wildcards(name, found))
    };
    let mut files: Vec<PathBuf> = paths.filter(|path| fits(path) && path.is_file()).take(MOST_FILES).collect();
    files.sort();
    files
}
