//! Deletes what has expired, a little at a time.

use super::task::Task;
use crate::{Expired, StoreError};
use chrono::{DateTime, FixedOffset, Utc};
use history::{NodeId, Tier};
use std::time::Duration;
use tokio::time::Instant;

/// Between two times of looking for what has expired.
const INTERVAL: Duration = Duration::from_secs(600);

/// Nodes of which it is looked up at a time whether there is still history.
const NODES: usize = 64;

/// The progress of deleting.
#[derive(Default)]
pub struct Pruning {
    /// When the last one began.
    begun: Option<Instant>,
    /// What is still to be deleted.
    expired: Vec<Expired>,
    /// The node up to which those without a status have been looked at.
    looked_at: Option<NodeId>,
}

impl Pruning {
    /// Deletes a little, if there is any and it is time to. Returns whether it did.
    pub async fn step(&mut self, task: &mut Task) -> Result<bool, StoreError> {
        if let Some(expired) = self.expired.last() {
            if !task.store.prune(expired).await? {
                if let Expired::Nodes { ids } = expired {
                    task.forget(ids);
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
        self.expired = expired(task, now);
        let ids = self.nodes_without_history(task, now).await?;
        if !ids.is_empty() {
            self.expired.push(Expired::Nodes { ids });
        }
        Ok(false)
    }

    /// Some of the nodes that are gone and of which nothing is kept any more.
    async fn nodes_without_history(&mut self, task: &Task, now: DateTime<Utc>) -> Result<Vec<NodeId>, StoreError> {
        let recent = task.archive.with_tail(|tail| tail.nodes());
        let is_gone = |id: &NodeId| {
            self.looked_at.is_none_or(|looked_at| *id > looked_at)
                && task.nodes.get(id).is_some_and(|record| record.status.is_none())
                && recent.binary_search(id).is_err()
        };
        let mut gone: Vec<NodeId> = task.nodes.keys().copied().filter(is_gone).collect();
        gone.sort_unstable();
        gone.truncate(NODES);
        self.looked_at = gone.last().copied();
        if gone.is_empty() {
            return Ok(gone);
        }
        let horizon = task.archive.retention().horizon(Tier::Day, now.timestamp_millis());
        let kept = Tier::Day.slot(horizon)..=Tier::Day.slot(now.timestamp_millis());
        let chunks = task.store.chunks(Tier::Day, kept, Some(&gone)).await?;
        gone.retain(|id| chunks.iter().all(|chunk| chunk.node != *id));
        Ok(gone)
    }
}

fn expired(task: &Task, now: DateTime<Utc>) -> Vec<Expired> {
    let retention = task.archive.retention();
    let now = now.timestamp_millis();
    let chunks = Tier::ALL.map(|tier| Expired::Chunks { tier, before: tier.slot(retention.horizon(tier, now)) });
    let before =
        DateTime::from_timestamp_millis(retention.horizon(Tier::Day, now)).map(|before: DateTime<Utc>| before.fixed_offset());
    let events = before
        .into_iter()
        .flat_map(|before: DateTime<FixedOffset>| [Expired::Transitions { before }, Expired::Incidents { before }]);
    chunks.into_iter().chain(events).collect()
}

impl Task {
    fn forget(&mut self, ids: &[NodeId]) {
        for id in ids {
            if let Some(record) = self.nodes.remove(id) {
                self.archive.forget(&record.service, &record.node);
            }
        }
    }
}
