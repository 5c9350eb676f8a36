//! Queries of history.

use super::failure::Failure;
use super::key;
use super::record::{from_json, nanoseconds, table, to_json};
use crate::{Incident, IncidentQuery, Note, Transition, TransitionQuery};
use history::{NodeId, StoredChunk, Tier};
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde::de::DeserializeOwned;
use std::ops::RangeInclusive;
use std::path::Path;

/// Up to this number of nodes and slots, chunks are looked up one by one. Beyond that, the whole range is scanned, which takes less time
/// for each chunk.
const FEW_NODES: usize = 64;
const FEW_SLOTS: u64 = 1_000;

/// Sorted by slot and node.
pub(super) fn chunks(
    connection: &Connection,
    tier: Tier,
    slots: &RangeInclusive<i64>,
    nodes: Option<&[NodeId]>,
) -> Result<Vec<StoredChunk>, Failure> {
    let nodes = nodes.map(|nodes| {
        let mut nodes = nodes.to_vec();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    });
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let Some(slots) = stored_slots(connection, tier, slots)? else { return Ok(Vec::new()) };
    match nodes {
        Some(nodes) if is_few(&slots, &nodes) => look_up(connection, tier, &slots, &nodes),
        nodes => go_through(connection, tier, &slots, nodes.as_deref()),
    }
}

/// The latest first, by their ids: a clock may be set back.
pub(super) fn transitions(connection: &Connection, path: &Path, query: &TransitionQuery) -> Result<Vec<Transition>, Failure> {
    let (from, to, limit) = (nanoseconds(query.from), nanoseconds(query.to), limit(query.limit));
    match &query.nodes {
        None => records(connection, path, &transitions_of(""), params![from, to, limit]),
        Some(nodes) => records(connection, path, &transitions_of(THESE), params![from, to, limit, to_json(nodes)?]),
    }
}

/// The latest opened first.
pub(super) fn incidents(connection: &Connection, path: &Path, query: &IncidentQuery) -> Result<Vec<Incident>, Failure> {
    let (from, to, limit) = (nanoseconds(query.from), nanoseconds(query.to), limit(query.limit));
    match &query.nodes {
        None => records(connection, path, &incidents_of(""), params![from, to, limit]),
        Some(nodes) => records(connection, path, &incidents_of(THESE), params![from, to, limit, to_json(nodes)?]),
    }
}

/// The incident with this id.
pub(super) fn incident(connection: &Connection, path: &Path, id: u64) -> Result<Option<Incident>, Failure> {
    let Ok(id) = i64::try_from(id) else { return Ok(None) };
    let found = records(connection, path, "SELECT record FROM incident WHERE id = ?1", params![id])?;
    Ok(found.into_iter().next())
}

/// The first notes on an incident.
pub(super) fn notes(connection: &Connection, path: &Path, incident: u64, most: usize) -> Result<Vec<Note>, Failure> {
    let Ok(incident) = i64::try_from(incident) else { return Ok(Vec::new()) };
    let sql = "SELECT record FROM note WHERE incident = ?1 ORDER BY id LIMIT ?2";
    records(connection, path, sql, params![incident, limit(most)])
}

/// The condition for some nodes, as an array in JSON: there may be more of them than SQLite takes parameters.
const THESE: &str = "node IN (SELECT value FROM json_each(?4)) AND";

// Of what the limit leaves out, only an index is read. The signs keep SQLite from going through the whole table instead, in the order
// that is wanted.
fn transitions_of(nodes: &str) -> String {
    format!(
        "SELECT record FROM transition WHERE id IN (\
         SELECT id FROM transition WHERE {nodes} at >= ?1 AND at < ?2 ORDER BY +id DESC LIMIT ?3) ORDER BY id DESC"
    )
}

