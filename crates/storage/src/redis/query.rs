//! Reads history.

use super::keys::Keys;
use super::link::{Link, Request};
use super::member::{Member, score};
use super::scan::PAGE;
use super::{scan, text};
use crate::{Incident, IncidentQuery, Note, StoreError, Transition, TransitionQuery};
use history::{NodeId, StoredChunk, Tier};
use redis::{cmd, pipe};
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

pub(super) async fn chunks(
    link: &Link,
    keys: &Keys,
    tier: Tier,
    range: RangeInclusive<i64>,
    nodes: Option<&[NodeId]>,
) -> Result<Vec<StoredChunk>, StoreError> {
    let mut command = cmd("ZRANGEBYSCORE");
    command.arg(keys.slots(tier)).arg(*range.start()).arg(*range.end());
    let mut slots: Vec<i64> = if range.is_empty() { Vec::new() } else { link.ask(Request::One(&command)).await? };
    slots.sort_unstable();
    match nodes {
        Some(nodes) => chunks_of(link, keys, tier, &slots, nodes).await,
        None => chunks_of_all(link, keys, tier, &slots).await,
    }
}

async fn chunks_of_all(link: &Link, keys: &Keys, tier: Tier, slots: &[i64]) -> Result<Vec<StoredChunk>, StoreError> {
    let mut chunks = Vec::new();
    for &slot in slots {
        let key = keys.chunk(tier, slot);
        let first = chunks.len();
        for (node, bytes) in scan::hash(link, &key).await? {
            let node = std::str::from_utf8(&node).ok().and_then(|node| node.parse().ok());
            let node = NodeId(node.ok_or_else(|| text::corrupt(&key, "a field is no number of a node"))?);
            chunks.push(StoredChunk { tier, slot, node, bytes });
        }
        chunks[first..].sort_unstable_by_key(|chunk| chunk.node);
    }
    Ok(chunks)
}

async fn chunks_of(link: &Link, keys: &Keys, tier: Tier, slots: &[i64], nodes: &[NodeId]) -> Result<Vec<StoredChunk>, StoreError> {
    let mut nodes = nodes.to_vec();
    nodes.sort_unstable();
    nodes.dedup();
    let parts: Vec<(i64, &[NodeId])> = slots.iter().flat_map(|&slot| nodes.chunks(PAGE).map(move |some| (slot, some))).collect();
    // Many slots of few nodes, or few of many.
    let at_once = (PAGE / nodes.len().max(1)).max(1);
    let mut chunks = Vec::new();
    for parts in parts.chunks(at_once) {
        let mut commands = pipe();
        for &(slot, nodes) in parts {
            commands.cmd("HMGET").arg(keys.chunk(tier, slot));
            for node in nodes {
                commands.arg(node.0);
            }
        }
        let answers: Vec<Vec<Option<Vec<u8>>>> = link.ask(Request::All(&commands)).await?;
        for (&(slot, nodes), answer) in parts.iter().zip(answers) {
            let found = nodes.iter().zip(answer).filter_map(|(&node, bytes)| Some((node, bytes?)));
            chunks.extend(found.map(|(node, bytes)| StoredChunk { tier, slot, node, bytes }));
        }
    }
    Ok(chunks)
}

pub(super) async fn transitions(link: &Link, keys: &Keys, query: &TransitionQuery) -> Result<Vec<Transition>, StoreError> {
    let (order, content) = (keys.transitions(), keys.transition());
    let mut found: BTreeMap<Reverse<u64>, Transition> = BTreeMap::new();
    let (mut at, mut has_more) = (0, true);
    // What comes meanwhile comes before all these, and pushes some of them from one page to the next: they are then seen twice.
    while has_more && found.len() < query.limit {
        let mut command = cmd("ZREVRANGEBYSCORE");
        command.arg(&order).arg(score(query.to)).arg(score(query.from)).arg("LIMIT").arg(at).arg(PAGE);
        let members: Vec<String> = link.ask(Request::One(&command)).await?;
        (at, has_more) = (at + PAGE, members.len() == PAGE);
        let ids = wanted(&members, &order, query.nodes.as_ref())?;
        let some: Vec<Transition> = records(link, &content, &ids).await?;
        let within = some.into_iter().filter(|transition| (query.from..query.to).contains(&transition.at));
        found.extend(within.map(|transition| (Reverse(transition.id), transition)));
    }
    Ok(found.into_values().take(query.limit).collect())
}

pub(super) async fn incidents(link: &Link, keys: &Keys, query: &IncidentQuery) -> Result<Vec<Incident>, StoreError> {
    let (order, content) = (keys.incidents(), keys.incident());
    // In one piece, because an incident that ends meanwhile would move past a page.
    let mut command = cmd("ZRANGEBYSCORE");
    command.arg(&order).arg(score(query.from)).arg("+inf");
    let members: Vec<String> = link.ask(Request::One(&command)).await?;
    let mut ids = wanted(&members, &order, query.nodes.as_ref())?;
    ids.sort_unstable_by_key(|id| Reverse(*id));
    let lasted = |incident: &Incident| incident.since < query.to && incident.ended.is_none_or(|ended| ended >= query.from);
    let mut found = Vec::new();
    for ids in ids.chunks(PAGE) {
        if found.len() >= query.limit {
            break;
        }
        found.extend(records(link, &content, ids).await?.into_iter().filter(lasted));
    }
    found.truncate(query.limit);
    Ok(found)
}

/// The incident with this id.
pub(super) async fn incident(link: &Link, keys: &Keys, id: u64) -> Result<Option<Incident>, StoreError> {
    Ok(records(link, &keys.incident(), &[id]).await?.into_iter().next())
}

/// The first notes on an incident. There are few: a user adds them one by one.
pub(super) async fn notes(link: &Link, keys: &Keys, incident: u64, limit: usize) -> Result<Vec<Note>, StoreError> {
    let key = keys.notes(incident);
    let found = scan::hash(link, &key).await?;
    let mut notes: Vec<Note> = found.into_values().map(|bytes| text::read(&bytes, &key)).collect::<Result<_, _>>()?;
    notes.sort_unstable_by_key(|note| note.id);
    notes.truncate(limit);
    Ok(notes)
}

/// Those that have not ended, the first opened first.
pub(super) async fn open_incidents(link: &Link, keys: &Keys) -> Result<Vec<Incident>, StoreError> {
    let mut command = cmd("ZRANGEBYSCORE");
    command.arg(keys.incidents()).arg("+inf").arg("+inf");
    let members: Vec<String> = link.ask(Request::One(&command)).await?;
    let mut found = Vec::new();
    for ids in wanted(&members, &keys.incidents(), None)?.chunks(PAGE) {
        found.extend(records(link, &keys.incident(), ids).await?);
    }
    Ok(found)
}

fn wanted(members: &[String], key: &str, nodes: Option<&HashSet<NodeId>>) -> Result<Vec<u64>, StoreError> {
    let read = |member: &String| Member::parse(member).ok_or_else(|| text::corrupt(key, "an entry has no id"));
    let mut members: Vec<Member> = members.iter().map(read).collect::<Result<_, _>>()?;
    members.retain(|member| nodes.is_none_or(|nodes| nodes.contains(&member.node)));
    Ok(members.into_iter().map(|member| member.id).collect())
}

/// What has been deleted meanwhile is left out.
async fn records<T: DeserializeOwned>(link: &Link, key: &str, ids: &[u64]) -> Result<Vec<T>, StoreError> {
    let found = scan::fields(link, key, ids).await?;
    found.into_iter().flatten().map(|bytes| text::read(&bytes, key)).collect()
}
