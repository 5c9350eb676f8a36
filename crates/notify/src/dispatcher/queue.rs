//! What waits for one channel, and what is to be done with it when. Pure: the time is told to it, and what it says is done by the task.

use super::backoff::pause;
use super::gate::Gate;
use super::limits::Limits;
use crate::{DeliveryError, Outlook};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::NotificationKind;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;
use storage::{Notification, NotificationKey, Undeliverable};

/// Messages that may wait. More than that would only bury whoever reads them.
pub(super) const MOST_WAITING: usize = 20_000;

/// So often a delivery is refused before it is given up: it would hold up all that come after it.
const MOST_REFUSALS: u32 = 3;

/// News that keeps coming is waited for no longer than so many windows.
const MOST_WINDOWS: u32 = 6;

const MINUTE: Duration = Duration::from_secs(60);

/// How often the gate is asked about what it holds.
const ASK_GATE_AGAIN: Duration = Duration::from_secs(5);

/// How often is asked whether other failures may still be confirmed.
const ASK_CONFIRMATIONS_AGAIN: Duration = Duration::from_secs(1);

/// The time: for pauses, how long the process has been running, which nobody can set; for everything else that of the wall.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub elapsed: Duration,
    pub wall: DateTime<FixedOffset>,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing until then, or until something comes.
    Wait(Option<Duration>),
    /// Store these, which go together from now on; then [`Queue::sealed`].
    Seal(Vec<Notification>),
    /// Send these; then [`Queue::delivered`] or [`Queue::failed`].
    Send(Batch),
    /// Nobody needs to be told of these any more: remove them from the store.
    Forget(Vec<NotificationKey>),
    /// Nobody tries to send these any more: store them so.
    GiveUp(Vec<Notification>),
}

/// Messages that go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The same for every attempt.
    pub key: String,
    pub messages: Vec<Notification>,
    /// Since when it could have been sent.
    pub ready: DateTime<FixedOffset>,
}

pub struct Queue {
    limits: Limits,
    waiting: VecDeque<Waiting>,
    /// What somebody has begun to send, in order.
    batches: VecDeque<Batch>,
    /// Failures in a row.
    failures: u32,
    refusals: u32,
    last_error: String,
    /// Nothing is sent before.
    pause_until: Duration,
    /// When something was sent within the last minute.
    sent: VecDeque<Duration>,
}

struct Waiting {
    message: Notification,
    arrived: Duration,
    /// Why nobody is to be told now; absent while somebody is.
    held: Option<String>,
    /// When it was held no longer; absent if it never was.
    released: Option<DateTime<FixedOffset>>,
}

impl Queue {
    /// Goes on with what the store has of the time before the process began; nothing in it has been given up.
    pub fn new(limits: Limits, stored: Vec<Notification>) -> Self {
        let mut queue = Self {
            limits,
            waiting: VecDeque::new(),
            batches: VecDeque::new(),
            failures: 0,
            refusals: 0,
            last_error: String::new(),
            pause_until: Duration::ZERO,
            sent: VecDeque::new(),
        };
        for message in stored {
            queue.take_up(message, Duration::ZERO);
        }
        queue
    }

    /// Takes a message that is in the store: a new one, or one of the time before the process began.
    pub fn add(&mut self, message: Notification, now: Now) {
        self.take_up(message, now.elapsed);
    }

    fn take_up(&mut self, message: Notification, arrived: Duration) {
        match message.delivery.clone() {
            None => self.waiting.push_back(Waiting { message, arrived, held: None, released: None }),
            // Somebody has begun to send it, and goes on with that.
            Some(key) => match self.batches.iter_mut().find(|batch| batch.key == key) {
                Some(batch) => batch.messages.push(message),
                None => self.batches.push_back(Batch { key, ready: message.created, messages: vec![message] }),
            },
        }
    }

