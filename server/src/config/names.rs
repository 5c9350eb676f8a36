//! Names that operators choose. They stand on the page, in messages and in the log, where control characters and letters that are not
//! shown could make a reader see what is not there. Names that are only shown lose them, with a warning; names by which something is
//! known must not have them.

use super::findings::Finding;
use system::foreign_text;
use yaml::{LocatedError, Location, Node};

/// A name as it is shown.
pub(super) fn shown(name: &str) -> String {
    foreign_text::line(name).into_owned()
}

/// Fails when a name by which something is known is not shown as it is.
pub(super) fn check(name: &str, location: &Location) -> Result<(), LocatedError> {
    let problem = "the name has control characters or letters that are not shown, so that it could be taken for another; change it";
    if foreign_text::line(name) == name { Ok(()) } else { Err(LocatedError::new(location, problem)) }
}

/// Fails when a service cannot have this id. In an address, browsers take `.` for the folder itself and `..` for the one above, so that the
/// service would have no page.
pub(super) fn check_id(id: &str, location: &Location) -> Result<(), LocatedError> {
    check(id, location)?;
    if matches!(id, "." | "..") {
        Err(LocatedError::new(location, "this id cannot be part of an address; choose another"))
    } else {
        Ok(())
    }
}

/// The names of services that are not shown as they stand in `services.yaml`.
pub(super) fn warnings(services: &Node) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for entry in services.entries().unwrap_or_default() {
        for (part, key) in [("data", "name"), ("data", "type"), ("properties", "host")] {
            let Some(node) = entry.value.get(part).and_then(|part| part.get(key)) else { continue };
            if node.text().is_some_and(|text| foreign_text::line(text) != text) {
                let problem = "it has control characters or letters that are not shown, which are replaced where it is shown";
                let problem = LocatedError::new(&node.location, problem).under(key).under(part).under(&entry.key.value);
                warnings.push(Finding::warning("name-not-shown", problem));
            }
        }
    }
    warnings
}
