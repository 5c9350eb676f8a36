//! The nodes of one service: which rows there are after a check.

use super::Service;
use super::machine::{self, Effect, NodeState, Policy};
use crate::plugins::{CheckError, Observation};
use app::model::{NodeKey, NodeStatus, State};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

/// What is remembered of the nodes of one service.
#[derive(Debug, Default)]
pub struct ServiceNodes {
    nodes: BTreeMap<String, Node>,
}

#[derive(Debug)]
struct Node {
    state: NodeState,
    /// Whether it has a row now. While a service cannot be asked, its other nodes have none, but they are remembered, so that their
    /// outages go on where they were as soon as it answers again.
    shown: bool,
    /// Whether it exists only because the service could not be asked. It ends with the first answer.
    stands_in: bool,
}

/// What a check changed for those who watch.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Row(NodeStatus),
    Removed(NodeKey),
}

/// The changes of one check, and what follows for each node.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub changes: Vec<Change>,
    /// Node and effect, in the order in which they happened.
    pub effects: Vec<(String, Effect)>,
}

impl ServiceNodes {
    /// Takes the result of one check into account.
    ///
    /// An answer lists every node that there is: one that is not in it any more is forgotten. A service that could not be asked has
    /// one row, which says so.
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

        self.leave_unseen(service, &observations, blind, &mut outcome);
        for observation in observations {
            self.observe(service, observation, blind, checked, &mut outcome);
        }
        outcome
    }

    fn leave_unseen(&mut self, service: &Service, observations: &[Observation], blind: bool, outcome: &mut Outcome) {
        self.nodes.retain(|name, node| {
            if observations.iter().any(|observation| observation.node == *name) {
                return true;
            }
            if node.shown {
                outcome.changes.push(Change::Removed(NodeKey { service: service.id.clone(), node: name.clone() }));
                node.shown = false;
            }
            if !blind && node.stands_in && node.state.announced {
                // That the service could not be asked was announced, and its answer is the end of that.
                let effect = Effect::Notify { state: State::Operational, last_state: node.state.state };
                outcome.effects.push((name.clone(), effect));
            }
            blind
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
        let before = self.nodes.get(&observation.node);
        let policy = Policy { retries_before_notify: service.retries_before_notify };
        let (state, effects) = machine::observe(before.map(|node| &node.state), observation.state, checked, policy);
        let stands_in = blind && before.is_none_or(|node| node.stands_in);

        outcome.effects.extend(effects.into_iter().map(|effect| (observation.node.clone(), effect)));
        outcome.changes.push(Change::Row(row(service, &observation, &state, checked)));
        self.nodes.insert(observation.node, Node { state, shown: true, stands_in });
    }

    /// Forgets everything. Returns the changes that make the one row of a service not checked yet out of what was there.
    pub fn flush(&mut self, service: &Service, started: DateTime<FixedOffset>) -> Vec<Change> {
        let gone = std::mem::take(&mut self.nodes).into_iter().filter(|(name, node)| node.shown && *name != service.node);
        gone.map(|(node, _)| Change::Removed(NodeKey { service: service.id.clone(), node }))
            .chain([Change::Row(not_checked_yet(service, started))])
            .collect()
    }
}

/// The row of a service of which nothing is known yet.
pub fn not_checked_yet(service: &Service, started: DateTime<FixedOffset>) -> NodeStatus {
    let message = match &service.check {
        Ok(_) => "Not checked yet".to_owned(),
        Err(problem) => problem.clone(),
    };
    NodeStatus {
        service: service.id.clone(),
        group: service.group.clone(),
        name: service.name.clone(),
        node: service.node.clone(),
        node_name: None,
        state: State::Unknown,
        message: Some(message),
        checked: started,
        elapsed: None,
        retries: 0,
        retry_limit: service.retries_before_notify,
        last_state: State::Unknown,
        since: started,
    }
}

fn could_not_tell(service: &Service, error: CheckError) -> Observation {
    Observation::new(&service.node, State::Unknown).with_message(error.message)
}

fn row(service: &Service, observation: &Observation, state: &NodeState, checked: DateTime<FixedOffset>) -> NodeStatus {
    NodeStatus {
        service: service.id.clone(),
        group: service.group.clone(),
        name: service.name.clone(),
        node: observation.node.clone(),
        node_name: observation.node_name.clone(),
        state: state.state,
        message: observation.message.clone(),
        checked,
        elapsed: observation.elapsed.map(|elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)),
        retries: state.retries,
        retry_limit: service.retries_before_notify,
        last_state: state.last_state,
        since: state.since,
    }
}

#[cfg(test)]
mod tests;
