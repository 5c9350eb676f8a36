//! Each commit and each fold is first stored as one document, its intent, because a standalone server has no transactions. Then it is
//! applied by idempotent changes.
//!
//! A document has at most 16 MiB. The rest is stored before it in `parts`, which the document names; without it they have no meaning.

use super::failure::is_duplicate;
use super::records::{COMMITS, FOLDS, Intent, META, META_ID, Meta, PARTS, binary};
use super::room::{Room, soon};
use super::schema::taken_over;
use crate::StoreError;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Binary, Document, deserialize_from_slice, doc, serialize_to_vec};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of a body that go into one document.
const PIECE: usize = 8 << 20;

/// Stores an intent under its number. On success it is stored on a majority; the same number may be stored again by the same writer.
pub async fn store<T: Serialize>(
    room: &Room,
    collection: &str,
    number: i64,
    writer: ObjectId,
    samples: Option<Binary>,
    body: &T,
) -> Result<(), StoreError> {
    let body = serialize_to_vec(body).map_err(|error| room.tell(&error.into()))?;
    let mut pieces = body.chunks(PIECE);
    let first = pieces.next().unwrap_or_default();
    let mut parts = Vec::new();
    for piece in pieces {
        let id = ObjectId::new();
        let part = doc! { "_id": id, "piece": binary(piece.to_vec()) };
        room.collection(PARTS).insert_one(part).await.map_err(|error| room.tell(&error))?;
        parts.push(id);
    }
    let mut document = doc! { "_id": number, "writer": writer, "body": binary(first.to_vec()), "parts": parts };
    if let Some(samples) = samples {
        document.insert("samples", samples);
    }
    match room.collection(collection).insert_one(&document).write_concern(soon()).await {
        Err(error) if is_duplicate(&error) => replace(room, collection, number, writer, document).await,
        stored => stored.map(|_| ()).map_err(|error| room.tell(&error)),
    }
}

/// Stores an intent whose number is taken: by an earlier attempt that perhaps no majority has, or by a late attempt of an earlier writer.
/// Neither was reported as stored.
async fn replace(room: &Room, collection: &str, number: i64, writer: ObjectId, mut new: Document) -> Result<(), StoreError> {
    let meta = room.database.collection::<Meta>(META).find_one(doc! { "_id": META_ID }).await;
    if meta.map_err(|error| room.tell(&error))?.is_none_or(|meta| meta.writer != writer) {
        return Err(taken_over(room));
    }
    let taken = room.collection(collection).find_one(doc! { "_id": number }).projection(doc! { "writer": 1 }).await;
    let by = taken.map_err(|error| room.tell(&error))?.and_then(|taken| taken.get_object_id("writer").ok());
    // Writing the same again would be no write, and would not wait for a majority.
    new.insert("attempt", ObjectId::new());
    let replaced = room.collection(collection).replace_one(doc! { "_id": number, "writer": by }, new).write_concern(soon()).await;
    match replaced.map_err(|error| room.tell(&error))?.matched_count {
        // It was there and is not: it was on a primary that is none any more.
        0 => Err(room.surroundings.not_confirmed("the primary has changed")),
        _ => Ok(()),
    }
}

/// The first intent above a number, of this writer or of any.
pub async fn next<T: DeserializeOwned>(
    room: &Room,
    collection: &str,
    above: i64,
    writer: Option<ObjectId>,
) -> Result<Option<(i64, T)>, StoreError> {
    let intents = room.database.collection::<Intent>(collection);
    let mut wanted = doc! { "_id": { "$gt": above } };
    if let Some(writer) = writer {
        wanted.insert("writer", writer);
    }
    let found = intents.find_one(wanted).sort(doc! { "_id": 1 }).projection(doc! { "samples": 0 }).await;
    let Some(intent) = found.map_err(|error| room.tell(&error))? else { return Ok(None) };
    let mut body = intent.body.bytes;
    for part in intent.parts {
        let found = room.collection(PARTS).find_one(doc! { "_id": part }).await.map_err(|error| room.tell(&error))?;
        let piece = found.as_ref().and_then(|part| part.get_binary_generic("piece").ok());
        let missing = || room.surroundings.unreadable(&format!("{collection} {} has lost a part", intent.number));
        body.extend(piece.ok_or_else(missing)?);
    }
    let body = deserialize_from_slice(&body).map_err(|error| room.surroundings.unreadable(&error.to_string()))?;
    Ok(Some((intent.number, body)))
}

/// Deletes the parts that no intent names. Nothing may be being stored meanwhile.
pub async fn sweep(room: &Room) -> Result<(), StoreError> {
    if room.collection(PARTS).find_one(doc! {}).projection(doc! { "_id": 1 }).await.map_err(|error| room.tell(&error))?.is_none() {
        return Ok(());
    }
    let mut named = Vec::new();
    for collection in [COMMITS, FOLDS] {
        let with_parts = doc! { "parts.0": { "$exists": true } };
        let find = room.collection(collection);
        let find = find.find(with_parts).projection(doc! { "parts": 1 });
        for mut document in room.read::<Document>(find).await? {
            named.extend(document.get_array_mut("parts").map(std::mem::take).unwrap_or_default());
        }
    }
    let unnamed = doc! { "_id": { "$nin": named } };
    room.collection(PARTS).delete_many(unnamed).await.map_err(|error| room.tell(&error))?;
    Ok(())
}
