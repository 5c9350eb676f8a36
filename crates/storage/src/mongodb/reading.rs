//! Queries. All of them go to the primary, see the read concern in `connection`.

use super::connection::Connection;
use super::key::chunk_key;
use super::records::{
    API_KEYS, CHUNKS, COMMITS, FoldedChunk, Holder, INCIDENTS, MESSAGES, NODES, NOTES, SILENCES, TRANSITIONS, instant, unsigned,
};
use super::schema;
use crate::{Incident, IncidentQuery, NodeRecord, Note, Notification, StoreError, StoreSnapshot, Transition, TransitionQuery};
use history::{NodeId, Sample, StoredChunk, Tier, decode_journal};
use mongodb::bson::{Binary, Bson, Document, doc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// The snapshot that a process needs at its start, when this is the last stored commit.
pub async fn load(connection: &Connection, last_commit: u64) -> Result<StoreSnapshot, StoreError> {
    let meta = schema::meta(connection).await?;
    let mut notifications: Vec<Notification> = records(connection, MESSAGES, doc! { "done": false }).await?;
    notifications.sort_by(|a, b| (a.created, &a.key).cmp(&(b.created, &b.key)));
    Ok(StoreSnapshot {
        last_commit,
        nodes: records::<NodeRecord>(connection, NODES, doc! {}).await?,
        journal: journal(connection).await?,
        last_transition: unsigned(meta.transition.max(last_id(connection, TRANSITIONS).await?)),
        last_incident: unsigned(meta.incident.max(last_id(connection, INCIDENTS).await?)),
        open_incidents: records(connection, INCIDENTS, doc! { "ended": null }).await?,
        ended_incidents: Vec::new(),
        notifications,
        silences: records(connection, SILENCES, doc! { "done": false }).await?,
        keys: records(connection, API_KEYS, doc! { "done": false }).await?,
        // The Python program stored nothing in MongoDB.
        legacy: Vec::new(),
    })
}

async fn journal(connection: &Connection) -> Result<Vec<(u64, Vec<Sample>)>, StoreError> {
    #[derive(Deserialize)]
    struct Entry {
        #[serde(rename = "_id")]
        commit: i64,
        samples: Binary,
    }

    let commits = connection.collection(COMMITS);
    let with_samples = commits.find(doc! { "samples": { "$exists": true } });
    let entries: Vec<Entry> = connection.read(with_samples.projection(doc! { "samples": 1 }).sort(doc! { "_id": 1 })).await?;
    let decoded = entries.into_iter().map(|entry| {
        let unreadable = |error| connection.errors.unreadable(&format!("commit {}: {error}", entry.commit));
        Ok((unsigned(entry.commit), decode_journal(&entry.samples.bytes).map_err(unreadable)?))
    });
    decoded.collect()
}

async fn last_id(connection: &Connection, collection: &str) -> Result<i64, StoreError> {
    let last = connection.collection(collection).find_one(doc! {}).sort(doc! { "_id": -1 }).projection(doc! { "_id": 1 }).await;
    let last = last.map_err(|error| connection.store_error(&error))?;
    Ok(last.and_then(|last| last.get_i64("_id").ok()).unwrap_or(0))
}

/// The records in these documents, by their ids.
async fn records<T: DeserializeOwned + Send + Sync>(
    connection: &Connection,
    collection: &str,
    filter: Document,
) -> Result<Vec<T>, StoreError> {
    let collection = connection.collection(collection);
    let held: Vec<Holder<T>> =
        connection.read(collection.find(filter).projection(doc! { "record": 1 }).sort(doc! { "_id": 1 })).await?;
    Ok(held.into_iter().map(|holder| holder.record).collect())
}

pub async fn chunks(
    connection: &Connection,
    tier: Tier,
    slots: RangeInclusive<i64>,
    nodes: Option<&[NodeId]>,
) -> Result<Vec<StoredChunk>, StoreError> {
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let (first, last) = slots.into_inner();
    let filter = match nodes {
        Some(nodes) => {
            let nodes: Vec<_> = nodes.iter().map(|node| i64::from(node.0)).collect();
            doc! { "tier": tier.as_str(), "node": { "$in": nodes }, "slot": { "$gte": first, "$lte": last } }
        }
        None => {
            let (first, last) = (chunk_key(tier, first, NodeId(0)), chunk_key(tier, last, NodeId(u32::MAX)));
            doc! { "_id": { "$gte": first, "$lte": last } }
        }
    };
    let collection = connection.collection(CHUNKS);
    let found: Vec<FoldedChunk> = connection.read(collection.find(filter)).await?;
    let mut chunks: Vec<StoredChunk> = found.into_iter().map(StoredChunk::from).collect();
    chunks.sort_by_key(|chunk| (chunk.slot, chunk.node));
    Ok(chunks)
}

pub async fn transitions(connection: &Connection, query: &TransitionQuery) -> Result<Vec<Transition>, StoreError> {
    let filter = doc! { "at": { "$gte": instant(&query.from), "$lt": instant(&query.to) } };
    latest(connection, TRANSITIONS, filter, query.nodes.as_ref(), query.limit).await
}

pub async fn incidents(connection: &Connection, query: &IncidentQuery) -> Result<Vec<Incident>, StoreError> {
    let ended_later = doc! { "ended": { "$gte": instant(&query.from) } };
    let filter = doc! { "since": { "$lt": instant(&query.to) }, "$or": [{ "ended": null }, ended_later] };
    latest(connection, INCIDENTS, filter, query.nodes.as_ref(), query.limit).await
}

/// The incident with this id.
pub async fn incident(connection: &Connection, id: u64) -> Result<Option<Incident>, StoreError> {
    let Ok(id) = i64::try_from(id) else { return Ok(None) };
    let found: Vec<Incident> = latest(connection, INCIDENTS, doc! { "_id": id }, None, 1).await?;
    Ok(found.into_iter().next())
}

/// The first notes on an incident.
pub async fn notes(connection: &Connection, incident: u64, limit: usize) -> Result<Vec<Note>, StoreError> {
    let Ok(incident) = i64::try_from(incident) else { return Ok(Vec::new()) };
    let mut notes: Vec<Note> = records(connection, NOTES, doc! { "incident": incident }).await?;
    notes.truncate(limit);
    Ok(notes)
}

/// Ids rise in the order in which things happen.
async fn latest<T: DeserializeOwned + Send + Sync>(
    connection: &Connection,
    collection: &str,
    mut filter: Document,
    nodes: Option<&HashSet<NodeId>>,
    limit: usize,
) -> Result<Vec<T>, StoreError> {
    // To the server, 0 means no limit.
    if limit == 0 {
        return Ok(Vec::new());
    }
    if let Some(nodes) = nodes {
        filter.insert("node", doc! { "$in": nodes.iter().map(|node| Bson::from(i64::from(node.0))).collect::<Vec<_>>() });
    }
    let collection = connection.collection(collection);
    let find = collection.find(filter).projection(doc! { "record": 1 }).sort(doc! { "_id": -1 });
    let held: Vec<Holder<T>> = connection.read(find.limit(i64::try_from(limit).unwrap_or(i64::MAX))).await?;
    Ok(held.into_iter().map(|holder| holder.record).collect())
}
