//! The present state of a service, from its rows. Pure.

use crate::model::{NodeStatus, State, Suppression, SuppressionKind};
use crate::texts::service as texts;
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;

/// The state of a service: that of its worst node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Summary {
    /// The worst row: its state is the state of the service.
    pub worst: Arc<NodeStatus>,
    /// Since when a node has been in that state.
    pub since: DateTime<FixedOffset>,
    pub nodes: usize,
    pub operational: usize,
    /// Open incidents.
    pub incidents: Vec<u64>,
    /// Those that no user works on.
    pub unacknowledged: Vec<u64>,
    /// What the failing nodes report: nodes and messages, the worst first.
    pub messages: Vec<(String, String)>,
    /// Why no notifications are sent, for the first node that has a reason. The page says a pause elsewhere.
    pub suppression: Option<Suppression>,
}

impl Summary {
    /// `None` without rows.
    pub fn of(rows: &[Arc<NodeStatus>]) -> Option<Self> {
        let mut by_urgency: Vec<_> = rows.iter().collect();
        by_urgency.sort_by_key(|row| (std::cmp::Reverse(row.state), row.since));
        let worst = Arc::clone(by_urgency.first()?);
        let failing = by_urgency.iter().filter(|row| !row.state.is_operational());
        let messages = failing.filter_map(|row| Some((name(row), row.message.clone()?)));
        let mut suppressions = by_urgency.iter().filter_map(|row| row.suppression.as_deref());
        let is_acknowledged =
            |row: &NodeStatus| row.suppression.as_ref().is_some_and(|reason| reason.kind == SuppressionKind::Acknowledgement);
        Some(Self {
            since: worst.since,
            nodes: rows.len(),
            operational: rows.iter().filter(|row| row.state.is_operational()).count(),
            incidents: by_urgency.iter().filter_map(|row| row.incident).collect(),
            unacknowledged: by_urgency.iter().filter(|row| !is_acknowledged(row)).filter_map(|row| row.incident).collect(),
            messages: messages.collect(),
            suppression: suppressions.find(|suppression| suppression.kind != SuppressionKind::Pause).cloned(),
            worst,
        })
    }

    pub fn state(&self) -> State {
        self.worst.state
    }

    /// How sure the state is: `2 of 3 checks, not confirmed yet`. Empty for an operational service and before the first check.
    pub fn confirmation(&self) -> String {
        let NodeStatus { retries, retry_limit, state, incident, .. } = *self.worst;
        match (state, retries, incident) {
            (State::Operational, _, Some(_)) => texts::changes_often().to_owned(),
            (State::Operational, ..) | (_, 0, _) => String::new(),
            (_, _, Some(_)) => texts::confirmed_after(retry_limit),
            (_, retries, None) => texts::not_confirmed(retries.min(retry_limit), retry_limit),
        }
    }
}

/// The name of a node that people know.
pub(super) fn name(row: &NodeStatus) -> String {
    row.node_name.clone().unwrap_or_else(|| row.node.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, row};

    fn node(name: &str, state: State, since: i64, incident: Option<u64>) -> Arc<NodeStatus> {
        Arc::new(NodeStatus { since: at(since), incident, message: Some(format!("{name} {state}")), ..row("shop", name, state) })
    }

    #[test]
    fn a_service_is_in_the_state_of_its_worst_node() {
        let rows = [node("a", State::Operational, 0, None), node("b", State::Down, 9, Some(7)), node("c", State::Down, 5, Some(8))];
        let summary = Summary::of(&rows).unwrap();
        assert_eq!((summary.state(), summary.since, summary.nodes, summary.operational), (State::Down, at(5), 3, 1));
        assert_eq!(summary.incidents, [8, 7]);
        assert_eq!(summary.messages[0], ("c".to_owned(), "c down".to_owned()));
        assert_eq!(summary.messages.len(), 2);
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn it_says_how_sure_the_state_is() {
        let confirmation = |row: NodeStatus| Summary::of(&[Arc::new(row)]).unwrap().confirmation();
        assert_eq!(confirmation(row("shop", "a", State::Operational)), "");
        let failing = NodeStatus { retries: 2, ..row("shop", "a", State::Down) };
        assert_eq!(confirmation(failing.clone()), "2 of 3 checks failed, not confirmed yet");
        assert_eq!(confirmation(NodeStatus { incident: Some(7), retries: 9, ..failing.clone() }), "Confirmed after 3 of 3 checks");
        assert_eq!(confirmation(NodeStatus { retries: 0, state: State::Unknown, ..failing }), "", "not checked yet");
    }

    #[test]
    fn an_acknowledged_incident_is_not_offered_again() {
        let mut acknowledged = (*node("a", State::Down, 0, Some(7))).clone();
        let kind = SuppressionKind::Acknowledgement;
        acknowledged.suppression = Some(Box::new(Suppression { kind, author: None, comment: String::new(), until: None }));
        let summary = Summary::of(&[Arc::new(acknowledged), node("b", State::Down, 1, Some(8))]).unwrap();
        assert_eq!((summary.incidents, summary.unacknowledged), (vec![7, 8], vec![8]));
    }
}
