//! Takes up what a store knows of the time before the process began.

use super::Service;
use super::machine::{Changes, NodeState, Reminded, Trouble};
use super::service_nodes::{Node, Outcome, ServiceNodes, row_of};
use chrono::{DateTime, FixedOffset, TimeZone};
use history::{NodeId, Sample};
use model::{NodeStatus, State};
use std::collections::HashMap;
use storage::{LegacyStatus, NodeRecord, StoreSnapshot, StoredStatus};

/// What is remembered of the nodes of each of these services, in their order.
///
/// Services that cannot be checked any more are left out: their row has to say why.
pub fn nodes<'a>(services: impl Iterator<Item = &'a Service>, loaded: &StoreSnapshot) -> Vec<ServiceNodes> {
    let latest: HashMap<NodeId, &Sample> =
        loaded.journal.iter().flat_map(|(_, samples)| samples).map(|sample| (sample.node, sample)).collect();
    let mut by_service: HashMap<&str, Vec<&NodeRecord>> = HashMap::new();
    for record in &loaded.nodes {
        by_service.entry(record.service.as_str()).or_default().push(record);
    }
    services
        .map(|service| {
            let mut nodes = ServiceNodes::default();
            if service.check.is_err() {
                return nodes;
            }
            for record in by_service.get(service.id.as_str()).into_iter().flatten() {
                if let Some(status) = &record.status {
                    nodes.restore(record.node.clone(), node(service, &record.node, status, latest.get(&record.id).copied()));
                }
            }
            nodes
        })
        .collect()
}

/// Takes over what the original Platus had counted for a service. What it has announced already is an incident that is open.
pub fn adopt(service: &Service, nodes: &mut ServiceNodes, original: &LegacyStatus, at: DateTime<FixedOffset>) -> Outcome {
    let name = original.node.clone().unwrap_or_else(|| service.node.clone());
    let mut outcome = Outcome::default();
    if service.check.is_err() || nodes.get(&name).is_some() {
        return outcome;
    }
    let LegacyStatus { state, retries, last_state, .. } = *original;
    let trouble = (!state.is_operational()).then_some(Trouble { since: at, worst: state, latest: state });
    let announced = trouble.is_some() && retries >= service.policy.retries_before_notify;
    let state = NodeState { state, retries, last_state, announced, trouble, ..NodeState::unknown(at) };
    if let Some(trouble) = trouble.filter(|_| announced) {
        outcome.effects.push((name.clone(), super::machine::Effect::IncidentOpened(trouble)));
    }
    outcome.touched.push((name.clone(), false));
    let row = row_of(service, &name, &state, at);
    nodes.restore(name, Node { recorded: (state.state, at), state, row, shown: true, stands_in: false });
    outcome
}

fn node(service: &Service, name: &str, status: &StoredStatus, latest: Option<&Sample>) -> Node {
    let trouble = status.failure.map(|trouble| {
        let latest = trouble.latest.unwrap_or(status.state);
        Trouble { since: trouble.since, worst: trouble.worst, latest }
    });
    let alerting = status.alerting;
    let state = NodeState {
        state: status.state,
        since: status.since,
        retries: status.retries,
        last_state: status.last_state,
        announced: status.failure.is_some_and(|trouble| trouble.incident.is_some()),
        trouble,
        successes: alerting.successes,
        changes: Changes(alerting.changes),
        is_flapping: alerting.is_flapping,
        reminded: alerting.reminded.map(|(at, times)| Reminded { at, times }),
    };
    let mut row = NodeStatus {
        node_name: status.node_name.clone(),
        message: status.message.clone(),
        elapsed: status.elapsed,
        ..row_of(service, name, &state, status.checked)
    };
    let mut recorded = (if status.shown { status.state } else { State::Unknown }, status.checked);
    // A store leaves out the record of a check that brought nothing new; the sample in the journal has its time.
    if let Some(sample) = latest.filter(|sample| sample.at >= status.checked.timestamp_millis())
        && let Some(at) = status.checked.timezone().timestamp_millis_opt(sample.at).single()
    {
        recorded = (sample.state, at);
        if status.shown && sample.at > status.checked.timestamp_millis() {
            (row.checked, row.elapsed) = (at, sample.elapsed.map(u64::from));
        }
    }
    Node { state, row, shown: status.shown, stands_in: status.stands_in, recorded }
}
