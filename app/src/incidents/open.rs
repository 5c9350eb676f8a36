use crate::model::{
    IncidentFilter, IncidentView, ListedIncident, NodeKey, NodeStatus, ServiceId, State, Suppression, SuppressionKind,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// An open incident: its row on the board, which is up to date, with what only history knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenIncident {
    pub incident: IncidentView,
    pub state: State,
    pub suppression: Option<Suppression>,
    /// The number of channels that are notified of it. Absent until history is asked again.
    pub channels: Option<u32>,
    /// The services that its service needs, as far as the user sees them.
    pub depends_on: Vec<ServiceId>,
}

impl OpenIncident {
    /// The open incidents of these rows that meet the conditions: the worst first, then the latest. `listed` is what history knows.
    pub fn all<'a>(
        rows: impl Iterator<Item = &'a Arc<NodeStatus>>,
        listed: &[ListedIncident],
        filter: &IncidentFilter,
    ) -> Vec<Self> {
        let listed: HashMap<u64, &ListedIncident> = listed.iter().map(|listed| (listed.incident.id, listed)).collect();
        let of_row = |row: &'a Arc<NodeStatus>| Some(Self::of(row, row.incident?, &listed));
        let mut all: Vec<Self> = rows.filter_map(of_row).filter(|open| filter.has_besides_status(&open.incident)).collect();
        all.sort_by_key(|open| (Reverse(open.state), Reverse(open.incident.since), Reverse(open.incident.id)));
        all
    }

    fn of(row: &NodeStatus, number: u64, listed: &HashMap<u64, &ListedIncident>) -> Self {
        let listed = listed.get(&number);
        let known = listed.map(|listed| &listed.incident);
        let suppression = row.suppression.as_deref().cloned();
        let acknowledgement = suppression.as_ref().filter(|suppression| suppression.kind == SuppressionKind::Acknowledgement);
        let incident = IncidentView {
            id: number,
            service: row.service.clone(),
            group: row.group.clone(),
            name: row.name.clone(),
            node: row.node.clone(),
            since: known.map_or(row.since, |known| known.since),
            opened: known.map_or(row.since, |known| known.opened),
            ended: None,
            worst: known.map_or(row.state, |known| known.worst.max(row.state)),
            message: row.message.clone().or_else(|| known.and_then(|known| known.message.clone())),
            acknowledged_by: acknowledgement.map(|suppression| suppression.author.clone().unwrap_or_default()),
        };
        Self {
            incident,
            state: row.state,
            suppression,
            channels: listed.map(|listed| listed.channels),
            depends_on: listed.map(|listed| listed.depends_on.clone()).unwrap_or_default(),
        }
    }

    /// The key of its row.
    pub fn key(&self) -> NodeKey {
        NodeKey { service: self.incident.service.clone(), node: self.incident.node.clone() }
    }

    pub fn is_acknowledged(&self) -> bool {
        self.incident.acknowledged_by.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State::{Down, Operational, Unhealthy};
    use crate::samples::{at, row};

    fn failing(service: &str, state: State, number: u64, minutes: i64) -> Arc<NodeStatus> {
        Arc::new(NodeStatus { incident: Some(number), since: at(minutes), ..row(service, "n", state) })
    }

    #[test]
    fn the_worst_come_first_and_then_the_latest() {
        let rows = [
            failing("slow", Unhealthy, 1, 9),
            failing("old", Down, 2, 1),
            Arc::new(row("unconfirmed", "n", Down)),
            failing("new", Down, 3, 5),
            failing("flapping", Operational, 4, 9),
        ];
        let all = OpenIncident::all(rows.iter(), &[], &IncidentFilter::default());
        let order: Vec<_> = all.iter().map(|open| format!("{} {}", open.incident.id, open.incident.service)).collect();
        assert_eq!(order, ["3 new", "2 old", "1 slow", "4 flapping"]);
    }

    #[test]
    fn history_knows_the_first_failure_and_the_worst_state() {
        let author = Some("ops".to_owned());
        let suppression = Suppression { kind: SuppressionKind::Acknowledgement, author, comment: String::new(), until: None };
        let mut now = NodeStatus::clone(&failing("shop", Unhealthy, 7, 30));
        now.suppression = Some(Box::new(suppression));
        let before = OpenIncident::all([failing("shop", Down, 7, 10)].iter(), &[], &IncidentFilter::default()).remove(0);
        let message = Some("gone".to_owned());
        let listed = ListedIncident {
            incident: IncidentView { opened: at(12), message, ..before.incident },
            channels: 2,
            depends_on: vec![ServiceId::new("db")],
        };
        let rows = [Arc::new(now)];
        let open = OpenIncident::all(rows.iter(), std::slice::from_ref(&listed), &IncidentFilter::default()).remove(0);
        let IncidentView { since, opened, worst, message, .. } = &open.incident;
        assert_eq!((since, opened, worst, message.as_deref()), (&at(10), &at(12), &Down, Some("gone")));
        assert_eq!((open.state, open.channels, open.depends_on.len()), (Unhealthy, Some(2), 1));
        assert!(open.is_acknowledged());
        let others = IncidentFilter { search: "mail".to_owned(), ..IncidentFilter::default() };
        assert!(OpenIncident::all(rows.iter(), &[listed], &others).is_empty());
    }
}
