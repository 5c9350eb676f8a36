//! Finds expired data, a part at a time.

use super::keys::Keys;
use super::link::{Link, Request};
use super::member::{Member, score};
use super::operations::{Operations, bytes};
use super::text;
use crate::{Expired, StoreError};
use redis::cmd;

/// Events that are deleted together.
const EVENTS: usize = 1000;

/// Slots that are deleted together. Each has a chunk for every node, which Redis frees beside its work.
const SLOTS: usize = 2;

/// The operations that delete it, and whether there may be more.
pub(super) async fn operations<'a>(link: &Link, keys: &'a Keys, expired: &Expired) -> Result<(Operations<'a>, bool), StoreError> {
    let mut operations = Operations::new(keys);
    let is_full = match expired {
        Expired::Chunks { tier, before } => {
            let order = keys.slots(*tier);
            let slots = lowest(link, &order, *before, SLOTS).await?;
            for slot in &slots {
                let number = slot.parse().map_err(|_| text::corrupt(&order, "an entry is no number"))?;
                operations.add([b"UNLINK".to_vec(), keys.chunk(*tier, number).into_bytes()]);
                operations.add([b"ZREM".to_vec(), bytes(&order), bytes(slot)]);
            }
            slots.len() == SLOTS
        }
        Expired::Transitions { before } => {
            let members = lowest(link, &keys.transitions(), score(*before), EVENTS).await?;
            remove(&mut operations, keys.transitions(), keys.transition(), &members)?
        }
        Expired::Incidents { before } => {
            let members = lowest(link, &keys.incidents(), score(*before), EVENTS).await?;
            for member in members.iter().filter_map(|member| Member::parse(member)) {
                operations.add([b"UNLINK".to_vec(), keys.notes(member.id).into_bytes()]);
            }
            remove(&mut operations, keys.incidents(), keys.incident(), &members)?
        }
        Expired::Nodes { ids } => {
            operations.many("HDEL", keys.ids(), ids.iter().map(|id| Ok([bytes(id)])))?;
            false
        }
    };
    Ok((operations, is_full))
}

async fn lowest(link: &Link, key: &str, before: i64, count: usize) -> Result<Vec<String>, StoreError> {
    let mut command = cmd("ZRANGEBYSCORE");
    command.arg(key).arg("-inf").arg(format!("({before}")).arg("LIMIT").arg(0).arg(count);
    link.ask(Request::One(&command)).await
}

fn remove(operations: &mut Operations<'_>, order: String, content: String, members: &[String]) -> Result<bool, StoreError> {
    let id = |member: &String| match Member::parse(member) {
        Some(member) => Ok([bytes(member.id)]),
        None => Err(text::corrupt(&order, "an entry has no id")),
    };
    operations.many("HDEL", content, members.iter().map(id))?;
    operations.many("ZREM", order.clone(), members.iter().map(|member| Ok([bytes(member)])))?;
    Ok(members.len() == EVENTS)
}
