//! The nodes of one service: which rows there are after a check, and what is added to their history.

use super::check_result::CheckFailure;
use super::machine::{Effect, NodeState};
use super::row::{LatestCheck, NodeReport};
use super::{Service, machine};
use chrono::{DateTime, FixedOffset};
use model::{NodeKey, NotificationKind, Observation, State};
use std::collections::BTreeMap;
use std::time::Duration;

/// The nodes of one service from check to check.
#[derive(Debug)]
pub struct ServiceNodes {
    nodes: BTreeMap<String, Node>,
    /// Whether the row of [`NodeReport::not_checked_yet`] is shown. It is no node and has no state: the first result replaces it,
    /// even if its nodes have other names.
    has_placeholder: bool,
    /// The end of the latest pause of the service. What came before is not continued: there were no checks in between.
    resumed: Option<DateTime<FixedOffset>>,
}

/// A service that was not checked yet. Its placeholder is shown.
impl Default for ServiceNodes {
    fn default() -> Self {
        Self { nodes: BTreeMap::new(), has_placeholder: true, resumed: None }
    }
}

/// One node from check to check.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub state: NodeState,
    /// The latest check that reported on the node.
    pub latest: LatestCheck,
    /// Whether it has a row now. While a check cannot list the nodes of its service, the known ones have no rows but keep their state,
    /// so that their incidents continue with the next answer.
    pub shown: bool,
    /// Whether it stands for a service whose nodes the check could not list. The first answer removes it.
    pub stands_in: bool,
    /// The latest state in its history, and since when.
    pub recorded: (State, DateTime<FixedOffset>),
}

/// A change to the nodes that have a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Row(NodeReport),
    Removed(NodeKey),
}

/// One entry in the history of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    pub node: String,
    pub state: State,
    pub elapsed: Option<Duration>,
    /// The previous state and how long it lasted. Absent at the first check and after a gap.
    pub before: Option<(State, Duration)>,
}

/// What one check changed.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub changes: Vec<Change>,
    /// Node and effect, in the order in which they happened.
    pub effects: Vec<(String, Effect)>,
    pub history: Vec<HistoryEntry>,
    /// The nodes to store, and whether nothing but the time and the duration of the latest check has changed.
    pub touched: Vec<(String, bool)>,
}

impl ServiceNodes {
    /// Adds a node with its state from before the start.
    pub fn restore(&mut self, name: String, node: Node) {
        self.nodes.insert(name, node);
    }

    /// The node with this name.
    pub fn get(&self, node: &str) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// The names and nodes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// Adds the one node of a job that reports before its first check, so that the report can be stored with it. It has no row before
    /// that check.
    pub fn expect(&mut self, service: &Service, now: DateTime<FixedOffset>) {
        if self.nodes.is_empty() {
            let state = NodeState::unknown(now);
            let recorded = (state.state, now);
            let node = Node { state, latest: LatestCheck::none(now), shown: false, stands_in: false, recorded };
            self.nodes.insert(service.node.clone(), node);
        }
    }

    /// The changes that replace the placeholder by the restored nodes, or none if there are no such nodes, or if the row of the service has
    /// to show why it cannot be checked.
    pub fn show_restored(&mut self, service: &Service) -> Vec<Change> {
        if service.check.is_err() {
            return Vec::new();
        }
        let shown = self.nodes.iter().filter(|(_, node)| node.shown);
        let reports: Vec<NodeReport> = shown.map(|(name, node)| node.report(name)).collect();
        if reports.is_empty() {
            return Vec::new();
        }
        let placeholder = self.remove_placeholder(service, reports.iter().map(|report| report.node.as_str()));
        placeholder.into_iter().chain(reports.into_iter().map(Change::Row)).collect()
    }

    /// The service was not checked until this time, because it was paused.
    pub fn resume(&mut self, resumed: DateTime<FixedOffset>) {
        self.resumed = Some(resumed);
    }

    /// Whether the next check is a retry: it may confirm a failure without an incident, or the recovery of one with.
    pub fn needs_confirmation(&self) -> bool {
        self.nodes.values().any(|node| {
            let NodeState { incident_open, failure, state, .. } = node.state;
            // A job that waits for its first report is neither operational nor failing.
            let is_failing = failure.is_some() && !state.is_operational();
            node.shown && (is_failing && !incident_open || incident_open && state.is_operational())
        })
    }

