//! Defaults of check types.

use crate::config::{Finding, Reading};
use checks::CheckTypes;
use yaml::LocatedError;

/// A finding for each check type of the defaults that this build does not have.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let check_types = CheckTypes::built_in();
    let known: Vec<&str> = check_types.names().collect();
    let defaults = reading.documents.shared.get("defaults").and_then(|defaults| defaults.get("check_types"));
    let entries = defaults.and_then(|by_type| by_type.entries()).unwrap_or_default();
    let unknown = entries.iter().filter(|entry| !known.contains(&entry.key.value.as_str()));
    let finding = |entry: &yaml::Entry| {
        let name = &entry.key.value;
        let problem = LocatedError::unknown_word(format!("unknown plugin `{name}`"), name, &known, "plugins");
        Finding::warning("unknown-check-type", problem.at(&entry.key.location).under("check_types").under("defaults"))
    };
    unknown.map(finding).collect()
}