// Those that have ended and those that last are two runs of an index: all that ended before are passed over.
fn incidents_of(nodes: &str) -> String {
    format!(
        "SELECT record FROM incident WHERE id IN (SELECT id FROM (\
         SELECT id FROM incident WHERE {nodes} ended >= ?1 AND since < ?2 \
         UNION ALL SELECT id FROM incident WHERE {nodes} ended IS NULL AND since < ?2) ORDER BY +id DESC LIMIT ?3) ORDER BY id DESC"
    )
}

/// The part of the slots between the first and the last that there is. However long the time asked for is, this is not.
fn stored_slots(connection: &Connection, tier: Tier, slots: &RangeInclusive<i64>) -> Result<Option<RangeInclusive<i64>>, Failure> {
    let table = table(tier);
    let mut ends = connection.prepare_cached(&format!("SELECT (SELECT min(key) FROM {table}), (SELECT max(key) FROM {table})"))?;
    let ends: (Option<i64>, Option<i64>) = ends.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(first), Some(last)) = ends else { return Ok(None) };
    let stored = key::slot(first).max(*slots.start())..=key::slot(last).min(*slots.end());
    Ok(Some(stored).filter(|stored| !stored.is_empty()))
}

fn is_few(slots: &RangeInclusive<i64>, nodes: &[NodeId]) -> bool {
    nodes.len() <= FEW_NODES && slots.end().abs_diff(*slots.start()) < FEW_SLOTS
}

fn look_up(
    connection: &Connection,
    tier: Tier,
    slots: &RangeInclusive<i64>,
    nodes: &[NodeId],
) -> Result<Vec<StoredChunk>, Failure> {
    let table = table(tier);
    let mut select = connection.prepare_cached(&format!("SELECT data FROM {table} WHERE key = ?1"))?;
    let mut chunks = Vec::new();
    for slot in slots.clone() {
        for node in nodes {
            let found: Option<Vec<u8>> = match key::of(slot, *node) {
                Some(key) => select.query_row([key], |row| row.get(0)).optional()?,
                None => None,
            };
            chunks.extend(found.map(|bytes| StoredChunk { tier, slot, node: *node, bytes }));
        }
    }
    Ok(chunks)
}

/// `nodes` are sorted.
fn go_through(
    connection: &Connection,
    tier: Tier,
    slots: &RangeInclusive<i64>,
    nodes: Option<&[NodeId]>,
) -> Result<Vec<StoredChunk>, Failure> {
    let sql = format!("SELECT key, data FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key", table(tier));
    let mut select = connection.prepare_cached(&sql)?;
    let mut rows = select.query([key::first(*slots.start()), key::last(*slots.end())])?;
    let mut chunks = Vec::new();
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        let node = key::node(key);
        if nodes.is_none_or(|nodes| nodes.binary_search(&node).is_ok()) {
            chunks.push(StoredChunk { tier, slot: key::slot(key), node, bytes: row.get(1)? });
        }
    }
    Ok(chunks)
}

fn records<T: DeserializeOwned>(connection: &Connection, path: &Path, sql: &str, params: impl Params) -> Result<Vec<T>, Failure> {
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(from_json(path, row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(records)
}

/// SQLite takes a negative limit for none.
fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations;

    /// Years of rows must not be gone through for one page.
    #[track_caller]
    fn check_reads_by_index(sql: &str, table: &str) {
        let mut connection = Connection::open_in_memory().unwrap();
        migrations::run(&mut connection, 0).unwrap();
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![None::<i64>; explain.parameter_count()];
        let plan = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        let plan: Vec<String> = plan.map(Result::unwrap).collect();
        assert!(plan.iter().any(|step| step.contains("USING COVERING INDEX")), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with(&format!("SCAN {table}"))), "{plan:#?}");
    }

    #[test]
    fn events_are_found_by_an_index() {
        for nodes in ["", THESE] {
            check_reads_by_index(&transitions_of(nodes), "transition");
            check_reads_by_index(&incidents_of(nodes), "incident");
        }
    }
}
