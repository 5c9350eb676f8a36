//! Rows for the tests.

use crate::model::{BoardScope, BoardSnapshot, NodeStatus, OtherNodes, Position, ServiceId, State};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

/// `minutes` after 16:00 on a summer day in Paris.
pub(crate) fn at(minutes: i64) -> DateTime<FixedOffset> {
    let four = DateTime::parse_from_rfc3339("2026-07-30T16:00:00+02:00").unwrap();
    four + chrono::Duration::minutes(minutes)
}

/// A row of the group `App`, checked at 16:57.
pub(crate) fn row(service: &str, node: &str, state: State) -> NodeStatus {
    NodeStatus {
        service: ServiceId::new(service),
        group: "App".to_owned(),
        name: service.to_owned(),
        node: node.to_owned(),
        node_name: None,
        state,
        message: None,
        checked: at(57),
        elapsed: Some(84_000),
        retries: u32::from(!state.is_operational()),
        retry_limit: 3,
        last_state: State::Operational,
        since: at(0),
        incident: None,
        suppression: None,
    }
}

pub(crate) fn snapshot(sequence: u64, rows: Vec<NodeStatus>) -> BoardSnapshot {
    BoardSnapshot {
        position: position(sequence),
        scope: BoardScope::All,
        rows,
        others: OtherNodes::default(),
        store: None,
        tags: BTreeMap::new(),
    }
}

pub(crate) fn position(sequence: u64) -> Position {
    Position { epoch: 1_000, sequence }
}
