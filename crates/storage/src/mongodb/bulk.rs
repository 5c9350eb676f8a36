//! Many small changes of one collection in few commands.
//!
//! Each change names the one document it is about, and may say in `when` how that document has to be, so that a change which comes
//! late does no harm to a newer one. A document that is not there is made.

use super::failure::{DUPLICATE_KEY, is_worth_another_attempt};
use super::room::{Room, sure};
use crate::StoreError;
use mongodb::bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, cstr, doc};
use mongodb::error::Error;
use mongodb::options::WriteConcern;
use serde::Deserialize;
use std::time::Duration;

/// Changes and bytes of one command. The server takes 100,000 and 16 MiB; less of them leaves it time for others.
const MOST_CHANGES: usize = 1_000;
const MOST_BYTES: usize = 4 << 20;

/// How long a majority may take to confirm a command.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct Change {
    id: Bson,
    when: Document,
    update: Document,
}

impl Change {
    pub fn new(id: impl Into<Bson>, when: Document, update: Document) -> Self {
        Self { id: id.into(), when, update }
    }

    /// One that a commit makes, unless a later one, or this one, has been there.
    pub fn of_commit(id: impl Into<Bson>, commit: i64, mut fields: Document) -> Self {
        fields.insert("commit", commit);
        Self::new(id, doc! { "commit": { "$lt": commit } }, doc! { "$set": fields })
    }

    fn into_statement(self) -> Document {
        let mut query = doc! { "_id": self.id };
        query.extend(self.when);
        doc! { "q": query, "u": self.update, "upsert": true }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    write_errors: Vec<Refusal>,
    write_concern_error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    code: i32,
    #[serde(default)]
    errmsg: String,
}

/// Makes the changes, in any order. On success a majority has them. If it fails, some may be made; all may be made again.
pub async fn change(room: &Room, collection: &str, changes: Vec<Change>) -> Result<(), StoreError> {
    for statements in batches(changes).map_err(|error| room.tell(&error))? {
        let concern = concern(&sure(PATIENCE));
        let mut command = RawDocumentBuf::new();
        command.append(cstr!("update"), collection);
        command.append(cstr!("ordered"), false);
        command.append(cstr!("writeConcern"), concern.map_err(|error| room.tell(&error))?);
        command.append(cstr!("updates"), statements);
        run(room, command).await?;
    }
    Ok(())
}

/// The driver repeats no commands of this kind by itself when a connection turns out to be broken.
async fn run(room: &Room, command: RawDocumentBuf) -> Result<(), StoreError> {
    let answer = match room.database.run_raw_command(command.clone()).await {
        Err(error) if is_worth_another_attempt(&error) => room.database.run_raw_command(command).await,
        answer => answer,
    };
    let answer = answer.map_err(|error| room.tell(&error))?;
    let answer: Answer =
        mongodb::bson::deserialize_from_document(answer).map_err(|error| room.surroundings.unreadable(&error.to_string()))?;
    // A document that is not as the change wants it is not found, and cannot be made, for it is there: nothing is to be done.
    if let Some(refusal) = answer.write_errors.iter().find(|refusal| refusal.code != DUPLICATE_KEY) {
        return Err(room.surroundings.tell_code(refusal.code, &refusal.errmsg));
    }
    match answer.write_concern_error {
        Some(refusal) => Err(room.surroundings.not_confirmed(&refusal.errmsg)),
        None => Ok(()),
    }
}

fn batches(changes: Vec<Change>) -> Result<Vec<RawArrayBuf>, Error> {
    let mut batches = Vec::new();
    let (mut current, mut n_changes, mut n_bytes) = (RawArrayBuf::new(), 0, 0);
    for change in changes {
        let statement = RawDocumentBuf::try_from(&change.into_statement())?;
        let size = statement.as_bytes().len();
        if n_changes > 0 && (n_changes == MOST_CHANGES || n_bytes + size > MOST_BYTES) {
            batches.push(std::mem::take(&mut current));
            (n_changes, n_bytes) = (0, 0);
        }
        current.push(statement);
        (n_changes, n_bytes) = (n_changes + 1, n_bytes + size);
    }
    if n_changes > 0 {
        batches.push(current);
    }
    Ok(batches)
}

fn concern(concern: &WriteConcern) -> Result<RawDocumentBuf, Error> {
    Ok(mongodb::bson::serialize_to_raw_document_buf(concern)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sizes: &[usize], expect: &[usize]) {
        let changes = sizes.iter().map(|&size| Change::of_commit(1, 1, doc! { "text": "x".repeat(size) })).collect();
        let batches: Vec<_> = batches(changes).unwrap().iter().map(|batch| batch.into_iter().count()).collect();
        assert_eq!(batches, expect);
    }

    #[test]
    fn commands_are_neither_long_nor_large() {
        check(&[], &[]);
        check(&[1; 1000], &[1000]);
        check(&[1; 2001], &[1000, 1000, 1]);
        check(&[3 << 20, 3 << 20, 1, 9 << 20, 1], &[1, 2, 1, 1]);
    }

    #[test]
    fn a_change_of_a_commit_yields_to_a_later_one() {
        let statement = Change::of_commit(7, 3, doc! { "a": 1 }).into_statement();
        let expected =
            doc! { "q": { "_id": 7, "commit": { "$lt": 3_i64 } }, "u": { "$set": { "a": 1, "commit": 3_i64 } }, "upsert": true };
        assert_eq!(statement, expected);
    }
}
