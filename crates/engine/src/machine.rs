//! What an observation means. Pure: no clock, no IO, so that every rule of states, retries and alerts can be shown by a table.

mod flapping;
mod reminders;

pub use flapping::{Changes, FlapThresholds};
pub use reminders::{Reminded, Reminder};

use chrono::{DateTime, FixedOffset};
use model::{NotificationKind, State};

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
    /// The trouble it is in, confirmed or not; absent while it is operational, unless its recovery still has to be confirmed.
    pub trouble: Option<Trouble>,
    /// Checks in a row that found it operational, counted while its recovery has to be confirmed.
    pub successes: u32,
    /// Its latest changes between operational and not; none where nobody asks for flapping.
    pub changes: Changes,
    /// Whether it goes up and down so often that nobody is told of each time.
    pub is_flapping: bool,
    /// When somebody was told of the trouble last, and how often.
    pub reminded: Option<Reminded>,
}

/// A run of checks that did not find a node operational.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// When it was seen first.
    pub since: DateTime<FixedOffset>,
    /// The most urgent state of it.
    pub worst: State,
    /// The state in which it was seen last.
    pub latest: State,
}

/// The numbers that the user chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Somebody is told when `retries` reaches this. 0 and 1 both mean at first sight, since the first sight counts as one.
    pub retries_before_notify: u32,
    /// An announced outage is over when so many checks in a row have found the node operational. 0 and 1 both mean at first sight.
    pub successes_before_recovery: u32,
    /// How often somebody is reminded of an outage; absent for never.
    pub reminder: Option<Reminder>,
    /// When a node counts as flapping; absent for never.
    pub flapping: Option<FlapThresholds>,
}

/// The rules of the original.
impl Default for Policy {
    fn default() -> Self {
        Self { retries_before_notify: 3, successes_before_recovery: 1, reminder: None, flapping: None }
    }
}

/// What follows from an observation, besides the new state itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The node went from one state, in which it had been since then, to another.
    Transition { from: State, to: State, since: DateTime<FixedOffset> },
    /// Trouble was confirmed.
    IncidentOpened(Trouble),
    /// Confirmed trouble took on a more urgent state than all before. Those are told who are told of such trouble only.
    IncidentWorsened { worst: State, last_state: State },
    /// Confirmed trouble is over.
    IncidentEnded,
    /// Somebody is to be told: `NAME state changed to STATE before it was LAST_STATE`.
    Notify { kind: NotificationKind, state: State, last_state: State },
}

impl NodeState {
    /// Of a node of which nothing is known yet.
    pub fn unknown(since: DateTime<FixedOffset>) -> Self {
        Self {
            state: State::Unknown,
            since,
            retries: 0,
            last_state: State::Unknown,
            announced: false,
            trouble: None,
            successes: 0,
            changes: Changes::default(),
            is_flapping: false,
            reminded: None,
        }
    }
}

/// Takes the state seen at `at` into account.
///
/// The rules are those of the original as long as the policy adds none: anything but operational raises `retries` and leaves
/// `last_state` alone; a message goes out once per outage, when `retries` reaches the limit, and one more when the node is operational
/// again after such a message.
pub fn observe(before: Option<&NodeState>, seen: State, at: DateTime<FixedOffset>, policy: Policy) -> (NodeState, Vec<Effect>) {
    let mut effects = Vec::new();
    if let Some(before) = before.filter(|before| before.state != seen) {
        effects.push(Effect::Transition { from: before.state, to: seen, since: before.since });
    }
    let mut after = before.cloned().unwrap_or_else(|| NodeState::unknown(at));
    let is_change = before.is_some_and(|before| before.state.is_operational() != seen.is_operational());
    let was_flapping = after.is_flapping;
    // Where nobody asks for it, nothing is remembered that would have to be saved.
    after.changes = policy.flapping.map_or_else(Changes::default, |_| after.changes.and(is_change));
    after.is_flapping = policy.flapping.is_some_and(|thresholds| {
        // It begins with trouble, so that there is an incident to tell of.
        thresholds.is_flapping(after.changes, was_flapping) && (was_flapping || !seen.is_operational())
    });
    if after.state != seen {
        (after.state, after.since) = (seen, at);
    }
    if seen.is_operational() {
        well(&mut after, was_flapping, policy, &mut effects);
    } else {
        ill(&mut after, was_flapping, at, policy, &mut effects);
    }
    (after, effects)
}

