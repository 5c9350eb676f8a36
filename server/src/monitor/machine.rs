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
    /// Whether somebody has been told of this outage, and is owed word of its end.
    pub announced: bool,
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
    /// The node went from one state to another.
    Transition { from: State, to: State },
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
    if before.is_some() && known != seen {
        effects.push(Effect::Transition { from: known, to: seen });
    }
    let since = before.filter(|before| before.state == seen).map_or(at, |before| before.since);
    let announced = before.is_some_and(|before| before.announced);

    if seen.is_operational() {
        if announced {
            effects.push(Effect::Notify { state: seen, last_state: known });
        }
        return (NodeState { state: seen, since, retries: 0, last_state: State::Operational, announced: false }, effects);
    }

    let retries = before.map_or(0, |before| before.retries).saturating_add(1);
    let last_state = before.map_or(State::Unknown, |before| before.last_state);
    let told_now = !announced && retries >= policy.retries_before_notify;
    if told_now {
        effects.push(Effect::Notify { state: seen, last_state });
    }
    (NodeState { state: seen, since, retries, last_state, announced: announced || told_now }, effects)
}

#[cfg(test)]
mod tests;
