//! What an observation means. Pure: no clock, no IO, so that every rule of states, retries and alerts can be shown by a table.

use app::model::State;
use chrono::{DateTime, FixedOffset};

/// What is remembered of one node from check to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeState {
    pub state: State,
    /// Since when it has been in `state`.
    pub since: DateTime<FixedOffset>,
    /// Checks in a row that did not find it operational; the first one counts.
    pub retries: u32,
    /// The state before the trouble. Unknown for a node that was never seen operational.
    pub last_state: State,
    /// Whether somebody has been told of this outage, and is owed word of its end. The incident is open for as long.
    pub announced: bool,
    /// The trouble it is in, confirmed or not; absent while it is operational.
    pub trouble: Option<Trouble>,
}

/// A run of checks that did not find a node operational.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// When it was seen first.
    pub since: DateTime<FixedOffset>,
    /// The most urgent state of it.
    pub worst: State,
}

/// The numbers that the user chooses.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Somebody is told when `retries` reaches this. 0 and 1 both mean at first sight, since the first sight counts as one.
    pub retries_before_notify: u32,
}

/// What follows from an observation, besides the new state itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The node went from one state, in which it had been since then, to another.
    Transition { from: State, to: State, since: DateTime<FixedOffset> },
    /// Trouble was confirmed.
    IncidentOpened(Trouble),
    /// Confirmed trouble took on a more urgent state than all before.
    IncidentWorsened { worst: State },
    /// Confirmed trouble is over.
    IncidentEnded,
    /// Somebody is to be told: `NAME state changed to STATE before it was LAST_STATE`.
    Notify { state: State, last_state: State },
}

/// Takes the state seen at `at` into account.
///
/// The rules are those of the original: anything but operational raises `retries` and leaves `last_state` alone; a message goes out
/// once per outage, when `retries` reaches the limit, and one more when the node is operational again after such a message.
pub fn observe(before: Option<&NodeState>, seen: State, at: DateTime<FixedOffset>, policy: Policy) -> (NodeState, Vec<Effect>) {
    let mut effects = Vec::new();
    let known = before.map_or(State::Unknown, |before| before.state);
    if let Some(before) = before.filter(|before| before.state != seen) {
        effects.push(Effect::Transition { from: before.state, to: seen, since: before.since });
    }
    let since = before.filter(|before| before.state == seen).map_or(at, |before| before.since);
    let announced = before.is_some_and(|before| before.announced);

    if seen.is_operational() {
        if announced {
            effects.extend([Effect::IncidentEnded, Effect::Notify { state: seen, last_state: known }]);
        }
        let after = NodeState { state: seen, since, retries: 0, last_state: State::Operational, announced: false, trouble: None };
        return (after, effects);
    }

    let retries = before.map_or(0, |before| before.retries).saturating_add(1);
    let last_state = before.map_or(State::Unknown, |before| before.last_state);
    let trouble_before = before.and_then(|before| before.trouble);
    let trouble =
        trouble_before.map_or(Trouble { since: at, worst: seen }, |trouble| Trouble { worst: trouble.worst.max(seen), ..trouble });
    let told_now = !announced && retries >= policy.retries_before_notify;
    if told_now {
        effects.extend([Effect::IncidentOpened(trouble), Effect::Notify { state: seen, last_state }]);
    } else if announced && trouble_before.is_some_and(|before| before.worst < trouble.worst) {
        effects.push(Effect::IncidentWorsened { worst: trouble.worst });
    }
    let announced = announced || told_now;
    (NodeState { state: seen, since, retries, last_state, announced, trouble: Some(trouble) }, effects)
}

#[cfg(test)]
mod tests;
