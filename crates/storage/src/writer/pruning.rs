//! Deletes expired data, a little at a time.

use super::stored::Stored;
use crate::{Expired, StoreError};
use chrono::{DateTime, FixedOffset, Utc};
use history::{NodeId, Tier};
use std::time::Duration;
use tokio::time::Instant;

/// Time between two searches for expired data.
const INTERVAL: Duration = Duration::from_secs(600);

/// Nodes that are checked for remaining history at a time.
const NODES: usize = 64;

/// The progress of deleting.
#[derive(Default)]
pub struct Pruning {
    /// When the last one began.
    begun: Option<Instant>,
    /// The rest to delete.
    expired: Vec<Expired>,
    /// The node up to which nodes without a status were checked.
    looked_at: Option<NodeId>,
}

impl Pruning {
    /// Deletes a little when it is due. Returns whether it did.
    pub async fn step(&mut self, stored: &mut Stored) -> Result<bool, StoreError> {
        if let Some(expired) = self.expired.last() {
            if !stored.store.prune(expired).await? {
                if let Expired::Nodes { ids } = expired {
                    stored.forget(ids);
                }
                self.expired.pop();
            }
            return Ok(true);
        }
        if self.begun.is_some_and(|begun| begun.elapsed() < INTERVAL) {
            return Ok(false);
        }
        self.begun = Some(Instant::now());
        let now = Utc::now();
        self.expired = expired(stored, now);
        let ids = self.nodes_without_history(stored, now).await?;
        if !ids.is_empty() {
            self.expired.push(Expired::Nodes { ids });
        }
        Ok(false)
    }

    /// Some of the removed nodes without remaining history.
    async fn nodes_without_history(&mut self, stored: &Stored, now: DateTime<Utc>) -> Result<Vec<NodeId>, StoreError> {
        let recent = stored.history.with_tail(|tail| tail.nodes());
        let is_gone = |id: &NodeId| {
            self.looked_at.is_none_or(|looked_at| *id > looked_at)
                && stored.nodes.get(id).is_some_and(|record| record.status.is_none())
                && recent.binary_search(id).is_err()
        };
        let mut gone: Vec<NodeId> = stored.nodes.keys().copied().filter(is_gone).collect();
        gone.sort_unstable();
        gone.truncate(NODES);
        self.looked_at = gone.last().copied();
        if gone.is_empty() {
            return Ok(gone);
        }
        let horizon = stored.history.retention().horizon(Tier::Day, now.timestamp_millis());
        let kept = Tier::Day.slot(horizon)..=Tier::Day.slot(now.timestamp_millis());
        let chunks = stored.store.chunks(Tier::Day, kept, Some(&gone)).await?;
        gone.retain(|id| chunks.iter().all(|chunk| chunk.node != *id));
        Ok(gone)
    }
}

fn expired(stored: &Stored, now: DateTime<Utc>) -> Vec<Expired> {
    let retention = stored.history.retention();
    let now = now.timestamp_millis();
    let chunks = Tier::ALL.map(|tier| Expired::Chunks { tier, before: tier.slot(retention.horizon(tier, now)) });
    let before =
        DateTime::from_timestamp_millis(retention.horizon(Tier::Day, now)).map(|before: DateTime<Utc>| before.fixed_offset());
    let events = before
        .into_iter()
        .flat_map(|before: DateTime<FixedOffset>| [Expired::Transitions { before }, Expired::Incidents { before }]);
    chunks.into_iter().chain(events).collect()
}
