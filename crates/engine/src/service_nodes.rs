//! The nodes of one service: which rows there are after a check, and what goes into their history.

use super::machine::{Effect, NodeState};
use super::{Service, machine};
use chrono::{DateTime, FixedOffset};
use model::{CheckError, NodeKey, NodeStatus, NotificationKind, Observation, State};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is remembered of the nodes of one service.
#[derive(Debug)]
pub struct ServiceNodes {
    nodes: BTreeMap<String, Node>,
    /// Whether the row of [`not_checked_yet`] is shown. It is no node: nothing is remembered of it, and the first result takes its
    /// place, whatever the nodes of that result are called.
    has_placeholder: bool,
}

/// A service of which nothing is known; its placeholder is shown.
impl Default for ServiceNodes {
    fn default() -> Self {
        Self { nodes: BTreeMap::new(), has_placeholder: true }
    }
}

/// What is remembered of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub state: NodeState,
    /// The row, as it was when there was one last.
    pub row: NodeStatus,
    /// Whether it has a row now. While a service cannot be asked, its other nodes have none, but they are remembered, so that their
    /// outages go on where they were as soon as it answers again.
    pub shown: bool,
    /// Whether it exists only because the check could not tell which nodes there are. It ends with the first answer that can.
    pub stands_in: bool,
    /// What its history says of it last, and since when.
    pub recorded: (State, DateTime<FixedOffset>),
}

/// What a check changed for those who watch.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Row(NodeStatus),
    Removed(NodeKey),
}

/// One entry of the history of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub node: String,
    pub state: State,
    pub elapsed: Option<Duration>,
    /// It was in this state for so long before. Nothing when that is not known: at the first check, and after a gap.
    pub before: Option<(State, Duration)>,
}

/// The changes of one check, and what follows for each node.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub changes: Vec<Change>,
    /// Node and effect, in the order in which they happened.
    pub effects: Vec<(String, Effect)>,
    pub history: Vec<Seen>,
    /// The nodes of which something else is remembered than before, or nothing at all any more; and whether nothing but the time and
    /// the length of the latest check is different.
    pub touched: Vec<(String, bool)>,
}

impl ServiceNodes {
    /// Goes on with what was remembered before the process began.
    pub fn restore(&mut self, node: String, remembered: Node) {
        self.nodes.insert(node, remembered);
    }

    /// What is remembered of a node.
    pub fn get(&self, node: &str) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// What is remembered of each node.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// Remembers the one node of a job that reports before its first check, so that there is something to store the report with. It has
    /// no row before that check.
    pub fn expect(&mut self, service: &Service, now: DateTime<FixedOffset>) {
        if self.nodes.is_empty() {
            let state = NodeState::unknown(now);
            let row = row_of(service, &service.node, &state, now);
            let node = Node { recorded: (state.state, now), state, row, shown: false, stands_in: false };
            self.nodes.insert(service.node.clone(), node);
        }
    }

    /// The rows of the nodes; the placeholder is not among them.
    fn rows(&self) -> impl Iterator<Item = &NodeStatus> {
        self.nodes.values().filter(|node| node.shown).map(|node| &node.row)
    }

    /// The changes that show the nodes that were restored, in place of the placeholder. It stays while there are none.
    pub fn show_restored(&mut self, service: &Service) -> Vec<Change> {
        let rows: Vec<NodeStatus> = self.rows().cloned().collect();
        if rows.is_empty() {
            return Vec::new();
        }
        let placeholder = self.remove_placeholder(service, rows.iter().map(|row| row.node.as_str()));
        placeholder.into_iter().chain(rows.into_iter().map(Change::Row)).collect()
    }

    /// Whether another check has to confirm what was seen: trouble that nobody was told of yet, or the end of trouble that somebody
    /// was told of.
    pub fn are_unconfirmed(&self) -> bool {
        self.nodes.values().any(|node| {
            let NodeState { announced, trouble, .. } = node.state;
            // A node that waits for its first result is neither operational nor in trouble.
            let is_failing = trouble.is_some() && !node.state.state.is_operational();
            node.shown && (is_failing && !announced || announced && node.state.state.is_operational())
        })
    }

    /// Takes the result of one check into account.
    ///
    /// An answer lists every node that there is, at least one: a node that is not in it any more is forgotten, and an incident that it
    /// was in ends with a notification. A check that could not tell has one row, which says so. It says nothing about the nodes: they
    /// have no row until the next answer, but their incidents go on.
    pub fn record(
        &mut self,
        service: &Service,
        result: Result<Vec<Observation>, CheckError>,
        checked: DateTime<FixedOffset>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let (observations, blind) = match result {
            Ok(observations) => (observations, false),
            Err(error) => (vec![could_not_tell(service, error)], true),
        };

        outcome.changes.extend(self.remove_placeholder(service, observations.iter().map(|seen| seen.node.as_str())));
        self.leave_unseen(service, &observations, blind, checked, &mut outcome);
        for observation in observations {
            self.observe(service, observation, blind, checked, &mut outcome);
        }
        outcome
    }

