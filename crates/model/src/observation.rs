//! What a check returns.

use crate::{State, Threshold};
use std::net::IpAddr;
use std::time::Duration;

/// What a check found about one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Stable name of the node within its service.
    pub node: String,
    /// The display name of the node, if it has one.
    pub node_name: Option<String>,
    pub state: State,
    /// Whether no result is due yet, so that `unknown` is not a failure: no retry, no incident.
    pub is_pending: bool,
    /// What was found, in one sentence for the person on call. Never contains a secret.
    pub message: Option<String>,
    /// The time until the answer; absent if there was none.
    pub elapsed: Option<Duration>,
    /// The steps of the check, in order.
    pub phases: Vec<Phase>,
    /// The step in which the check ended, because it took too long or failed.
    pub unfinished: Option<Phase>,
    /// All comparisons, including those that were met. Never contains a secret.
    pub expectations: Vec<Expectation>,
    /// Other measurements, for example the performance data of a Nagios plugin.
    pub metrics: Vec<Metric>,
    /// How the node was reached, if that is notable: addresses that did not answer, a proxy. Never contains a secret.
    pub notes: Vec<String>,
}

/// The steps of a check, and how it reached its target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub phases: Vec<Phase>,
    /// The step that has not ended.
    pub unfinished: Option<Phase>,
    pub route: Route,
}

/// How a check reached its target, if that is notable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// For `platus probe`, for example `192.0.2.1 refused, 192.0.2.2 answered`.
    pub notes: Vec<String>,
    /// For a row without another message.
    pub message: Option<String>,
    /// The connected address, if the name has several.
    pub address: Option<IpAddr>,
}

/// One step of a check, such as `resolve`, `connect`, `tls` or `first byte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    pub name: &'static str,
    pub elapsed: Duration,
}

/// A comparison of an actual with an expected value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// For example `status 200`.
    pub expected: String,
    /// For example `503 Service Unavailable`.
    pub seen: String,
    pub met: bool,
}

/// A measurement of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub name: String,
    pub value: f64,
    /// In the form of its source, for example `ms`, `%` or `B`; empty for a plain number.
    pub unit: String,
    /// With which values its source is content, and beyond which it is alarmed; absent where it does not say.
    pub warning: Option<Threshold>,
    pub critical: Option<Threshold>,
}

impl Metric {
    /// Without thresholds.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self { name: name.into(), value, unit: unit.into(), warning: None, critical: None }
    }
}

impl Observation {
    /// A node in this state, without details.
    pub fn new(node: impl Into<String>, state: State) -> Self {
        Self {
            node: node.into(),
            node_name: None,
            state,
            is_pending: false,
            message: None,
            elapsed: None,
            phases: Vec::new(),
            unfinished: None,
            expectations: Vec::new(),
            metrics: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// An observation with the result of these comparisons: operational if all are met, else `otherwise` with a message about each one that
    /// is not.
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

    /// Adds the steps of the check and how the node was reached.
    pub fn with_watch(self, watch: impl Into<Trace>) -> Self {
        let Trace { phases, unfinished, route } = watch.into();
        Self { phases, unfinished, ..self }.with_route(&route)
    }

    /// Adds how the node was reached. The message of an operational node without another one names the addresses that failed.
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

    /// The message if it is not met.
    pub fn complaint(&self) -> String {
        format!("expected {}, got {}", self.expected, self.seen)
    }
}

/// Adds the address to a message if the target has several.
fn at_address(message: &str, address: IpAddr) -> String {
    if message.contains(&address.to_string()) { message.to_owned() } else { format!("{message} (address {address})") }
}

/// A check could not determine the state of its service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CheckError {
    /// Why, in one sentence for the person on call. Never contains a secret.
    pub message: String,
    /// The steps that the check completed.
    pub phases: Vec<Phase>,
    /// The step in which it ended, as in [`Observation::unfinished`].
    pub unfinished: Option<Phase>,
    /// How the target was reached, as in [`Observation::notes`].
    pub notes: Vec<String>,
}

impl CheckError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), phases: Vec::new(), unfinished: None, notes: Vec::new() }
    }

    pub fn with_phases(self, phases: Vec<Phase>) -> Self {
        Self { phases, ..self }
    }

    /// Adds the steps of the check and how the target was reached.
    pub fn with_watch(self, watch: impl Into<Trace>) -> Self {
        let Trace { phases, unfinished, route } = watch.into();
        Self { phases, unfinished, ..self }.with_route(&route)
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
    fn the_message_has_every_unmet_expectation() {
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
