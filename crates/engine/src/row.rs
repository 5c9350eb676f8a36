//! Rows: what users see of one node. A row is made here and nowhere else, at the moment when it is published.

use crate::Service;
use crate::machine::NodeState;
use chrono::{DateTime, FixedOffset};
use model::{NodeKey, NodeStatus, Roles, Suppression};
use std::borrow::Cow;

/// A row and who may see it.
#[derive(Clone, Debug)]
pub struct Row {
    pub status: NodeStatus,
    /// The roles of the service.
    pub roles: Roles,
    /// Whether the state is unknown because Platus itself is offline.
    pub is_monitor_offline: bool,
    /// Whether the service cannot be checked. The message of `status` then names files of the server, which only administrators may see.
    pub is_misconfigured: bool,
}

/// The message of a service that cannot be checked, for users who are not administrators.
pub const MISCONFIGURED: &str = "This service is not checked: its configuration has an error. Administrators see it under Settings";

/// What the latest check of a node found, besides the state.
#[derive(Clone, Debug, PartialEq)]
pub struct LatestCheck {
    /// The display name of the node, where it has one besides its identifier.
    pub node_name: Option<String>,
    /// What was found, in one sentence.
    pub message: Option<String>,
    /// When the check ended. The start of the process for a node that was not checked yet.
    pub checked: DateTime<FixedOffset>,
    /// Microseconds; absent when nothing was measured.
    pub elapsed: Option<u64>,
    /// Whether the check failed because Platus itself is offline.
    pub is_monitor_offline: bool,
}

/// What is known of one node: the content of its row, except the suppression.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeReport {
    pub node: String,
    pub state: NodeState,
    pub latest: LatestCheck,
    /// The number of the open incident of the node.
    pub incident: Option<u64>,
}

/// A change to the rows.
#[derive(Clone, Debug)]
pub enum RowChange {
    Row(Row),
    Removed(NodeKey),
}

impl LatestCheck {
    /// Of a node that no check has reported on.
    pub fn none(started: DateTime<FixedOffset>) -> Self {
        Self { node_name: None, message: None, checked: started, elapsed: None, is_monitor_offline: false }
    }
}

impl NodeReport {
    /// The placeholder of a service that was not checked yet, or cannot be checked.
    pub fn not_checked_yet(service: &Service, started: DateTime<FixedOffset>) -> Self {
        let message = match &service.check {
            Ok(_) => "Not checked yet".to_owned(),
            Err(problem) => problem.clone(),
        };
        let latest = LatestCheck { message: Some(message), ..LatestCheck::none(started) };
        Self { node: service.node.clone(), state: NodeState::unknown(started), latest, incident: None }
    }
}

impl Row {
    /// The row of a node of this service, without a suppression.
    pub fn new(service: &Service, report: NodeReport) -> Self {
        let NodeReport { node, state, latest, incident } = report;
        let status = NodeStatus {
            service: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            node,
            node_name: latest.node_name,
            state: state.state,
            message: latest.message,
            checked: latest.checked,
            elapsed: latest.elapsed,
            retries: state.retries,
            retry_limit: service.policy.retries_before_notify,
            last_state: state.last_state,
            since: state.since,
            incident,
            suppression: None,
        };
        Self {
            status,
            roles: service.roles.clone(),
            is_monitor_offline: latest.is_monitor_offline,
            is_misconfigured: service.check.is_err(),
        }
    }

    /// The row as an administrator sees it, or as other users do.
    pub fn status_for(&self, is_admin: bool) -> Cow<'_, NodeStatus> {
        if is_admin || !self.is_misconfigured {
            return Cow::Borrowed(&self.status);
        }
        Cow::Owned(NodeStatus { message: Some(MISCONFIGURED.to_owned()), ..self.status.clone() })
    }

    /// The same row with this suppression.
    pub fn with_suppression(mut self, suppression: Option<Box<Suppression>>) -> Self {
        self.status.suppression = suppression;
        self
    }

    /// Whether a check found the node failing.
    pub fn is_failing(&self) -> bool {
        self.status.is_checked() && !self.status.state.is_operational()
    }
}
