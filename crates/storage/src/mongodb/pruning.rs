//! Deletes expired data, a part at a time.

use super::connection::Connection;
use super::key::chunk_key;
use super::records::{CHUNKS, INCIDENTS, NODES, NOTES, TRANSITIONS, instant};
use crate::{Expired, StoreError};
use history::NodeId;
use mongodb::bson::{Bson, Document, doc};

/// Documents that are deleted at a time.
const SOME: i64 = 1_000;

/// Returns whether there is more.
pub async fn prune(connection: &Connection, expired: &Expired) -> Result<bool, StoreError> {
    match expired {
        Expired::Chunks { tier, before } => {
            let (first, end) = (chunk_key(*tier, i64::MIN, NodeId(0)), chunk_key(*tier, *before, NodeId(0)));
            delete_some(connection, CHUNKS, doc! { "_id": { "$gte": first, "$lt": end } }).await
        }
        Expired::Transitions { before } => delete_some(connection, TRANSITIONS, doc! { "at": { "$lt": instant(before) } }).await,
        // To the server, what lasts and has no end is not less than anything.
        Expired::Incidents { before } => delete_incidents(connection, doc! { "ended": { "$lt": instant(before) } }).await,
        Expired::Nodes { ids } => {
            let ids: Vec<_> = ids.iter().map(|id| i64::from(id.0)).collect();
            delete_some(connection, NODES, doc! { "_id": { "$in": ids }, "record.status": null }).await
        }
    }
}

async fn delete_some(connection: &Connection, collection: &str, expired: Document) -> Result<bool, StoreError> {
    let ids = some_of(connection, collection, expired).await?;
    delete(connection, collection, "_id", &ids).await?;
    Ok(is_full(&ids))
}

/// Notes go before their incidents: if this is interrupted, the incidents are found again.
async fn delete_incidents(connection: &Connection, expired: Document) -> Result<bool, StoreError> {
    let ids = some_of(connection, INCIDENTS, expired).await?;
    delete(connection, NOTES, "incident", &ids).await?;
    delete(connection, INCIDENTS, "_id", &ids).await?;
    Ok(is_full(&ids))
}

async fn some_of(connection: &Connection, collection: &str, expired: Document) -> Result<Vec<Bson>, StoreError> {
    let collection = connection.collection(collection);
    let found: Vec<Document> = connection.read(collection.find(expired).projection(doc! { "_id": 1 }).limit(SOME)).await?;
    Ok(found.into_iter().filter_map(|mut document| document.remove("_id")).collect())
}

async fn delete(connection: &Connection, collection: &str, field: &str, ids: &[Bson]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let these = doc! { field: { "$in": ids.to_vec() } };
    let deleted = connection.collection(collection).delete_many(these).await;
    deleted.map(drop).map_err(|error| connection.store_error(&error))
}

fn is_full(ids: &[Bson]) -> bool {
    i64::try_from(ids.len()).is_ok_and(|number| number >= SOME)
}
