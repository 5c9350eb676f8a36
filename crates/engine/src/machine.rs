//! The state machine of a node: states, retries, incidents and notifications. Pure, without clock and IO, so that tables test every
//! rule.

mod flapping;
mod reminders;

pub use flapping::{Changes, FlapThresholds};
pub use reminders::{Reminded, Reminder};

use chrono::{DateTime, FixedOffset};
use model::{NotificationKind, State};

/// The state of one node from check to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeState {
    pub state: State,
    /// The time of the change to `state`.
    pub since: DateTime<FixedOffset>,
    /// Failed checks in a row, including the first one.
    pub retries: u32,
    /// The state before the failure. Unknown for a node that was never operational.
    pub last_state: State,
    /// Whether the failure is confirmed and notified, so that its end is notified, too.
    pub incident_open: bool,
    /// The failure, confirmed or not. Absent while the node is operational, unless its recovery is not confirmed yet.
    pub failure: Option<Failure>,
    /// Operational checks in a row, counted until the recovery is confirmed.
    pub successes: u32,
    /// Its latest changes between operational and not. Empty if the policy has no flapping.
    pub changes: Changes,
    /// Whether it changes so often that single changes are not notified.
    pub is_flapping: bool,
    /// The latest notification of the incident.
    pub reminded: Option<Reminded>,
}

/// Checks in a row that did not find a node operational.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The first failed check.
    pub since: DateTime<FixedOffset>,
    /// The most urgent state.
    pub worst: State,
    /// The latest state other than operational.
    pub latest: State,
}

/// When incidents open and end, and which notifications they cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// The incident opens when `retries` reaches this. 0 and 1 both mean at the first failed check.
    pub retries_before_notify: u32,
    /// The incident ends after this many operational checks in a row. 0 and 1 both mean at the first one.
    pub successes_before_recovery: u32,
    /// When reminders of an open incident are sent; absent for never.
    pub reminder: Option<Reminder>,
    /// When a node counts as flapping; absent for never.
    pub flapping: Option<FlapThresholds>,
}

/// The rules of the original Platus.
impl Default for Policy {
    fn default() -> Self {
        Self { retries_before_notify: 3, successes_before_recovery: 1, reminder: None, flapping: None }
    }
}

/// What follows from an observation, besides the new state itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The state changed. The previous one had lasted since `since`.
    Transition { from: State, to: State, since: DateTime<FixedOffset> },
    /// The failure is confirmed.
    IncidentOpened(Failure),
    /// The incident has a more urgent state than before. Channels that are only notified of such states are notified now.
    IncidentWorsened { worst: State, last_state: State },
    /// The incident is over.
    IncidentEnded,
    /// A notification is sent: `NAME state changed to STATE before it was LAST_STATE`.
    Notify { kind: NotificationKind, state: State, last_state: State },
}

impl NodeState {
    /// The state of a node before its first check.
    pub fn unknown(since: DateTime<FixedOffset>) -> Self {
        Self {
            state: State::Unknown,
            since,
            retries: 0,
            last_state: State::Unknown,
            incident_open: false,
            failure: None,
            successes: 0,
            changes: Changes::default(),
            is_flapping: false,
            reminded: None,
        }
    }
}

