use super::{NodeKey, NodeStatus, Position, ServiceId, State, StoreNotice, SuppressionKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows that the viewer may see, as of one position of the event stream. Events after that position complete it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardSnapshot {
    pub position: Position,
    /// Which rows these are.
    #[serde(default, skip_serializing_if = "BoardScope::is_all")]
    pub scope: BoardScope,
    /// Those of the scope, sorted by group, name, node.
    pub rows: Vec<NodeStatus>,
    /// What the other rows are.
    #[serde(default, skip_serializing_if = "OtherNodes::is_empty")]
    pub others: OtherNodes,
    /// Set while history cannot be stored.
    pub store: Option<StoreNotice>,
    /// The tags of the services that have some, in the order of the configuration. Only with all rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<ServiceId, Vec<String>>,
}

/// The rows that a page needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardScope {
    #[default]
    All,
    /// Those of a service.
    Service(ServiceId),
    /// Those with an open incident.
    Incidents,
    /// Those of the service with this open incident. An answer names the service, or has no rows.
    Incident(u64),
    None,
}

impl BoardScope {
    /// Whether a row is one of these.
    pub fn has(&self, row: &NodeStatus) -> bool {
        match self {
            Self::All => true,
            Self::Service(service) => row.service == *service,
            Self::Incidents => row.incident.is_some(),
            Self::Incident(number) => row.incident == Some(*number),
            Self::None => false,
        }
    }

    /// Those of `rows` that are in it, and what the others are. A scope that names an incident becomes that of its service.
    pub fn select<R>(&self, rows: Vec<R>, status: impl Fn(&R) -> &NodeStatus) -> (Self, Vec<R>, OtherNodes) {
        let scope = match self {
            Self::Incident(number) => {
                let row = rows.iter().map(&status).find(|row| row.incident == Some(*number));
                row.map_or(Self::None, |row| Self::Service(row.service.clone()))
            }
            scope => scope.clone(),
        };
        let (selected, others): (Vec<R>, Vec<R>) = rows.into_iter().partition(|row| scope.has(status(row)));
        let mut left = OtherNodes::default();
        others.iter().for_each(|row| left.add(status(row)));
        (scope, selected, left)
    }

    /// Whether every row of `other` is one of these.
    pub fn includes(&self, other: &Self) -> bool {
        self.is_all() || *other == Self::None || self == other
    }

    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What the title, the icon of the tab and the number at "Incidents" say of rows that are not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherNodes {
    /// Those that are not operational, or have an incident that no user works on. None of a paused service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<OtherNode>,
    /// Whether there is any that is operational and not paused.
    pub is_any_operational: bool,
}

/// A row without what only its own view shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherNode {
    pub key: NodeKey,
    pub state: State,
    /// Whether it has an incident that no user works on.
    pub is_open: bool,
}

impl OtherNodes {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, row: &NodeStatus) {
        self.is_any_operational |= row.state.is_operational() && !row.is_paused();
        self.failing.extend(OtherNode::of(row));
    }
}

impl OtherNode {
    /// `None` for a row that needs no attention.
    pub fn of(row: &NodeStatus) -> Option<Self> {
        let is_open = row.needs_user();
        let is_failing = is_open || !row.state.is_operational();
        (is_failing && !row.is_paused()).then(|| Self { key: row.key(), state: row.state, is_open })
    }
}

impl NodeStatus {
    /// Whether it has an open incident that needs a user: it is not acknowledged, and its service is not paused.
    pub fn needs_user(&self) -> bool {
        let is_acknowledged = self.suppression.as_ref().is_some_and(|reason| reason.kind == SuppressionKind::Acknowledgement);
        self.incident.is_some() && !is_acknowledged && !self.is_paused()
    }
}