    /// How many messages are to be sent, and how many of them are held for each reason.
    pub fn count(&self) -> (usize, BTreeMap<String, usize>) {
        let in_batches: usize = self.batches.iter().map(|batch| batch.messages.len()).sum();
        let mut held = BTreeMap::<String, usize>::new();
        for reason in self.waiting.iter().filter_map(|waiting| waiting.held.as_ref()) {
            match held.get_mut(reason) {
                Some(count) => *count += 1,
                None => drop(held.insert(reason.clone(), 1)),
            }
        }
        (self.waiting.len() + in_batches, held)
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// What is to be done next. It says the same again until the task has told of having done it.
    ///
    /// `confirmations` says whether other failures that the channel would be notified of may be confirmed within a time.
    pub fn step(&mut self, now: Now, gate: &dyn Gate, confirmations: &dyn Fn(Duration) -> bool) -> Step {
        if let Some(given_up) = self.too_old(now).or_else(|| self.refused(now)).or_else(|| self.too_many(now)) {
            return Step::GiveUp(given_up);
        }
        if let Some(batch) = self.batches.front() {
            let is_pause = now.elapsed < self.pause_until;
            return if is_pause { Step::Wait(Some(self.pause_until)) } else { Step::Send(batch.clone()) };
        }
        // What ended is looked for first: its row may say so already, and then the gate would hold its begin no longer.
        let mut unnecessary = self.unnecessary();
        if unnecessary.is_empty() {
            self.ask(gate, now);
            unnecessary = self.unnecessary();
        }
        if !unnecessary.is_empty() {
            return Step::Forget(unnecessary);
        }
        let Some(due) = self.due(now, confirmations) else {
            let is_anything_held = !self.waiting.is_empty();
            return Step::Wait(is_anything_held.then(|| now.elapsed + ASK_GATE_AGAIN));
        };
        if now.elapsed < due {
            return Step::Wait(Some(due));
        }
        let ready: Vec<Notification> =
            self.waiting.iter().filter(|waiting| waiting.held.is_none()).map(|it| it.message.clone()).collect();
        let key = key_of(&ready);
        Step::Seal(ready.into_iter().map(|message| Notification { delivery: Some(key.clone()), ..message }).collect())
    }

    /// The messages of [`Step::Seal`] are stored.
    pub fn sealed(&mut self, messages: Vec<Notification>) {
        let keys: HashSet<&NotificationKey> = messages.iter().map(|message| &message.key).collect();
        let mut ready = messages.iter().map(|message| message.created).min();
        self.waiting.retain(|waiting| {
            let is_sealed = keys.contains(&waiting.message.key);
            if is_sealed {
                ready = ready.max(waiting.released);
            }
            !is_sealed
        });
        if let Some((ready, key)) = ready.zip(messages.first().and_then(|message| message.delivery.clone())) {
            self.batches.push_back(Batch { key, messages, ready });
        }
    }

    /// These are out of the store.
    pub fn forgotten(&mut self, keys: &[NotificationKey]) {
        let keys: HashSet<&NotificationKey> = keys.iter().collect();
        self.waiting.retain(|waiting| !keys.contains(&waiting.message.key));
    }

    /// The receiver has taken the batch, and it is out of the store.
    pub fn delivered(&mut self, now: Now) {
        self.batches.pop_front();
        self.sent.push_back(now.elapsed);
        (self.failures, self.refusals, self.pause_until) = (0, 0, Duration::ZERO);
    }

    /// The receiver has not taken the batch. `jitter`, from 0 to 1, spreads the next attempts.
    pub fn failed(&mut self, error: &DeliveryError, now: Now, jitter: f64) {
        self.failures = self.failures.saturating_add(1);
        self.last_error.clone_from(&error.message);
        let mut pause = pause(self.failures, jitter);
        match error.outlook {
            Outlook::Later => {}
            Outlook::After(wanted) => pause = pause.max(wanted.min(self.limits.give_up_after)),
            Outlook::Refused => self.refusals += 1,
        }
        self.pause_until = now.elapsed + pause;
    }

    /// Messages that were tried and are too old now. The others of their batch are sent without them.
    fn too_old(&mut self, now: Now) -> Option<Vec<Notification>> {
        let limit = TimeDelta::from_std(self.limits.give_up_after).unwrap_or(TimeDelta::MAX);
        let batch = self.batches.front().filter(|_| self.failures > 0)?;
        // What was held could not be sent before.
        let is_old = |message: &Notification| now.wall - message.created.max(batch.ready) >= limit;
        if !batch.messages.iter().any(is_old) {
            return None;
        }
        let batch = self.batches.pop_front()?;
        let (old, young): (Vec<_>, Vec<_>) =
            batch.messages.into_iter().partition(|message| now.wall - message.created.max(batch.ready) >= limit);
        for message in young.into_iter().rev() {
            let message = Notification { delivery: None, ..message };
            self.waiting.push_front(Waiting { message, arrived: Duration::ZERO, held: None, released: Some(batch.ready) });
        }
        let reason = format!("not delivered in time; the last attempt failed: {}", self.last_error);
        Some(give_up(old, &reason, now))
    }

    fn refused(&mut self, now: Now) -> Option<Vec<Notification>> {
        if self.refusals < MOST_REFUSALS {
            return None;
        }
        self.refusals = 0;
        let batch = self.batches.pop_front()?;
        Some(give_up(batch.messages, &format!("refused {MOST_REFUSALS} times: {}", self.last_error), now))
    }

    fn too_many(&mut self, now: Now) -> Option<Vec<Notification>> {
        let surplus = self.waiting.len().checked_sub(MOST_WAITING).filter(|surplus| *surplus > 0)?;
        let oldest = self.waiting.drain(..surplus).map(|waiting| waiting.message).collect();
        Some(give_up(oldest, &format!("more than {MOST_WAITING} messages waited"), now))
    }

    fn ask(&mut self, gate: &dyn Gate, now: Now) {
        for waiting in &mut self.waiting {
            let held = gate.hold(&waiting.message, now.wall);
            if waiting.held.is_some() && held.is_none() {
                (waiting.released, waiting.arrived) = (Some(now.wall), now.elapsed);
            }
            waiting.held = held;
        }
    }

    /// News that is none any more: what ended while nobody was to be told of it, and reminders that are held or that something newer
    /// follows.
    fn unnecessary(&self) -> Vec<NotificationKey> {
        let mut keys = Vec::new();
        let mut ended: HashSet<u64> = HashSet::new();
        let mut followed: HashSet<u64> = HashSet::new();
        let held_openings: HashSet<u64> = self
            .waiting
            .iter()
            .filter(|waiting| waiting.held.is_some() && opens(waiting.message.kind))
            .map(|waiting| waiting.message.incident)
            .collect();
        for Waiting { message, held, .. } in self.waiting.iter().rev() {
            let incident = message.incident;
            if message.ends_incident() && held_openings.contains(&incident) {
                ended.insert(incident);
            }
            let is_stale = message.kind == NotificationKind::Reminder && (held.is_some() || followed.contains(&incident));
            if ended.contains(&incident) || is_stale {
                keys.push(message.key.clone());
            }
            followed.insert(incident);
        }
        keys
    }

    /// When what is not held is to be sent; nothing when there is none.
    fn due(&mut self, now: Now, confirmations: &dyn Fn(Duration) -> bool) -> Option<Duration> {
        let ready = || self.waiting.iter().filter(|waiting| waiting.held.is_none());
        let arrivals = || ready().map(|waiting| waiting.arrived);
        let (first, last) = (arrivals().min()?, arrivals().max()?);
        let window = self.limits.group_window;
        let mut grouped = (last + window).min(first + window * MOST_WINDOWS);
        // Only failures wait for other failures; a recovery is sent without delay, with what is ready beside it.
        if grouped <= now.elapsed && ready().all(|waiting| opens(waiting.message.kind)) {
            let left = (first + self.limits.group_wait).saturating_sub(now.elapsed);
            if !left.is_zero() && confirmations(left) {
                grouped = now.elapsed + left.min(ASK_CONFIRMATIONS_AGAIN);
            }
        }
        while self.sent.front().is_some_and(|sent| *sent + MINUTE <= now.elapsed) {
            self.sent.pop_front();
        }
        let surplus = (self.sent.len() + 1).checked_sub(self.limits.max_per_minute.max(1));
        let allowed =
            surplus.filter(|surplus| *surplus > 0).and_then(|surplus| self.sent.get(surplus - 1)).map(|sent| *sent + MINUTE);
        Some(grouped.max(self.pause_until).max(allowed.unwrap_or_default()))
    }
}

fn opens(kind: NotificationKind) -> bool {
    matches!(kind, NotificationKind::Opened | NotificationKind::Worsened | NotificationKind::FlappingStarted)
}

fn give_up(messages: Vec<Notification>, reason: &str, now: Now) -> Vec<Notification> {
    let given_up = || Some(Undeliverable { at: now.wall, reason: reason.to_owned() });
    messages.into_iter().map(|message| Notification { given_up: given_up(), ..message }).collect()
}

/// A key that says which messages these are.
fn key_of(messages: &[Notification]) -> String {
    let mut hash = Sha256::new();
    for message in messages {
        hash.update(message.key.0.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