    /// Applies the result of one check.
    ///
    /// Observations list all nodes, at least one. A node that is not among them is removed, and its open incident ends with a
    /// notification. A failed check says nothing about the nodes: one row shows its reason, the nodes have no rows until the next
    /// answer, and their incidents stay open.
    pub fn record(
        &mut self,
        service: &Service,
        result: Result<Vec<Observation>, CheckFailure>,
        checked: DateTime<FixedOffset>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let (observations, failure) = match result {
            Ok(observations) => (observations, None),
            Err(failure) => {
                let observation = Observation::new(&service.node, State::Unknown).with_message(failure.to_string());
                (vec![observation], Some(failure))
            }
        };

        outcome.changes.extend(self.remove_placeholder(service, observations.iter().map(|seen| seen.node.as_str())));
        self.remove_absent(service, &observations, failure.is_some(), checked, &mut outcome);
        for observation in observations {
            self.observe(service, observation, failure.as_ref(), checked, &mut outcome);
        }
        outcome
    }

    /// Removes the placeholder, unless one of these rows has its name and replaces it.
    fn remove_placeholder<'a>(&mut self, service: &Service, mut rows: impl Iterator<Item = &'a str>) -> Option<Change> {
        let was_shown = std::mem::take(&mut self.has_placeholder);
        (was_shown && !rows.any(|node| node == service.node)).then(|| removed(service, &service.node))
    }

    fn remove_absent(
        &mut self,
        service: &Service,
        observations: &[Observation],
        has_failed: bool,
        checked: DateTime<FixedOffset>,
        outcome: &mut Outcome,
    ) {
        let resumed = self.resumed;
        let are_all_operational = observations.iter().all(|observation| observation.state.is_operational());
        self.nodes.retain(|name, node| {
            if observations.iter().any(|observation| observation.node == *name) {
                return true;
            }
            if node.shown {
                outcome.changes.push(removed(service, name));
                outcome.touched.push((name.clone(), false));
                node.shown = false;
            }
            if has_failed {
                // Its state is unknown until the next answer, and its history has to say so.
                outcome.history.push(node.history(name, service, resumed, (State::Unknown, None), checked));
                return true;
            }
            if node.state.incident_open {
                // For a row that only stood for a failed check, an answer with all nodes operational is the recovery. In every other
                // case the node may still be failing, but what was opened at a receiver has to be closed.
                let (kind, state) = match node.stands_in && are_all_operational {
                    true => (NotificationKind::Recovered, State::Operational),
                    false => (NotificationKind::Removed, State::Unknown),
                };
                outcome.effects.extend(node.closing(kind, state).map(|effect| (name.clone(), effect)));
            }
            outcome.touched.push((name.clone(), false));
            false
        });
    }

    /// `failure` is why the check failed, if the observation stands for that.
    fn observe(
        &mut self,
        service: &Service,
        observation: Observation,
        failure: Option<&CheckFailure>,
        checked: DateTime<FixedOffset>,
        outcome: &mut Outcome,
    ) {
        let is_only_node = self.nodes.keys().all(|name| *name == observation.node);
        let before = self.nodes.get(&observation.node);
        let known = before.map(|node| &node.state);
        let (state, effects) = match observation.is_pending {
            true => machine::wait(known, checked),
            false => machine::observe(known, observation.state, checked, service.policy),
        };
        let stands_in = failure.is_some() && before.is_none_or(|node| node.stands_in);

        outcome.effects.extend(effects.into_iter().map(|effect| (observation.node.clone(), effect)));
        let latest = LatestCheck {
            node_name: observation.node_name,
            message: observation.message,
            checked,
            elapsed: observation.elapsed.map(|elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)),
            is_monitor_offline: failure == Some(&CheckFailure::MonitorOffline),
        };
        let name = observation.node;
        let recorded = before.map_or((state.state, checked), |node| node.recorded);
        let mut node = Node { recorded, state, latest, shown: true, stands_in };
        outcome.changes.push(Change::Row(node.report(&name)));
        // A failed check is in the history of the known nodes. It is a node of its own only if there are none.
        if !stands_in || is_only_node {
            let is_first = before.is_none();
            let mut entry = node.history(&name, service, self.resumed, (observation.state, observation.elapsed), checked);
            if is_first {
                entry.before = None;
            }
            outcome.history.push(entry);
        }
        outcome.touched.push((name.clone(), before.is_some_and(|before| node.says_the_same_as(before))));
        self.nodes.insert(name, node);
    }

    /// The service is no longer watched: removes all rows, and ends the open incidents with a notification.
    pub fn remove(&mut self, service: &Service) -> Outcome {
        let changes = self.shown(service).into_iter().map(|node| removed(service, &node)).collect();
        let mut outcome = Outcome { changes, ..Outcome::default() };
        self.has_placeholder = false;
        for (name, node) in std::mem::take(&mut self.nodes) {
            if node.state.incident_open {
                let closing = node.closing(NotificationKind::Removed, State::Unknown);
                outcome.effects.extend(closing.map(|effect| (name.clone(), effect)));
            }
            outcome.touched.push((name, false));
        }
        outcome
    }

    /// The service has another configuration now. Its nodes and their states stay. While it cannot be checked, one row says why.
    pub fn reconfigure(&mut self, before: &Service, service: &Service, now: DateTime<FixedOffset>) -> Vec<Change> {
        let were_shown = self.shown(before);
        self.has_placeholder = service.check.is_err() || self.nodes.values().all(|node| !node.shown);
        let are_shown = self.shown(service);
        // Who may see a row no longer has to lose it, and a row of another group, name or id is in another place.
        let moves = (&before.roles, &before.group, &before.name) != (&service.roles, &service.group, &service.name)
            || before.id != service.id;
        let gone = were_shown.iter().filter(|node| moves || !are_shown.contains(node)).map(|node| removed(before, node));
        let report = |node: &String| match self.nodes.get(node).filter(|_| !self.has_placeholder) {
            Some(known) => Change::Row(known.report(node)),
            None => Change::Row(NodeReport::not_checked_yet(service, now)),
        };
        gone.chain(are_shown.iter().map(report)).collect()
    }

    /// The nodes that have a row.
    fn shown(&self, service: &Service) -> Vec<String> {
        match self.has_placeholder {
            true => vec![service.node.clone()],
            false => self.nodes.iter().filter(|(_, node)| node.shown).map(|(name, _)| name.clone()).collect(),
        }
    }

    /// Another monitor made the checks so far. Their states stay, but what fails is not a failure that Platus has found: open incidents end
    /// without a notification, and the next failed check is the first one.
    pub fn end_failures(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        for (name, Node { state, .. }) in self.nodes.iter_mut().filter(|(_, node)| node.state.failure.is_some()) {
            if state.incident_open {
                outcome.effects.push((name.clone(), Effect::IncidentEnded));
            }
            let NodeState { state: latest, since, last_state, .. } = *state;
            *state = NodeState { state: latest, last_state, ..NodeState::unknown(since) };
            outcome.touched.push((name.clone(), false));
        }
        outcome
    }

    /// Resets the service: removes all nodes, ends their incidents, and shows the placeholder.
    pub fn flush(&mut self, service: &Service, started: DateTime<FixedOffset>) -> Outcome {
        let gone = self.shown(service).into_iter().filter(|name| *name != service.node);
        let mut outcome = Outcome { changes: gone.map(|name| removed(service, &name)).collect(), ..Outcome::default() };
        for (name, node) in std::mem::take(&mut self.nodes) {
            if node.state.incident_open {
                outcome.effects.push((name.clone(), Effect::IncidentEnded));
            }
            outcome.touched.push((name, false));
        }
        self.has_placeholder = true;
        outcome.changes.push(Change::Row(NodeReport::not_checked_yet(service, started)));
        outcome
    }
}

