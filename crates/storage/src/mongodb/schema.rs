//! The version of the schema, and the id of the writer.
//!
//! A new version of the schema gets a step in [`claim`] that brings the data of the version before it into the new form and can be
//! done again, and after it a change of `version` in `meta`, which alone says that the step is done.

use super::connection::Connection;
use super::records::{CHUNKS, INCIDENTS, META, META_ID, Meta, NOTES, TRANSITIONS};
use crate::StoreError;
use mongodb::IndexModel;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, deserialize_from_document, doc};

const VERSION: i32 = 1;

/// Sees to it that the data are of this version, and takes note of who writes from now on.
///
/// This is a write, so that it is the primary of a majority which has answered, and which knows all that was ever confirmed.
pub async fn claim(connection: &Connection, writer: ObjectId) -> Result<(), StoreError> {
    let metas = connection.collection(META);
    let found = metas.find_one(doc! { "_id": META_ID }).await.map_err(|error| connection.store_error(&error))?;
    if let Some(version) = found.as_ref().map(|meta| meta.get_i32("version").unwrap_or_default())
        && version != VERSION
    {
        return Err(other_version(&connection.errors.place, version));
    }
    let update = doc! {
        "$set": { "writer": writer },
        "$setOnInsert": { "applied": 0_i64, "dropped": 0_i64, "folded": 0_i64, "transition": 0_i64, "incident": 0_i64 },
    };
    let claimed = metas.update_one(doc! { "_id": META_ID, "version": VERSION }, update).upsert(true).await;
    claimed.map_err(|error| connection.store_error(&error))?;
    for (collection, keys) in indexes() {
        let models = keys.into_iter().map(|keys| IndexModel::builder().keys(keys).build());
        connection.collection(collection).create_indexes(models).await.map_err(|error| connection.store_error(&error))?;
    }
    Ok(())
}

pub async fn meta(connection: &Connection) -> Result<Meta, StoreError> {
    let found =
        connection.collection(META).find_one(doc! { "_id": META_ID }).await.map_err(|error| connection.store_error(&error))?;
    let found = found.ok_or_else(|| StoreError::Away(format!("the data at {} have just been removed", connection.errors.place)))?;
    deserialize_from_document(found).map_err(|error| connection.errors.unreadable(&error.to_string()))
}

/// The error of a writer that another one has replaced.
pub fn taken_over(connection: &Connection) -> StoreError {
    let place = &connection.errors.place;
    StoreError::Unusable(format!(
        "another Platus writes to {place}, and only one may; end one of them, or give each a `database` of its own, and then start this \
         one again"
    ))
}

/// The indexes besides `_id`.
fn indexes() -> [(&'static str, Vec<Document>); 4] {
    [
        (CHUNKS, vec![doc! { "tier": 1, "node": 1, "slot": 1 }]),
        (TRANSITIONS, vec![doc! { "node": 1, "_id": -1 }, doc! { "at": 1 }]),
        (INCIDENTS, vec![doc! { "node": 1, "_id": -1 }, doc! { "ended": 1 }]),
        (NOTES, vec![doc! { "incident": 1 }]),
    ]
}

fn other_version(place: &str, version: i32) -> StoreError {
    if version > VERSION {
        StoreError::Unusable(format!(
            "the data at {place} are of version {version}, and this Platus knows version {VERSION} only; use the newer Platus that \
             wrote them"
        ))
    } else {
        StoreError::Unusable(format!("the collection `{META}` at {place} is not one of Platus; name another `database`"))
    }
}
