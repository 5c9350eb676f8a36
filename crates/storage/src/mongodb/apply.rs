//! Applies intents. All changes can be repeated, and late: every document has the number of the commit or fold that wrote it, and only a
//! higher one replaces it. Removed documents stay as marks until the journal is dropped, because a late change would otherwise create
//! them again.

use super::bulk::{Change, change};
use super::connection::{Connection, unsure};
use super::key::chunk_key;
use super::records::{
    API_KEYS, CHUNKS, COMMITS, CommitBody, FOLDS, FoldBody, INCIDENTS, MESSAGES, META, META_ID, NODES, NOTES, SILENCES,
    TRANSITIONS, instant, number,
};
use super::write_ahead::sweep;
use crate::StoreError;
use mongodb::bson::{Bson, Document, doc, serialize_to_bson};
use serde::Serialize;
use std::collections::BTreeMap;

/// Puts a commit into the collections, and then notes that it is there.
pub async fn commit(connection: &Connection, commit: i64, body: CommitBody) -> Result<(), StoreError> {
    let highest = |ids: &mut dyn Iterator<Item = u64>| ids.max().map_or(0, number);
    let transition = highest(&mut body.transitions.iter().map(|transition| transition.id));
    let incident = highest(&mut body.incidents.iter().map(|incident| incident.id));
    let changes = changes(commit, body).map_err(|error| connection.store_error(&error.into()))?;
    futures::future::try_join_all(changes.into_iter().map(|(collection, changes)| change(connection, collection, changes))).await?;
    let note = doc! { "$max": { "applied": commit, "transition": transition, "incident": incident } };
    // If this is lost, the commit is applied again.
    let noted = connection.collection(META).update_one(doc! { "_id": META_ID }, note).write_concern(unsure()).await;
    noted.map(|_| ()).map_err(|error| connection.store_error(&error))
}

fn changes(commit: i64, body: CommitBody) -> mongodb::bson::error::Result<[(&'static str, Vec<Change>); 7]> {
    let mut nodes = Vec::new();
    for (id, node) in last_of_each(body.nodes, |node| node.id) {
        nodes.push(Change::of_commit(i64::from(id.0), commit, doc! { "record": record(&node)? }));
    }
    let mut transitions = Vec::new();
    for transition in body.transitions {
        let fields = doc! { "node": i64::from(transition.node.0), "at": instant(&transition.at), "commit": commit, "record": record(&transition)? };
        transitions.push(Change::new(number(transition.id), doc! {}, doc! { "$set": fields }));
    }
    let mut incidents = Vec::new();
    for (id, incident) in last_of_each(body.incidents, |incident| incident.id) {
        let fields = doc! {
            "node": i64::from(incident.node.0), "since": instant(&incident.since), "ended": incident.ended.as_ref().map(instant),
            "record": record(&incident)?,
        };
        incidents.push(Change::of_commit(number(id), commit, fields));
    }
    let mut notifications = BTreeMap::new();
    for message in body.notifications {
        notifications.insert(message.key.0.clone(), doc! { "done": false, "record": record(&message)? });
    }
    notifications.extend(body.settled.into_iter().map(|key| (key.0, done())));
    let mut silences = BTreeMap::new();
    for silence in body.silences {
        silences.insert(number(silence.id), doc! { "done": false, "record": record(&silence)? });
    }
    silences.extend(body.withdrawn.into_iter().map(|id| (number(id), done())));
    let mut keys = BTreeMap::new();
    for key in body.keys {
        keys.insert(number(key.id), doc! { "done": false, "record": record(&key)? });
    }
    keys.extend(body.revoked.into_iter().map(|id| (number(id), done())));
    let mut notes = Vec::new();
    for note in body.notes {
        let fields = doc! { "incident": number(note.incident), "record": record(&note)? };
        notes.push(Change::of_commit(number(note.id), commit, fields));
    }
    Ok([
        (NODES, nodes),
        (TRANSITIONS, transitions),
        (INCIDENTS, incidents),
        (MESSAGES, of_commit(commit, notifications)),
        (SILENCES, of_commit(commit, silences)),
        (API_KEYS, of_commit(commit, keys)),
        (NOTES, notes),
    ])
}

fn of_commit<K: Into<Bson>>(commit: i64, fields: BTreeMap<K, Document>) -> Vec<Change> {
    fields.into_iter().map(|(id, fields)| Change::of_commit(id, commit, fields)).collect()
}

/// The fields of a removed document.
fn done() -> Document {
    doc! { "done": true, "record": null }
}

/// Replaces chunks and nodes, drops the journal, and then removes the intent.
pub async fn fold(connection: &Connection, fold: i64, body: FoldBody) -> Result<(), StoreError> {
    let failed = |error: mongodb::error::Error| connection.store_error(&error);
    let chunks = body.chunks.into_iter().map(|chunk| {
        let fields = doc! {
            "tier": chunk.tier.as_str(), "slot": chunk.slot, "node": i64::from(chunk.node.0), "bytes": chunk.bytes, "fold": fold,
        };
        Change::new(chunk_key(chunk.tier, chunk.slot, chunk.node), older_than(fold), doc! { "$set": fields })
    });
    change(connection, CHUNKS, chunks.collect()).await?;

    let mut nodes = Vec::new();
    for node in body.nodes {
        let mut when = older_than(fold);
        when.insert("commit", doc! { "$lte": body.after });
        let fields = doc! { "record": record(&node).map_err(|error| failed(error.into()))?, "commit": body.after, "fold": fold };
        nodes.push(Change::new(i64::from(node.id.0), when, doc! { "$set": fields }));
    }
    change(connection, NODES, nodes).await?;

    // From here on the numbers of the commits that are deleted stand nowhere else.
    let dropped = body.drop_journal.unwrap_or(0);
    let note = doc! { "$max": { "folded": fold, "applied": body.after, "dropped": dropped } };
    connection.collection(META).update_one(doc! { "_id": META_ID }, note).await.map_err(failed)?;
    if body.drop_journal.is_some() {
        drop_journal(connection, dropped).await?;
    }
    // Those of the attempts before this one are of no use either.
    connection.collection(FOLDS).delete_many(doc! { "_id": { "$lte": fold } }).await.map_err(failed)?;
    sweep(connection).await
}

/// Deletes the journal up to and including this commit, and the marks of that time.
pub async fn drop_journal(connection: &Connection, last: i64) -> Result<(), StoreError> {
    let failed = |error: mongodb::error::Error| connection.store_error(&error);
    connection.collection(COMMITS).delete_many(doc! { "_id": { "$lte": last } }).await.map_err(failed)?;
    for collection in [MESSAGES, SILENCES, API_KEYS] {
        connection.collection(collection).delete_many(doc! { "done": true, "commit": { "$lte": last } }).await.map_err(failed)?;
    }
    Ok(())
}

/// Documents of nodes that no fold has written have no number of one.
fn older_than(fold: i64) -> Document {
    doc! { "fold": { "$not": { "$gte": fold } } }
}

/// Of several records of the same thing the last one counts.
fn last_of_each<K: Ord, T>(records: Vec<T>, key: impl Fn(&T) -> K) -> BTreeMap<K, T> {
    records.into_iter().map(|record| (key(&record), record)).collect()
}

fn record<T: Serialize>(record: &T) -> mongodb::bson::error::Result<Bson> {
    serialize_to_bson(record)
}
