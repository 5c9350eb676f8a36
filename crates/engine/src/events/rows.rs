//! The current rows, in the order of the API and of the page: by group, name and id of the service, and then by node.

use crate::row::Row;
use model::{NodeKey, ServiceId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The rows of all services.
#[derive(Default)]
pub(super) struct Rows {
    sorted: BTreeMap<Arc<Rank>, BTreeMap<String, Arc<Row>>>,
    /// Where the rows of each service are.
    ranks: HashMap<ServiceId, Arc<Rank>>,
}

/// Where the rows of a service are among those of others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    group: String,
    name: String,
    service: ServiceId,
}

impl Rank {
    fn of(row: &Row) -> Self {
        let status = &row.status;
        Self { group: status.group.clone(), name: status.name.clone(), service: status.service.clone() }
    }

    fn is_of(&self, row: &Row) -> bool {
        (&self.group, &self.name) == (&row.status.group, &row.status.name)
    }
}

impl Rows {
    /// Adds the row, or replaces that of the same node. The rows of a service stay together when its group or name changes.
    pub(super) fn insert(&mut self, row: Arc<Row>) {
        let rank = match self.ranks.get(&row.status.service) {
            Some(rank) if rank.is_of(&row) => Arc::clone(rank),
            before => {
                let rows = before.and_then(|before| self.sorted.remove(before)).unwrap_or_default();
                let rank = Arc::new(Rank::of(&row));
                self.ranks.insert(rank.service.clone(), Arc::clone(&rank));
                self.sorted.insert(Arc::clone(&rank), rows);
                rank
            }
        };
        self.sorted.entry(rank).or_default().insert(row.status.node.clone(), row);
    }

    /// Removes the row of a node.
    pub(super) fn remove(&mut self, key: &NodeKey) -> Option<Arc<Row>> {
        let rank = self.ranks.get(&key.service)?;
        let rows = self.sorted.get_mut(rank)?;
        let removed = rows.remove(&key.node);
        if rows.is_empty() {
            self.sorted.remove(rank);
            self.ranks.remove(&key.service);
        }
        removed
    }

    /// The rows of a service, sorted by node.
    pub(super) fn of(&self, service: &ServiceId) -> impl Iterator<Item = &Arc<Row>> {
        self.ranks.get(service).and_then(|rank| self.sorted.get(rank)).into_iter().flat_map(BTreeMap::values)
    }

    /// All rows in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.sorted.values().flat_map(BTreeMap::values)
    }

    /// Whether this is the current row of its node.
    pub(super) fn has(&self, row: &Arc<Row>) -> bool {
        let rank = self.ranks.get(&row.status.service);
        let current = rank.and_then(|rank| self.sorted.get(rank)?.get(&row.status.node));
        current.is_some_and(|current| Arc::ptr_eq(current, row))
    }
}
