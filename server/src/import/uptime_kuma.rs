//! Uptime Kuma: its database `kuma.db` (versions 1.23 and 2), or a backup of version 1 in JSON.

mod backup;
mod checks;
mod database;
mod details;
pub(super) mod heartbeats;
mod maintenance;
mod monitor;
mod notifications;
mod record;
mod tables;

use super::ids::Ids;
use super::input::{self, ImportError};
use super::model::{Imported, Part};
use monitor::Monitors;
use std::path::Path;
use tables::Tables;

/// How a database of SQLite begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Reads a database or a backup. Fails for a backup when its history is wanted: it has none. Waits for the disk.
pub(super) fn read(path: &Path, wants_history: bool) -> Result<Imported, ImportError> {
    let tables = match input::begins_with(path, SQLITE)? {
        true => database::read(path)?,
        false if wants_history => {
            let text = "is no database: a backup has no history; give kuma.db, or leave --history out";
            return Err(ImportError::new(format!("{} {text}", path.display())));
        }
        false => backup::read(path)?,
    };
    let mut imported = imported(&tables);
    if wants_history {
        heartbeats::require(path)?;
    } else {
        imported.note("The history of Uptime Kuma is not imported; `--history` does that.");
    }
    Ok(imported)
}

fn imported(tables: &Tables) -> Imported {
    let (mut imported, mut ids) = (Imported::default(), Ids::default());
    let monitors = Monitors::read(tables, &mut ids);
    for user in &tables.users {
        let mut part = Part::new(user.text("username").unwrap_or("user"));
        part.lost_altogether(
            "the user, whose password is a bcrypt hash that Platus does not verify; add it with `role: admin` and a new \
                              `password` made by `platus users hash`",
        );
        imported.users.push(part);
    }
    if !tables.status_pages.is_empty() {
        imported.lost("public status pages");
    }
    let places = monitors.places();
    imported.monitors = places.services();
    imported.services = monitors.into_services();
    notifications::add(tables, &places, &mut imported);
    maintenance::add(tables, &places, &mut imported);
    imported
}
