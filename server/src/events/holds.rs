use app::model::{Hold, NodeStatus, ServiceId};
use std::collections::HashMap;

/// Of what nobody is told now, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holds {
    /// Incidents on which somebody works, by their numbers.
    pub incidents: HashMap<u64, Hold>,
    pub services: HashMap<ServiceId, Hold>,
    /// Every service; absent while not all of them are held.
    pub all: Option<Hold>,
}

impl Holds {
    /// Why nobody is told of this row: what is known of it in particular comes first.
    pub(super) fn of(&self, row: &NodeStatus) -> Option<Box<Hold>> {
        let acknowledged = row.incident.and_then(|incident| self.incidents.get(&incident));
        let hold = acknowledged.or_else(|| self.services.get(&row.service)).or(self.all.as_ref());
        hold.cloned().map(Box::new)
    }
}