    /// Takes the placeholder away, except where one of these rows has its name and replaces it.
    fn remove_placeholder<'a>(&mut self, service: &Service, mut rows: impl Iterator<Item = &'a str>) -> Option<Change> {
        let was_shown = std::mem::take(&mut self.has_placeholder);
        (was_shown && !rows.any(|node| node == service.node)).then(|| removed(service, &service.node))
    }

    fn leave_unseen(
        &mut self,
        service: &Service,
        observations: &[Observation],
        blind: bool,
        checked: DateTime<FixedOffset>,
        outcome: &mut Outcome,
    ) {
        let is_all_well = observations.iter().all(|observation| observation.state.is_operational());
        self.nodes.retain(|name, node| {
            if observations.iter().any(|observation| observation.node == *name) {
                return true;
            }
            if node.shown {
                outcome.changes.push(removed(service, name));
                outcome.touched.push((name.clone(), false));
                node.shown = false;
            }
            if blind {
                // For as long as nobody can ask, nobody knows how it is; its history must not say otherwise.
                outcome.history.push(node.history(name, service, State::Unknown, None, checked));
                return true;
            }
            if node.state.announced {
                let last_state = node.state.trouble.map_or(node.state.state, |trouble| trouble.latest);
                // For a row that only said that the service could not be asked, an answer in which all is well is the recovery. In
                // every other case it is not known that the node has recovered; but what was opened at a receiver has to be closed.
                let (kind, state) = match node.stands_in && is_all_well {
                    true => (NotificationKind::Recovered, State::Operational),
                    false => (NotificationKind::Removed, State::Unknown),
                };
                let closing = [Effect::IncidentEnded, Effect::Notify { kind, state, last_state }];
                outcome.effects.extend(closing.map(|effect| (name.clone(), effect)));
            }
            outcome.touched.push((name.clone(), false));
            false
        });
    }

    fn observe(
        &mut self,
        service: &Service,
        observation: Observation,
        blind: bool,
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
        let stands_in = blind && before.is_none_or(|node| node.stands_in);

        outcome.effects.extend(effects.into_iter().map(|effect| (observation.node.clone(), effect)));
        let row = row(service, &observation, &state, checked);
        outcome.changes.push(Change::Row(row.clone()));
        let name = observation.node;
        let mut node =
            Node { recorded: before.map_or((state.state, checked), |node| node.recorded), state, row, shown: true, stands_in };
        // The trouble of asking is in the history of the nodes that could not be asked; it is no node of its own beside them.
        if !stands_in || is_only_node {
            let is_first = before.is_none();
            let mut seen = node.history(&name, service, observation.state, observation.elapsed, checked);
            if is_first {
                seen.before = None;
            }
            outcome.history.push(seen);
        }
        outcome.touched.push((name.clone(), before.is_some_and(|before| node.says_the_same_as(before))));
        self.nodes.insert(name, node);
    }

    /// Forgets everything: makes the one row of a service not checked yet out of what was there, and ends the incidents.
    pub fn flush(&mut self, service: &Service, started: DateTime<FixedOffset>) -> Outcome {
        let mut outcome = Outcome::default();
        for (name, node) in std::mem::take(&mut self.nodes) {
            if node.shown && name != service.node {
                outcome.changes.push(removed(service, &name));
            }
            if node.state.announced {
                outcome.effects.push((name.clone(), Effect::IncidentEnded));
            }
            outcome.touched.push((name, false));
        }
        self.has_placeholder = true;
        outcome.changes.push(Change::Row(not_checked_yet(service, started)));
        outcome
    }
}

impl Node {
    /// Whether nothing but the time and the length of the check is different.
    fn says_the_same_as(&self, before: &Self) -> bool {
        let row = NodeStatus { checked: self.row.checked, elapsed: self.row.elapsed, ..before.row.clone() };
        (&self.state, self.shown, self.stands_in, &self.row) == (&before.state, before.shown, before.stands_in, &row)
    }

    /// The entry that says: in this state now, and until now in that of the entry before.
    fn history(
        &mut self,
        name: &str,
        service: &Service,
        state: State,
        elapsed: Option<Duration>,
        checked: DateTime<FixedOffset>,
    ) -> Seen {
        let (previous, since) = std::mem::replace(&mut self.recorded, (state, checked));
        // Both are cut to milliseconds, as they are in history, so that the stretches of time join without a gap.
        let held = checked.timestamp_millis() - since.timestamp_millis();
        let held = u64::try_from(held).ok().map(Duration::from_millis).filter(|held| *held <= service.longest_silence());
        Seen { node: name.to_owned(), state, elapsed, before: held.map(|held| (previous, held)) }
    }
}

fn removed(service: &Service, node: &str) -> Change {
    Change::Removed(NodeKey { service: service.id.clone(), node: node.to_owned() })
}

/// The placeholder: the row of a service of which nothing is known yet.
pub fn not_checked_yet(service: &Service, started: DateTime<FixedOffset>) -> NodeStatus {
    let message = match &service.check {
        Ok(_) => "Not checked yet".to_owned(),
        Err(problem) => problem.clone(),
    };
    NodeStatus { message: Some(message), ..row_of(service, &service.node, &NodeState::unknown(started), started) }
}

/// The row of a node in this state, without what only a check can say.
pub(super) fn row_of(service: &Service, node: &str, state: &NodeState, checked: DateTime<FixedOffset>) -> NodeStatus {
    NodeStatus {
        service: service.id.clone(),
        group: service.group.clone(),
        name: service.name.clone(),
        node: node.to_owned(),
        node_name: None,
        state: state.state,
        message: None,
        checked,
        elapsed: None,
        retries: state.retries,
        retry_limit: service.policy.retries_before_notify,
        last_state: state.last_state,
        since: state.since,
        // What the ledger and those who hold alerts know is put in when the row is published.
        incident: None,
        suppression: None,
    }
}

fn could_not_tell(service: &Service, error: CheckError) -> Observation {
    Observation::new(&service.node, State::Unknown).with_message(error.message)
}

fn row(service: &Service, observation: &Observation, state: &NodeState, checked: DateTime<FixedOffset>) -> NodeStatus {
    NodeStatus {
        node_name: observation.node_name.clone(),
        message: observation.message.clone(),
        elapsed: observation.elapsed.map(|elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)),
        ..row_of(service, &observation.node, state, checked)
    }
}

#[cfg(test)]
mod tests;
