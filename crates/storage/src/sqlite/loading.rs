//! Reads the snapshot that a process needs at its start.

use super::failure::Failure;
use super::owner::Owner;
use super::record::{from_json, unreadable};
use crate::{NodeRecord, StoreSnapshot};
use history::{NodeId, decode_journal};
use model::ServiceId;
use rusqlite::{Connection, TransactionBehavior};
use serde::de::DeserializeOwned;
use std::path::Path;

/// Takes over the database, and reads its content at that moment.
pub(super) fn load(connection: &mut Connection, path: &Path, owner: Owner) -> Result<StoreSnapshot, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    owner.take_over(&transaction)?;
    let meta = |name| transaction.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get::<_, u64>(0));
    // The sign has SQLite look for those that last instead of going through all in their order.
    let open = "SELECT record FROM incident WHERE ended IS NULL ORDER BY +id";
    let loaded = StoreSnapshot {
        last_commit: meta("last_commit")?,
        nodes: nodes(&transaction, path)?,
        journal: journal(&transaction, path)?,
        last_transition: meta("last_transition")?,
        last_incident: meta("last_incident")?,
        open_incidents: records(&transaction, path, open)?,
        ended_incidents: Vec::new(),
        notifications: records(&transaction, path, "SELECT record FROM message ORDER BY created, key")?,
        silences: records(&transaction, path, "SELECT record FROM directive ORDER BY id")?,
        keys: records(&transaction, path, "SELECT record FROM api_key ORDER BY id")?,
        legacy: Vec::new(),
    };
    transaction.commit()?;
    Ok(loaded)
}

fn nodes(connection: &Connection, path: &Path) -> Result<Vec<NodeRecord>, Failure> {
    let mut select = connection.prepare("SELECT id, service, node, folded, status FROM node ORDER BY id")?;
    let mut rows = select.query([])?;
    let mut nodes = Vec::new();
    while let Some(row) = rows.next()? {
        let status: Option<String> = row.get(4)?;
        nodes.push(NodeRecord {
            id: NodeId(row.get(0)?),
            service: ServiceId::new(row.get::<_, String>(1)?),
            node: row.get(2)?,
            folded: row.get(3)?,
            status: status.map(|status| from_json(path, &status)).transpose()?,
        });
    }
    Ok(nodes)
}

fn journal(connection: &Connection, path: &Path) -> Result<Vec<(u64, Vec<history::Sample>)>, Failure> {
    let mut select = connection.prepare("SELECT number, samples FROM journal ORDER BY number")?;
    let mut rows = select.query([])?;
    let mut journal = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(1)?;
        journal.push((row.get(0)?, decode_journal(&bytes).map_err(|error| unreadable(path, error))?));
    }
    Ok(journal)
}

fn records<T: DeserializeOwned>(connection: &Connection, path: &Path, sql: &str) -> Result<Vec<T>, Failure> {
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(from_json(path, &row.get::<_, String>(0)?)?);
    }
    Ok(records)
}
