//! The form of the documents, which are written in one file and read in another.
//!
//! Most of them have a `record`, which is the record of Platus as it is, and beside it what the database has to look for or to compare.

use crate::{Commit, Fold, Incident, NodeRecord, Note, Notification, NotificationKey, Silence, StoredKey, Transition};
use chrono::{DateTime, TimeZone};
use history::{NodeId, StoredChunk, Tier};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, oid::ObjectId};
use serde::{Deserialize, Serialize};

/// Names of the collections.
pub const META: &str = "meta";
pub const COMMITS: &str = "commits";
pub const FOLDS: &str = "folds";
pub const PARTS: &str = "parts";
pub const NODES: &str = "nodes";
pub const TRANSITIONS: &str = "transitions";
pub const INCIDENTS: &str = "incidents";
pub const MESSAGES: &str = "messages";
pub const SILENCES: &str = "directives";
pub const API_KEYS: &str = "api_keys";
pub const NOTES: &str = "notes";
pub const CHUNKS: &str = "chunks";

/// The one document of `meta`, which also has the `version` of the schema.
pub const META_ID: &str = "platus";

#[derive(Deserialize)]
pub struct Meta {
    /// Who loaded last.
    pub writer: ObjectId,
    /// Every commit up to and including this one is in the other collections. It may lag behind.
    pub applied: i64,
    /// The journal up to and including this commit is needed no more.
    pub dropped: i64,
    /// Number of the last fold that is done.
    pub folded: i64,
    /// The highest ids that were ever given; those of the documents that are left may be lower.
    pub transition: i64,
    pub incident: i64,
}

/// A document of `commits` or `folds`: what is to be done, and, since it is stored, will be.
#[derive(Deserialize)]
pub struct Intent {
    #[serde(rename = "_id")]
    pub number: i64,
    /// The begin of the body in BSON.
    pub body: Binary,
    /// The rest of it, in `parts`.
    pub parts: Vec<ObjectId>,
}

/// A commit without its samples, which are the journal and stay where they are.
#[derive(Serialize, Deserialize)]
pub struct CommitBody {
    pub nodes: Vec<NodeRecord>,
    pub transitions: Vec<Transition>,
    pub incidents: Vec<Incident>,
    #[serde(rename = "messages")]
    pub notifications: Vec<Notification>,
    pub settled: Vec<NotificationKey>,
    #[serde(rename = "directives")]
    pub silences: Vec<Silence>,
    pub withdrawn: Vec<u64>,
    /// Earlier versions stored none.
    #[serde(default)]
    pub keys: Vec<StoredKey>,
    #[serde(default)]
    pub revoked: Vec<u64>,
    /// Absent in commits of earlier versions.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl CommitBody {
    pub fn of(commit: &Commit) -> Self {
        Self {
            nodes: commit.nodes.iter().filter(|change| !change.routine).map(|change| change.record.clone()).collect(),
            transitions: commit.transitions.clone(),
            incidents: commit.incidents.clone(),
            notifications: commit.notifications.clone(),
            settled: commit.settled.clone(),
            silences: commit.silences.clone(),
            withdrawn: commit.withdrawn.clone(),
            keys: commit.keys.clone(),
            revoked: commit.revoked.clone(),
            notes: commit.notes.clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct FoldBody {
    /// The last commit that was stored when it began: what later ones say of a node is newer than what it says.
    pub after: i64,
    pub chunks: Vec<FoldedChunk>,
    pub nodes: Vec<NodeRecord>,
    pub drop_journal: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub struct FoldedChunk {
    pub tier: Tier,
    pub slot: i64,
    pub node: NodeId,
    pub bytes: Binary,
}

impl FoldBody {
    pub fn of(fold: &Fold, after: i64) -> Self {
        let chunk = |chunk: &StoredChunk| FoldedChunk {
            tier: chunk.tier,
            slot: chunk.slot,
            node: chunk.node,
            bytes: binary(chunk.bytes.clone()),
        };
        Self {
            after,
            chunks: fold.chunks.iter().map(chunk).collect(),
            nodes: fold.nodes.clone(),
            // A commit that is not stored yet will be needed.
            drop_journal: fold.drop_journal.map(|last| number(last).min(after)),
        }
    }
}

impl From<FoldedChunk> for StoredChunk {
    fn from(chunk: FoldedChunk) -> Self {
        Self { tier: chunk.tier, slot: chunk.slot, node: chunk.node, bytes: chunk.bytes.bytes }
    }
}

/// A document whose record alone is of interest.
#[derive(Deserialize)]
pub struct Holder<T> {
    pub record: T,
}

pub fn binary(bytes: Vec<u8>) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes }
}

/// BSON has no numbers without a sign. Ours count from 1 and never get so far.
pub fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Nanoseconds since 1970, for comparing. What is too long ago or too far away for that, as no record is, is at the end of the range.
pub fn instant<Z: TimeZone>(at: &DateTime<Z>) -> i64 {
    let too_far = if at.timestamp() < 0 { i64::MIN } else { i64::MAX };
    at.timestamp_nanos_opt().unwrap_or(too_far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn instants_are_in_order_however_far() {
        let at = |seconds, nanoseconds| instant(&DateTime::<Utc>::from_timestamp(seconds, nanoseconds).unwrap());
        assert_eq!(at(1, 2), 1_000_000_002);
        assert_eq!(at(-1, 0), -1_000_000_000);
        assert_eq!(instant(&DateTime::<Utc>::MIN_UTC), i64::MIN);
        assert_eq!(instant(&DateTime::<Utc>::MAX_UTC), i64::MAX);
    }

    #[test]
    fn numbers_come_back() {
        for n in [0, 1, 1 << 40] {
            assert_eq!(unsigned(number(n)), n);
        }
        assert_eq!((number(u64::MAX), unsigned(-1)), (i64::MAX, 0));
    }
}