/// Takes into account that nothing is due yet by which the node could be judged: it is unknown, but does not fail. An incident that is
/// open stays open.
pub fn wait(before: Option<&NodeState>, at: DateTime<FixedOffset>) -> (NodeState, Vec<Effect>) {
    let mut after = before.cloned().unwrap_or_else(|| NodeState::unknown(at));
    let mut effects = Vec::new();
    if after.state != State::Unknown {
        effects.push(Effect::Transition { from: after.state, to: State::Unknown, since: after.since });
        (after.state, after.since) = (State::Unknown, at);
    }
    if !after.announced {
        (after.retries, after.trouble) = (0, None);
    }
    after.successes = 0;
    (after, effects)
}

/// The node is operational.
fn well(node: &mut NodeState, was_flapping: bool, policy: Policy, effects: &mut Vec<Effect>) {
    (node.retries, node.last_state) = (0, State::Operational);
    if !node.announced {
        (node.trouble, node.successes) = (None, 0);
        return;
    }
    node.successes = node.successes.saturating_add(1);
    let is_confirmed = was_flapping || node.successes >= policy.successes_before_recovery;
    if node.is_flapping || !is_confirmed {
        return;
    }
    let last_state = node.trouble.map_or(State::Unknown, |trouble| trouble.latest);
    let kind = if was_flapping { NotificationKind::FlappingEnded } else { NotificationKind::Recovered };
    effects.extend([Effect::IncidentEnded, Effect::Notify { kind, state: State::Operational, last_state }]);
    (node.announced, node.trouble, node.successes, node.reminded) = (false, None, 0, None);
}

/// The node is not operational, since this check or an earlier one.
fn ill(node: &mut NodeState, was_flapping: bool, at: DateTime<FixedOffset>, policy: Policy, effects: &mut Vec<Effect>) {
    let (state, last_state) = (node.state, node.last_state);
    node.successes = 0;
    node.retries = node.retries.saturating_add(1);
    let before = node.trouble;
    let trouble = before.map_or(Trouble { since: at, worst: state, latest: state }, |trouble| Trouble {
        worst: trouble.worst.max(state),
        latest: state,
        ..trouble
    });
    node.trouble = Some(trouble);
    let begins_to_flap = node.is_flapping && !was_flapping;
    let is_confirmed = begins_to_flap || node.retries >= policy.retries_before_notify;

    if !node.announced && is_confirmed {
        effects.push(Effect::IncidentOpened(trouble));
        let kind = if begins_to_flap { NotificationKind::FlappingStarted } else { NotificationKind::Opened };
        effects.push(Effect::Notify { kind, state, last_state });
        (node.announced, node.reminded) = (true, Some(Reminded::first(at)));
        return;
    }
    if !node.announced {
        return;
    }
    if before.is_some_and(|before| before.worst < trouble.worst) {
        effects.push(Effect::IncidentWorsened { worst: trouble.worst, last_state });
    }
    let kind = if begins_to_flap {
        Some(NotificationKind::FlappingStarted)
    } else if was_flapping && !node.is_flapping {
        Some(NotificationKind::FlappingEnded)
    } else {
        None
    };
    if let Some(kind) = kind {
        effects.push(Effect::Notify { kind, state, last_state });
        node.reminded = Some(Reminded::first(at));
    } else if let Some(reminder) = policy.reminder.filter(|_| !node.is_flapping) {
        let reminded = node.reminded.unwrap_or_else(|| Reminded::first(trouble.since));
        if reminder.is_due(reminded, at) {
            effects.push(Effect::Notify { kind: NotificationKind::Reminder, state, last_state });
            node.reminded = Some(reminded.again(at));
        }
    }
}

#[cfg(test)]
mod tests;
