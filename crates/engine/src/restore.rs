//! Continues with the state that the store has from before the start.

use super::Service;
use super::check_result::is_offline_message;
use super::machine::{Changes, Effect, Failure, NodeState, Reminded};
use super::row::LatestCheck;
use super::service_nodes::{Node, Outcome, ServiceNodes};
use chrono::{DateTime, FixedOffset, TimeZone};
use history::{NodeId, Sample};
use model::{ServiceId, State};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use storage::{LegacyStatus, NodeRecord, StoreSnapshot, StoredStatus};

/// The nodes of each of these services. Those of a service that cannot be checked have no rows until a reload has corrected it.
pub fn nodes(services: &[Arc<Service>], loaded: &StoreSnapshot) -> HashMap<ServiceId, ServiceNodes> {
    let by_service = records_by_service(loaded);
    let latest = latest_samples(loaded);
    let of = |service: &Arc<Service>| {
        let records = by_service.get(&service.id).map(Vec::as_slice).unwrap_or_default();
        (service.id.clone(), nodes_of(records, &latest))
    };
    services.iter().map(of).collect()
}

/// The nodes of services that are not among these and have an open incident. One of them may come back under another id.
pub fn absent_nodes(services: &[Arc<Service>], loaded: &StoreSnapshot) -> HashMap<ServiceId, ServiceNodes> {
    let present: HashSet<&ServiceId> = services.iter().map(|service| &service.id).collect();
    let failing: HashSet<NodeId> = loaded.open_incidents.iter().map(|incident| incident.node).collect();
    let latest = latest_samples(loaded);
    let absent = records_by_service(loaded)
        .into_iter()
        .filter(|(service, records)| !present.contains(service) && records.iter().any(|record| failing.contains(&record.id)));
    absent.map(|(service, records)| (service.clone(), nodes_of(&records, &latest))).collect()
}

fn records_by_service(loaded: &StoreSnapshot) -> HashMap<&ServiceId, Vec<&NodeRecord>> {
    let mut by_service: HashMap<&ServiceId, Vec<&NodeRecord>> = HashMap::new();
    for record in &loaded.nodes {
        by_service.entry(&record.service).or_default().push(record);
    }
    by_service
}

/// The latest sample of each node.
fn latest_samples(loaded: &StoreSnapshot) -> HashMap<NodeId, &Sample> {
    loaded.journal.iter().flat_map(|(_, samples)| samples).map(|sample| (sample.node, sample)).collect()
}

fn nodes_of(records: &[&NodeRecord], latest: &HashMap<NodeId, &Sample>) -> ServiceNodes {
    let mut nodes = ServiceNodes::default();
    for record in records {
        if let Some(status) = &record.status {
            nodes.restore(record.node.clone(), node(status, latest.get(&record.id).copied()));
        }
    }
    nodes
}

/// Continues with the counts of the original Platus for a service. A failure that it has notified is an open incident.
pub fn adopt(service: &Service, nodes: &mut ServiceNodes, legacy: &LegacyStatus, at: DateTime<FixedOffset>) -> Outcome {
    let name = legacy.node.clone().unwrap_or_else(|| service.node.clone());
    let mut outcome = Outcome::default();
    if service.check.is_err() || nodes.get(&name).is_some() {
        return outcome;
    }
    let LegacyStatus { state, retries, last_state, .. } = *legacy;
    let failure = (!state.is_operational()).then_some(Failure { since: at, worst: state, latest: state });
    let incident_open = failure.is_some() && retries >= service.policy.retries_before_notify;
    let state = NodeState { state, retries, last_state, incident_open, failure, ..NodeState::unknown(at) };
    if let Some(failure) = failure.filter(|_| incident_open) {
        outcome.effects.push((name.clone(), Effect::IncidentOpened(failure)));
    }
    outcome.touched.push((name.clone(), false));
    let recorded = (state.state, at);
    nodes.restore(name, Node { recorded, state, latest: LatestCheck::none(at), shown: true, stands_in: false });
    outcome
}

fn node(status: &StoredStatus, latest: Option<&Sample>) -> Node {
    let failure = status.failure.map(|stored| {
        let latest = stored.latest.unwrap_or(status.state);
        Failure { since: stored.since, worst: stored.worst, latest }
    });
    let alerting = status.alerting;
    let state = NodeState {
        state: status.state,
        since: status.since,
        retries: status.retries,
        last_state: status.last_state,
        incident_open: status.failure.is_some_and(|stored| stored.incident.is_some()),
        failure,
        successes: alerting.successes,
        changes: Changes(alerting.changes),
        is_flapping: alerting.is_flapping,
        reminded: alerting.reminded.map(|(at, times)| Reminded { at, times }),
    };
    let mut check = LatestCheck {
        node_name: status.node_name.clone(),
        message: status.message.clone(),
        checked: status.checked,
        elapsed: status.elapsed,
        is_monitor_offline: is_offline_message(status.message.as_deref()),
    };
    let mut recorded = (if status.shown { status.state } else { State::Unknown }, status.checked);
    // A store leaves out the record of a check that changed nothing; the sample in the journal has its time.
    if let Some(sample) = latest.filter(|sample| sample.at >= status.checked.timestamp_millis())
        && let Some(at) = status.checked.timezone().timestamp_millis_opt(sample.at).single()
    {
        recorded = (sample.state, at);
        if status.shown && sample.at > status.checked.timestamp_millis() {
            (check.checked, check.elapsed) = (at, sample.elapsed.map(u64::from));
        }
    }
    Node { state, latest: check, shown: status.shown, stands_in: status.stands_in, recorded }
}
