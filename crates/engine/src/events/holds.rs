use model::{NodeStatus, ServiceId, Suppression, SuppressionKind};
use std::collections::{HashMap, HashSet};

/// Of what nobody is told now, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holds {
    /// Incidents on which somebody works, by their numbers.
    pub incidents: HashMap<u64, Suppression>,
    pub services: HashMap<ServiceId, Suppression>,
    /// Services that depend on something that is down: nobody is told of their trouble, if they are in any.
    pub without_what_they_need: HashSet<ServiceId>,
    /// Every service; absent while not all of them are held.
    pub all: Option<Suppression>,
}

impl Holds {
    /// Why nobody is told of this row: what is known of it in particular comes first.
    pub(super) fn of(&self, row: &NodeStatus) -> Option<Box<Suppression>> {
        let acknowledged = row.incident.and_then(|incident| self.incidents.get(&incident));
        let hold = acknowledged.or_else(|| self.services.get(&row.service)).or(self.all.as_ref()).cloned();
        let depends = || {
            let is_in_trouble = row.is_checked() && !row.state.is_operational();
            (is_in_trouble && self.without_what_they_need.contains(&row.service)).then(of_a_dependent)
        };
        hold.or_else(depends).map(Box::new)
    }
}

/// It does not name the cause, which not everybody may see who sees the row.
fn of_a_dependent() -> Suppression {
    Suppression { kind: SuppressionKind::Dependency, author: None, comment: String::new(), until: None }
}
