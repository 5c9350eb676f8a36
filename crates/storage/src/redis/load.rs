//! Reads the snapshot that a process needs at its start.

use super::keys::Keys;
use super::link::{Link, Request};
use super::{legacy, query, scan, text};
use crate::{NodeRecord, Notification, StoreError, StoreSnapshot};
use chrono::Utc;
use history::{Sample, decode_journal};
use redis::cmd;
use serde::de::DeserializeOwned;

/// Of the keys and what is in them. A newer one is not touched.
const SCHEMA: u64 = 1;

/// Rejects an unknown schema. Then takes over from earlier processes: their late writes are not stored. Returns the new epoch.
pub(super) async fn take_place(link: &Link, keys: &Keys) -> Result<u64, StoreError> {
    let mut asked = cmd("HGET");
    asked.arg(keys.meta()).arg("schema");
    let schema: Option<u64> = link.ask(Request::One(&asked)).await?;
    if let Some(found) = schema.filter(|schema| *schema > SCHEMA) {
        return Err(StoreError::Unusable(format!(
            "the data under `{}` have schema {found}, and this Platus knows schemas up to {SCHEMA}; use the newer Platus that \
             wrote it",
            keys.prefix
        )));
    }
    // A time rises from load to load, so that a late call of an abandoned load finds a higher number and does nothing.
    let mut epoch = u64::try_from(Utc::now().timestamp_micros()).unwrap_or_default();
    loop {
        let mut begin = cmd("EVAL");
        begin.arg(include_str!("begin.lua")).arg(0).arg(keys.meta()).arg(epoch).arg(SCHEMA);
        let stored: u64 = link.ask(Request::One(&begin)).await?;
        if stored == 0 {
            return Ok(epoch);
        }
        // The clock was set back since.
        epoch = stored + 1;
    }
}

pub(super) async fn load(link: &Link, keys: &Keys) -> Result<StoreSnapshot, StoreError> {
    let meta = ["last_commit", "last_transition", "last_incident", "imported"];
    let mut asked = cmd("HMGET");
    asked.arg(keys.meta()).arg(&meta);
    let (last_commit, last_transition, last_incident, imported): (Option<u64>, Option<u64>, Option<u64>, Option<u64>) =
        link.ask(Request::One(&asked)).await?;

    let mut nodes: Vec<NodeRecord> = records(link, &keys.ids()).await?;
    nodes.sort_unstable_by_key(|record| record.id);
    let mut notifications: Vec<Notification> = records(link, &keys.notifications()).await?;
    notifications.sort_by(|one, other| (one.created, &one.key).cmp(&(other.created, &other.key)));
    let mut silences: Vec<crate::Silence> = records(link, &keys.silences()).await?;
    silences.sort_unstable_by_key(|silence| silence.id);
    let mut api_keys: Vec<crate::StoredKey> = records(link, &keys.api_keys()).await?;
    api_keys.sort_unstable_by_key(|key| key.id);
    Ok(StoreSnapshot {
        last_commit: last_commit.unwrap_or(0),
        nodes,
        journal: journal(link, &keys.journal()).await?,
        last_transition: last_transition.unwrap_or(0),
        last_incident: last_incident.unwrap_or(0),
        open_incidents: query::open_incidents(link, keys).await?,
        ended_incidents: Vec::new(),
        notifications,
        silences,
        keys: api_keys,
        legacy: if imported.is_none() { legacy::statuses(link, keys).await? } else { Vec::new() },
    })
}

async fn records<T: DeserializeOwned>(link: &Link, key: &str) -> Result<Vec<T>, StoreError> {
    scan::hash(link, key).await?.values().map(|bytes| text::read(bytes, key)).collect()
}

async fn journal(link: &Link, key: &str) -> Result<Vec<(u64, Vec<Sample>)>, StoreError> {
    let entry = |(number, bytes): (Vec<u8>, Vec<u8>)| {
        let number = std::str::from_utf8(&number).ok().and_then(|number| number.parse().ok());
        let number: u64 = number.ok_or_else(|| text::corrupt(key, "a field is no number of a commit"))?;
        let samples = decode_journal(&bytes).map_err(|error| text::corrupt(key, &format!("commit {number}: {error}")))?;
        Ok((number, samples))
    };
    let entries = scan::hash(link, key).await?;
    let mut journal: Vec<(u64, Vec<Sample>)> = entries.into_iter().map(entry).collect::<Result<_, StoreError>>()?;
    journal.sort_unstable_by_key(|(number, _)| *number);
    Ok(journal)
}
