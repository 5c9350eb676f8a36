//! Deletes expired data, a part at a time.

use super::key::chunk_key;
use super::records::{CHUNKS, INCIDENTS, NODES, TRANSITIONS, instant};
use super::room::Room;
use crate::{Expired, StoreError};
use history::NodeId;
use mongodb::bson::{Bson, Document, doc};

/// Documents that are deleted at a time.
const SOME: i64 = 1_000;

/// Returns whether there is more.
pub async fn prune(room: &Room, expired: &Expired) -> Result<bool, StoreError> {
    match expired {
        Expired::Chunks { tier, before } => {
            let (first, end) = (chunk_key(*tier, i64::MIN, NodeId(0)), chunk_key(*tier, *before, NodeId(0)));
            delete_some(room, CHUNKS, doc! { "_id": { "$gte": first, "$lt": end } }).await
        }
        Expired::Transitions { before } => delete_some(room, TRANSITIONS, doc! { "at": { "$lt": instant(before) } }).await,
        // To the server, what lasts and has no end is not less than anything.
        Expired::Incidents { before } => delete_some(room, INCIDENTS, doc! { "ended": { "$lt": instant(before) } }).await,
        Expired::Nodes { ids } => {
            let ids: Vec<_> = ids.iter().map(|id| i64::from(id.0)).collect();
            delete_some(room, NODES, doc! { "_id": { "$in": ids }, "record.status": null }).await
        }
    }
}

async fn delete_some(room: &Room, collection: &str, expired: Document) -> Result<bool, StoreError> {
    let collection = room.collection(collection);
    let ids: Vec<Document> = room.read(collection.find(expired).projection(doc! { "_id": 1 }).limit(SOME)).await?;
    let ids: Vec<Bson> = ids.into_iter().filter_map(|mut document| document.remove("_id")).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let is_full = i64::try_from(ids.len()).is_ok_and(|n| n >= SOME);
    collection.delete_many(doc! { "_id": { "$in": ids } }).await.map_err(|error| room.tell(&error))?;
    Ok(is_full)
}
