//! Writes, each in one transaction.

use super::failure::Failure;
use super::key;
use super::owner::Owner;
use super::record::{nanoseconds, table, to_json};
use crate::{Commit, Expired, Fold, NodeRecord, StoreError};
use history::encode_journal;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::path::Path;

/// Rows deleted at a time.
const STEP: usize = 2_000;

/// Begins a transaction that writes, if this process still owns the database.
fn begin<'a>(connection: &'a mut Connection, path: &Path, owner: Owner) -> Result<Transaction<'a>, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    owner.check(&transaction, path)?;
    Ok(transaction)
}

pub(super) fn commit(connection: &mut Connection, path: &Path, owner: Owner, commit: &Commit) -> Result<(), Failure> {
    let transaction = begin(connection, path, owner)?;
    let last: u64 =
        transaction.prepare_cached("SELECT value FROM meta WHERE name = 'last_commit'")?.query_row([], |row| row.get(0))?;
    if commit.number <= last {
        return Ok(());
    }
    if !commit.samples.is_empty() {
        let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO journal (number, samples) VALUES (?1, ?2)")?;
        insert.execute(params![commit.number, encode_journal(&commit.samples)])?;
    }
    write_nodes(&transaction, commit.nodes.iter().filter(|change| !change.routine).map(|change| &change.record))?;
    write_events(&transaction, commit)?;
    write_messages(&transaction, commit)?;
    write_silences(&transaction, commit)?;
    write_keys(&transaction, commit)?;
    write_notes(&transaction, commit)?;
    let mut raise = transaction.prepare_cached("UPDATE meta SET value = ?2 WHERE name = ?1 AND value < ?2")?;
    raise.execute(params!["last_commit", commit.number])?;
    if let Some(last) = commit.transitions.iter().map(|transition| transition.id).max() {
        raise.execute(params!["last_transition", last])?;
    }
    if let Some(last) = commit.incidents.iter().map(|incident| incident.id).max() {
        raise.execute(params!["last_incident", last])?;
    }
    drop(raise);
    Ok(transaction.commit()?)
}

pub(super) fn fold(connection: &mut Connection, path: &Path, owner: Owner, fold: &Fold) -> Result<(), Failure> {
    let transaction = begin(connection, path, owner)?;
    for chunk in &fold.chunks {
        let key = key::of(chunk.slot, chunk.node).ok_or_else(|| {
            StoreError::Unusable(format!("slot {} is too far from now to be stored: is the clock right?", chunk.slot))
        })?;
        let sql = format!("INSERT OR REPLACE INTO {} (key, data) VALUES (?1, ?2)", table(chunk.tier));
        transaction.prepare_cached(&sql)?.execute(params![key, chunk.bytes])?;
    }
    write_nodes(&transaction, fold.nodes.iter())?;
    if let Some(through) = fold.drop_journal {
        transaction.prepare_cached("DELETE FROM journal WHERE number <= ?1")?.execute([through])?;
    }
    Ok(transaction.commit()?)
}

/// Deletes a few rows. Returns whether there may be more.
pub(super) fn prune(connection: &mut Connection, path: &Path, owner: Owner, expired: &Expired) -> Result<bool, Failure> {
    let transaction = begin(connection, path, owner)?;
    let some = |table: &str, id: &str, condition: &str, before: i64| {
        let sql = format!("DELETE FROM {table} WHERE {id} IN (SELECT {id} FROM {table} WHERE {condition} LIMIT {STEP})");
        transaction.prepare_cached(&sql)?.execute([before])
    };
    let deleted = match expired {
        Expired::Chunks { tier, before } => some(table(*tier), "key", "key < ?1", key::first(*before))?,
        Expired::Transitions { before } => some("transition", "id", "at < ?1", nanoseconds(*before))?,
        Expired::Incidents { before } => {
            let before = nanoseconds(*before);
            // The same incidents as below: nothing changes in between.
            let incidents = format!("SELECT id FROM incident WHERE ended < ?1 LIMIT {STEP}");
            transaction.prepare_cached(&format!("DELETE FROM note WHERE incident IN ({incidents})"))?.execute([before])?;
            some("incident", "id", "ended < ?1", before)?
        }
        Expired::Nodes { ids } => {
            let sql = "DELETE FROM node WHERE status IS NULL AND id IN (SELECT value FROM json_each(?1))";
            transaction.prepare_cached(sql)?.execute([to_json(ids)?])?;
            0
        }
    };
    transaction.commit()?;
    Ok(deleted == STEP)
}

fn write_nodes<'a>(transaction: &Transaction<'_>, nodes: impl Iterator<Item = &'a NodeRecord>) -> Result<(), Failure> {
    let sql = "INSERT OR REPLACE INTO node (id, service, node, folded, status) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = transaction.prepare_cached(sql)?;
    for record in nodes {
        let status = record.status.as_ref().map(to_json).transpose()?;
        insert.execute(params![record.id.0, record.service.as_str(), record.node, record.folded, status])?;
    }
    Ok(())
}

fn write_events(transaction: &Transaction<'_>, commit: &Commit) -> Result<(), Failure> {
    let mut insert =
        transaction.prepare_cached("INSERT OR REPLACE INTO transition (id, node, at, record) VALUES (?1, ?2, ?3, ?4)")?;
    for it in &commit.transitions {
        insert.execute(params![it.id, it.node.0, nanoseconds(it.at), to_json(it)?])?;
    }
    let sql = "INSERT OR REPLACE INTO incident (id, node, since, ended, record) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = transaction.prepare_cached(sql)?;
    for it in &commit.incidents {
        insert.execute(params![it.id, it.node.0, nanoseconds(it.since), it.ended.map(nanoseconds), to_json(it)?])?;
    }
    Ok(())
}

fn write_messages(transaction: &Transaction<'_>, commit: &Commit) -> Result<(), Failure> {
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO message (key, created, record) VALUES (?1, ?2, ?3)")?;
    for message in &commit.notifications {
        insert.execute(params![message.key.0, nanoseconds(message.created), to_json(message)?])?;
    }
    let mut delete = transaction.prepare_cached("DELETE FROM message WHERE key = ?1")?;
    for key in &commit.settled {
        delete.execute([&key.0])?;
    }
    Ok(())
}

fn write_notes(transaction: &Transaction<'_>, commit: &Commit) -> Result<(), Failure> {
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO note (id, incident, record) VALUES (?1, ?2, ?3)")?;
    for note in &commit.notes {
        insert.execute(params![note.id, note.incident, to_json(note)?])?;
    }
    Ok(())
}

fn write_silences(transaction: &Transaction<'_>, commit: &Commit) -> Result<(), Failure> {
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO directive (id, record) VALUES (?1, ?2)")?;
    for silence in &commit.silences {
        insert.execute(params![silence.id, to_json(silence)?])?;
    }
    let mut delete = transaction.prepare_cached("DELETE FROM directive WHERE id = ?1")?;
    for id in &commit.withdrawn {
        delete.execute([id])?;
    }
    Ok(())
}

fn write_keys(transaction: &Transaction<'_>, commit: &Commit) -> Result<(), Failure> {
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO api_key (id, record) VALUES (?1, ?2)")?;
    for key in &commit.keys {
        insert.execute(params![key.id, to_json(key)?])?;
    }
    let mut delete = transaction.prepare_cached("DELETE FROM api_key WHERE id = ?1")?;
    for id in &commit.revoked {
        delete.execute([id])?;
    }
    Ok(())
}