impl Node {
    /// The content of its row. The number of an open incident is not known here.
    fn report(&self, name: &str) -> NodeReport {
        NodeReport { node: name.to_owned(), state: self.state.clone(), latest: self.latest.clone(), incident: None }
    }

    /// Ends its open incident with a notification.
    fn closing(&self, kind: NotificationKind, state: State) -> [Effect; 2] {
        let last_state = self.state.failure.map_or(self.state.state, |failure| failure.latest);
        [Effect::IncidentEnded, Effect::Notify { kind, state, last_state }]
    }

    /// Whether nothing but the time and the duration of the check is different.
    fn says_the_same_as(&self, before: &Self) -> bool {
        let latest = LatestCheck { checked: self.latest.checked, elapsed: self.latest.elapsed, ..before.latest.clone() };
        (&self.state, self.shown, self.stands_in, &self.latest) == (&before.state, before.shown, before.stands_in, &latest)
    }

    /// The entry for this state and duration of a check, with the time in the state before, unless the service was paused meanwhile.
    fn history(
        &mut self,
        name: &str,
        service: &Service,
        resumed: Option<DateTime<FixedOffset>>,
        (state, elapsed): (State, Option<Duration>),
        checked: DateTime<FixedOffset>,
    ) -> HistoryEntry {
        let (previous, since) = std::mem::replace(&mut self.recorded, (state, checked));
        // History has milliseconds. Both times are truncated to them, so that the periods join without a gap.
        let lasted = checked.timestamp_millis() - since.timestamp_millis();
        let is_continuous = |lasted: &Duration| *lasted <= service.longest_gap() && resumed.is_none_or(|resumed| resumed <= since);
        let lasted = u64::try_from(lasted).ok().map(Duration::from_millis).filter(is_continuous);
        HistoryEntry { node: name.to_owned(), state, elapsed, before: lasted.map(|lasted| (previous, lasted)) }
    }
}

fn removed(service: &Service, node: &str) -> Change {
    Change::Removed(NodeKey { service: service.id.clone(), node: node.to_owned() })
}

#[cfg(test)]
mod tests;
