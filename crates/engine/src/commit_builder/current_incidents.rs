//! The incidents that can still change: open ones, and ended ones until the results of their notifications are known.

use crate::open_incidents::OpenIncidents;
use chrono::{DateTime, FixedOffset};
use history::NodeId;
use model::ServiceId;
use std::collections::HashMap;
use std::sync::Arc;
use storage::{DeliveryRecord, Incident, StoreSnapshot};

#[derive(Default)]
pub(super) struct CurrentIncidents {
    /// The open incident of each node.
    open: HashMap<NodeId, Incident>,
    /// The node of each open incident.
    nodes: HashMap<u64, NodeId>,
    ended: HashMap<u64, Incident>,
    /// The number of pending notifications of each incident.
    pending: HashMap<u64, usize>,
    shared: Arc<OpenIncidents>,
}

impl CurrentIncidents {
    pub(super) fn new(loaded: &StoreSnapshot) -> Self {
        let mut incidents = Self::default();
        let services: HashMap<_, _> = loaded.nodes.iter().map(|record| (record.id, &record.service)).collect();
        for incident in &loaded.open_incidents {
            if let Some(service) = services.get(&incident.node) {
                incidents.shared.opened(incident.id, ServiceId::clone(service));
            }
            incidents.nodes.insert(incident.id, incident.node);
            incidents.open.insert(incident.node, incident.clone());
        }
        for message in loaded.notifications.iter().filter(|message| message.given_up.is_none()) {
            incidents.add_pending(message.incident, 1);
        }
        incidents.ended = loaded.ended_incidents.iter().map(|incident| (incident.id, incident.clone())).collect();
        incidents
    }

    /// The open incidents, now and later.
    pub(super) fn shared(&self) -> Arc<OpenIncidents> {
        Arc::clone(&self.shared)
    }

    /// The open incident of a node.
    pub(super) fn of_node(&self, node: NodeId) -> Option<&Incident> {
        self.open.get(&node)
    }

    pub(super) fn of_node_mut(&mut self, node: NodeId) -> Option<&mut Incident> {
        self.open.get_mut(&node)
    }

    pub(super) fn open(&mut self, incident: Incident, service: ServiceId) {
        self.shared.opened(incident.id, service);
        self.nodes.insert(incident.id, incident.node);
        self.open.insert(incident.node, incident);
    }

    /// Ends the open incident of a node, if there is one.
    pub(super) fn end(&mut self, node: NodeId, at: DateTime<FixedOffset>) -> Option<Incident> {
        let incident = Incident { ended: Some(at), ..self.open.remove(&node)? };
        self.shared.ended(incident.id);
        self.nodes.remove(&incident.id);
        self.ended.insert(incident.id, incident.clone());
        Some(incident)
    }

    /// What was of a former id is of this service now.
    pub(super) fn rename(&self, former: &ServiceId, service: &ServiceId) {
        self.shared.rename(former, service);
    }

    /// This number of notifications of an incident are to be delivered.
    pub(super) fn add_pending(&mut self, incident: u64, number: usize) {
        if number > 0 {
            *self.pending.entry(incident).or_default() += number;
        }
    }

    /// Adds the result of a notification to its incident, and returns that; `None` if the incident is not known any more.
    pub(super) fn add_delivery(&mut self, id: u64, delivery: DeliveryRecord) -> Option<Incident> {
        if let Some(pending) = self.pending.get_mut(&id) {
            *pending -= 1;
            if *pending == 0 {
                self.pending.remove(&id);
            }
        }
        let open = self.nodes.get(&id).and_then(|node| self.open.get_mut(node));
        let incident = open.or_else(|| self.ended.get_mut(&id))?;
        incident.add_delivery(delivery);
        Some(incident.clone())
    }

    /// Forgets the ended incidents that have no pending notifications.
    pub(super) fn forget_settled(&mut self) {
        self.ended.retain(|id, _| self.pending.contains_key(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::testing::{incident, message};
    use test_support::noon;

    fn delivered() -> DeliveryRecord {
        DeliveryRecord::delivered(&message("a"), noon()).1
    }

    #[test]
    fn results_are_added_to_an_incident_until_the_last_one_after_its_end() {
        let mut incidents = CurrentIncidents::default();
        incidents.open(incident(1), ServiceId::new("db"));
        incidents.add_pending(1, 2);
        assert_eq!(incidents.add_delivery(1, delivered()).map(|it| (it.deliveries.len(), it.ended)), Some((1, None)));
        let ended = incidents.end(NodeId(1), noon()).unwrap();
        assert_eq!((ended.ended, incidents.shared().service(1)), (Some(noon()), None));
        incidents.add_pending(1, 1);
        incidents.forget_settled();
        for number in 2..=3 {
            let changed = incidents.add_delivery(1, delivered()).unwrap();
            assert_eq!((changed.deliveries.len(), changed.ended), (number, Some(noon())));
        }
        incidents.forget_settled();
        assert_eq!(incidents.add_delivery(1, delivered()), None);
    }

    #[test]
    fn an_incident_that_ended_before_the_start_gets_the_results_of_its_pending_notifications() {
        let ended = Incident { ended: Some(noon()), ..incident(1) };
        let loaded = StoreSnapshot { notifications: vec![message("a")], ended_incidents: vec![ended], ..StoreSnapshot::default() };
        let mut incidents = CurrentIncidents::new(&loaded);
        incidents.forget_settled();
        assert_eq!(incidents.add_delivery(1, delivered()).map(|incident| incident.deliveries), Some(vec![delivered()]));
        incidents.forget_settled();
        assert_eq!(incidents.add_delivery(1, delivered()), None);
        assert_eq!(incidents.add_delivery(9, delivered()), None, "it is not known");
    }
}
