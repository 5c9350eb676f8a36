//! What a check returns.

use crate::State;
use std::net::IpAddr;
use std::time::Duration;

/// What was seen of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Stable name of the node within its service.
    pub node: String,
    /// What people call the node, where that differs.
    pub node_name: Option<String>,
    pub state: State,
    /// That nothing is due yet by which the node could be judged, so that `unknown` is no failure: no retry, no incident.
    pub is_pending: bool,
    /// What was seen, in one sentence for the person who is on call. Never holds a secret.
    pub message: Option<String>,
    /// How long the answer took; absent when there was none.
    pub elapsed: Option<Duration>,
    /// Where the time went, in the order in which things happened.
    pub phases: Vec<Phase>,
    /// What was compared, the things that were as they should be included. Never holds a secret.
    pub expectations: Vec<Expectation>,
    /// What was measured besides, for example the performance data of a Nagios plugin.
    pub metrics: Vec<Metric>,
    /// How the node was reached, where that is worth a word: the addresses that did not answer, a proxy. Never holds a secret.
    pub notes: Vec<String>,
}

/// Where the time of a check went, and how it reached its target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub phases: Vec<Phase>,
    pub route: Route,
}

/// How a check reached its target, where that is worth a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// For `platus probe`, for example `192.0.2.1 refused, 192.0.2.2 answered`.
    pub notes: Vec<String>,
    /// For the row, when it has nothing else to say.
    pub message: Option<String>,
    /// The address that was connected to, of a name that has several.
    pub address: Option<IpAddr>,
}

/// One step of a check, such as `resolve`, `connect`, `tls` or `first byte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    pub name: &'static str,
    pub elapsed: Duration,
}

/// Something that was compared with what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// For example `status 200`.
    pub expected: String,
    /// For example `503 Service Unavailable`.
    pub seen: String,
    pub met: bool,
}

/// A figure that a check brought along.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub name: String,
    pub value: f64,
    /// As its source writes it, for example `ms`, `%` or `B`; empty for a plain number.
    pub unit: String,
}

impl Observation {
    /// That the node is in this state; the rest is added by the methods below.
    pub fn new(node: impl Into<String>, state: State) -> Self {
        Self {
            node: node.into(),
            node_name: None,
            state,
            is_pending: false,
            message: None,
            elapsed: None,
            phases: Vec::new(),
            expectations: Vec::new(),
            metrics: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An observation whose state and message come from what was expected: operational when everything is met; otherwise `state`, and
    /// the message tells each expectation that is not met.
    pub fn judged(node: impl Into<String>, expectations: Vec<Expectation>, otherwise: State) -> Self {
        let unmet: Vec<_> = expectations.iter().filter(|expectation| !expectation.met).map(Expectation::complaint).collect();
        let (state, message) = if unmet.is_empty() { (State::Operational, None) } else { (otherwise, Some(unmet.join("; "))) };
        Self { message, expectations, ..Self::new(node, state) }
    }

    pub fn with_message(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }

    pub fn with_elapsed(self, elapsed: Duration) -> Self {
        Self { elapsed: Some(elapsed), ..self }
    }

    pub fn with_phases(self, phases: Vec<Phase>) -> Self {
        Self { phases, ..self }
    }

    /// With its phases and how the node was reached.
    pub fn with_watch(self, watch: impl Into<Trace>) -> Self {
        let Trace { phases, route } = watch.into();
        self.with_phases(phases).with_route(&route)
    }

    /// An operational node that has nothing else to say says which of its addresses failed.
    pub fn with_route(mut self, route: &Route) -> Self {
        if let (State::Down, Some(message), Some(address)) = (self.state, &mut self.message, route.address) {
            *message = at_address(message, address);
        }
        if self.state == State::Operational && self.message.is_none() {
            self.message.clone_from(&route.message);
        }
        self.notes.extend_from_slice(&route.notes);
        self
    }

    pub fn with_metrics(self, metrics: Vec<Metric>) -> Self {
        Self { metrics, ..self }
    }
}

impl Expectation {
    pub fn new(expected: impl Into<String>, seen: impl Into<String>, met: bool) -> Self {
        Self { expected: expected.into(), seen: seen.into(), met }
    }

    /// What to say of it when it is not met.
    pub fn complaint(&self) -> String {
        format!("expected {}, got {}", self.expected, self.seen)
    }
}

/// Says at which address of several something was seen: another one may be well.
fn at_address(message: &str, address: IpAddr) -> String {
    if message.contains(&address.to_string()) { message.to_owned() } else { format!("{message} (address {address})") }
}

/// It could not be told how the service is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CheckError {
    /// Why, in one sentence for the person who is on call. Never holds a secret.
    pub message: String,
    /// How far the check came, and how long that took.
    pub phases: Vec<Phase>,
    /// How the target was reached, as in [`Observation::notes`].
    pub notes: Vec<String>,
}

impl CheckError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), phases: Vec::new(), notes: Vec::new() }
    }

    pub fn with_phases(self, phases: Vec<Phase>) -> Self {
        Self { phases, ..self }
    }

    /// With its phases and how the target was reached.
    pub fn with_watch(self, watch: impl Into<Trace>) -> Self {
        let Trace { phases, route } = watch.into();
        self.with_phases(phases).with_route(&route)
    }

    pub fn with_route(mut self, route: &Route) -> Self {
        if let Some(address) = route.address {
            self.message = at_address(&self.message, address);
        }
        self.notes.extend_from_slice(&route.notes);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unmet_expectation_is_told() {
        let met = Expectation::new("status 200", "200 OK", true);
        let slow = Expectation::new("an answer within 1 s", "1.4 s", false);
        let role = Expectation::new("role master", "slave", false);
        let good = Observation::judged("n", vec![met.clone()], State::Down);
        assert_eq!((good.state, good.message), (State::Operational, None));
        let bad = Observation::judged("n", vec![met, slow, role], State::Unhealthy);
        assert_eq!(bad.state, State::Unhealthy);
        assert_eq!(bad.message.as_deref(), Some("expected an answer within 1 s, got 1.4 s; expected role master, got slave"));
        assert_eq!(bad.expectations.len(), 3);
    }
}