/// Applies the state that a check found at `at`.
///
/// Without further rules in the policy, the rules are those of the original Platus: any state but operational raises `retries` and keeps
/// `last_state`. One notification is sent when `retries` reaches the limit, and one when the node is operational again after that.
pub fn observe(before: Option<&NodeState>, seen: State, at: DateTime<FixedOffset>, policy: Policy) -> (NodeState, Vec<Effect>) {
    let mut effects = Vec::new();
    if let Some(before) = before.filter(|before| before.state != seen) {
        effects.push(Effect::Transition { from: before.state, to: seen, since: before.since });
    }
    let mut after = before.cloned().unwrap_or_else(|| NodeState::unknown(at));
    let is_change = before.is_some_and(|before| before.state.is_operational() != seen.is_operational());
    let was_flapping = after.is_flapping;
    // Changes that no policy asks for would have to be stored with every check.
    after.changes = policy.flapping.map_or_else(Changes::default, |_| after.changes.and(is_change));
    after.is_flapping = policy.flapping.is_some_and(|thresholds| {
        // It begins with a failed check, so that there is an incident to notify.
        thresholds.is_flapping(after.changes, was_flapping) && (was_flapping || !seen.is_operational())
    });
    if after.state != seen {
        (after.state, after.since) = (seen, at);
    }
    if seen.is_operational() {
        operational(&mut after, was_flapping, policy, &mut effects);
    } else {
        failing(&mut after, was_flapping, at, policy, &mut effects);
    }
    (after, effects)
}

/// Applies an observation that says that no result is due yet: the state is unknown, but not a failure. An open incident stays open.
pub fn wait(before: Option<&NodeState>, at: DateTime<FixedOffset>) -> (NodeState, Vec<Effect>) {
    let mut after = before.cloned().unwrap_or_else(|| NodeState::unknown(at));
    let mut effects = Vec::new();
    if after.state != State::Unknown {
        effects.push(Effect::Transition { from: after.state, to: State::Unknown, since: after.since });
        (after.state, after.since) = (State::Unknown, at);
    }
    if !after.incident_open {
        (after.retries, after.failure) = (0, None);
    }
    after.successes = 0;
    (after, effects)
}

/// A check found the node operational.
fn operational(node: &mut NodeState, was_flapping: bool, policy: Policy, effects: &mut Vec<Effect>) {
    (node.retries, node.last_state) = (0, State::Operational);
    if !node.incident_open {
        (node.failure, node.successes) = (None, 0);
        return;
    }
    node.successes = node.successes.saturating_add(1);
    let is_confirmed = was_flapping || node.successes >= policy.successes_before_recovery;
    if node.is_flapping || !is_confirmed {
        return;
    }
    let last_state = node.failure.map_or(State::Unknown, |failure| failure.latest);
    let kind = if was_flapping { NotificationKind::FlappingEnded } else { NotificationKind::Recovered };
    effects.extend([Effect::IncidentEnded, Effect::Notify { kind, state: State::Operational, last_state }]);
    (node.incident_open, node.failure, node.successes, node.reminded) = (false, None, 0, None);
}

/// A check found the node failing.
fn failing(node: &mut NodeState, was_flapping: bool, at: DateTime<FixedOffset>, policy: Policy, effects: &mut Vec<Effect>) {
    let (state, last_state) = (node.state, node.last_state);
    node.successes = 0;
    node.retries = node.retries.saturating_add(1);
    let before = node.failure;
    let failure = before.map_or(Failure { since: at, worst: state, latest: state }, |failure| Failure {
        worst: failure.worst.max(state),
        latest: state,
        ..failure
    });
    node.failure = Some(failure);
    let begins_to_flap = node.is_flapping && !was_flapping;
    let is_confirmed = begins_to_flap || node.retries >= policy.retries_before_notify;

    if !node.incident_open && is_confirmed {
        effects.push(Effect::IncidentOpened(failure));
        let kind = if begins_to_flap { NotificationKind::FlappingStarted } else { NotificationKind::Opened };
        effects.push(Effect::Notify { kind, state, last_state });
        (node.incident_open, node.reminded) = (true, Some(Reminded::first(at)));
        return;
    }
    if !node.incident_open {
        return;
    }
    if before.is_some_and(|before| before.worst < failure.worst) {
        effects.push(Effect::IncidentWorsened { worst: failure.worst, last_state });
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
        let reminded = node.reminded.unwrap_or_else(|| Reminded::first(failure.since));
        if reminder.is_due(reminded, at) {
            effects.push(Effect::Notify { kind: NotificationKind::Reminder, state, last_state });
            node.reminded = Some(reminded.again(at));
        }
    }
}

#[cfg(test)]
mod tests;
