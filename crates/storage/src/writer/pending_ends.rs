//! Looks up the ended incidents that have pending notifications, so that the results of these can be added to them.

use crate::{Incident, IncidentQuery, Store, StoreError, StoreSnapshot};
use chrono::TimeDelta;
use std::collections::HashSet;

/// The most incidents that are read. There are more only after a storm that no channel took.
const MOST: usize = 10_000;

/// Notifications are created from the begin of their incident to its end.
pub(super) async fn ended_incidents(store: &dyn Store, loaded: &StoreSnapshot) -> Result<Vec<Incident>, StoreError> {
    let open: HashSet<u64> = loaded.open_incidents.iter().map(|incident| incident.id).collect();
    let pending = loaded.notifications.iter().filter(|message| message.given_up.is_none() && !open.contains(&message.incident));
    let ids: HashSet<u64> = pending.clone().map(|message| message.incident).collect();
    let created = || pending.clone().map(|message| message.created);
    let (Some(first), Some(last)) = (created().min(), created().max()) else { return Ok(Vec::new()) };
    let moment = TimeDelta::milliseconds(1);
    let query = IncidentQuery { nodes: None, from: first - moment, to: last + moment, limit: MOST };
    let found = store.incidents(&query).await?;
    Ok(found.into_iter().filter(|incident| ids.contains(&incident.id)).collect())
}
