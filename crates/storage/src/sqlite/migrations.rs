//! Brings a database to the schema that this Platus knows: forward only, one transaction a step.

use crate::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// What leads from each version to the next; the first makes version 1 of an empty file.
const STEPS: [&str; 3] = [include_str!("schema/1.sql"), include_str!("schema/2.sql"), include_str!("schema/3.sql")];

/// What is added without a step.
const ADDITIONS: &str = include_str!("schema/additions.sql");

/// Marks the file as one of Platus: the letters `Plat`.
const APPLICATION: i32 = 0x506c_6174;

/// The schema version that a file has, 0 when it is empty. Reads only.
///
/// # Errors
///
/// `Unusable` when a newer Platus or another program wrote it.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| super::failure::of(path, &error));
    let version = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    let is_empty = number("SELECT count(*) FROM sqlite_master")? == 0;
    let place = path.display();
    if application != i64::from(APPLICATION) && !is_empty {
        return Err(StoreError::Unusable(format!(
            "{place} is the database of another program: set `path` in `persistent_data_backend.data` to another file"
        )));
    }
    match usize::try_from(version) {
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(StoreError::Unusable(format!(
            "{place} has the schema version {version}, and this Platus knows versions up to {}: use the newer Platus that wrote it",
            STEPS.len()
        ))),
    }
}

/// Takes the steps from `version`. What was interrupted goes on with the step that was not completed.
pub(super) fn run(connection: &mut Connection, version: usize) -> rusqlite::Result<()> {
    for (step, sql) in STEPS.iter().enumerate().skip(version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", step + 1)?;
        transaction.commit()?;
    }
    connection.execute_batch(ADDITIONS)
}
