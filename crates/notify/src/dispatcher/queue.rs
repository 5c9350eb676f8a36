//! The pending notifications of one channel, and what to do with them when. Pure: the task passes the time and does what the queue says.

use super::limits::Limits;
use super::policy::SuppressionSource;
use crate::{DeliveryError, Outlook};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{DropReason, NotificationKind, SuppressionReason};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;
use storage::{Notification, NotificationKey, Renames, Undeliverable};
use system::backoff::Backoff;

/// The most pending notifications. More of them would not help any reader.
pub(super) const MOST_WAITING: usize = 20_000;

/// A delivery is dropped after this number of refusals, since it delays all that follow.
const MOST_REFUSALS: u32 = 3;

/// The longest wait for further notifications, in group windows.
const MOST_WINDOWS: u32 = 6;

/// The pauses between the attempts of one channel.
const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(5 * 60) };

const MINUTE: Duration = Duration::from_secs(60);

/// The time between two questions whether suppressed notifications are still suppressed.
const ASK_SUPPRESSION_AGAIN: Duration = Duration::from_secs(5);

/// The time between two questions whether other failures may still be confirmed.
const ASK_CONFIRMATIONS_AGAIN: Duration = Duration::from_secs(1);

/// The time: `elapsed` since the start of the process for pauses, since no one can set it; the wall clock for everything else.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub elapsed: Duration,
    pub wall: DateTime<FixedOffset>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing until then, or until a notification arrives.
    Wait(Option<Duration>),
    /// Store that these belong to one delivery; then call [`Queue::sealed`].
    Seal(Vec<Notification>),
    /// Send these; then call [`Queue::delivered`] or [`Queue::failed`].
    Send(Batch),
    /// Remove these from the store: they are obsolete. Then call [`Queue::removed`].
    Remove(Vec<Obsolete>),
    /// Store that these are dropped.
    Drop(Vec<Notification>),
}

/// A notification that is never sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Obsolete {
    pub message: Notification,
    /// Why it is not sent.
    pub reason: String,
}

/// The notifications of one delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The same for every attempt.
    pub key: String,
    pub messages: Vec<Notification>,
    /// The earliest time at which it could have been sent.
    pub ready: DateTime<FixedOffset>,
}

pub struct Queue {
    limits: Limits,
    waiting: VecDeque<Waiting>,
    /// Deliveries that were begun, in order.
    batches: VecDeque<Batch>,
    /// Failures in a row.
    failures: u32,
    refusals: u32,
    last_error: String,
    /// Nothing is sent before this.
    pause_until: Duration,
    /// The deliveries of the last minute.
    sent: VecDeque<Duration>,
}

struct Waiting {
    message: Notification,
    arrived: Duration,
    /// Why it is suppressed; absent while it is not.
    suppressed: Option<SuppressionReason>,
    /// The end of the suppression; absent if there was none.
    released: Option<DateTime<FixedOffset>>,
}

impl Queue {
    /// Continues with the notifications of the store, of which none is dropped.
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
            queue.insert(message, Duration::ZERO);
        }
        queue
    }

    /// Adds a notification that is in the store, new or from before the start.
    pub fn add(&mut self, message: Notification, now: Now) {
        self.insert(message, now.elapsed);
    }

    fn insert(&mut self, message: Notification, arrived: Duration) {
        match message.delivery.clone() {
            None => self.waiting.push_back(Waiting { message, arrived, suppressed: None, released: None }),
            // Its delivery was begun and is continued.
            Some(key) => match self.batches.iter_mut().find(|batch| batch.key == key) {
                Some(batch) => batch.messages.push(message),
                None => self.batches.push_back(Batch { key, ready: message.created, messages: vec![message] }),
            },
        }
    }

    /// The channel is configured in another way now. Earlier failures do not count for it.
    pub fn reconfigure(&mut self, limits: Limits) {
        self.limits = limits;
        (self.failures, self.refusals, self.pause_until) = (0, 0, Duration::ZERO);
    }

    /// What to do next when the channel is no longer configured: what is pending is dropped, and the ends of incidents are removed, which no
    /// one misses who has removed the channel.
    pub fn step_of_removed(&mut self, now: Now) -> Step {
        let reason = DropReason::ChannelRemoved;
        let waiting = self.waiting.drain(..).map(|waiting| waiting.message);
        let all = self.batches.drain(..).flat_map(|batch| batch.messages).chain(waiting);
        let (ends, others): (Vec<_>, Vec<_>) = all.partition(Notification::ends_incident);
        if !others.is_empty() {
            ends.into_iter().for_each(|message| self.insert(message, now.elapsed));
            return Step::Drop(dropped(others, &reason, now));
        }
        if ends.is_empty() {
            return Step::Wait(None);
        }
        Step::Remove(ends.into_iter().map(|message| Obsolete { message, reason: reason.to_string() }).collect())
    }

    /// Services have other ids now. Returns the notifications that have changed, which are to be stored.
    pub fn rename(&mut self, renames: &Renames) -> Vec<Notification> {
        let waiting = self.waiting.iter_mut().map(|waiting| &mut waiting.message);
        let messages = waiting.chain(self.batches.iter_mut().flat_map(|batch| &mut batch.messages));
        let renamed = messages.filter_map(|message| {
            message.rename(renames.present(&message.service)?.clone());
            Some(message.clone())
        });
        renamed.collect()
    }

    /// The number of pending notifications, and of suppressed ones for each reason.
    pub fn count(&self) -> (usize, BTreeMap<SuppressionReason, usize>) {
        let in_batches: usize = self.batches.iter().map(|batch| batch.messages.len()).sum();
        let mut suppressed = BTreeMap::<SuppressionReason, usize>::new();
        for reason in self.waiting.iter().filter_map(|waiting| waiting.suppressed.as_ref()) {
            match suppressed.get_mut(reason) {
                Some(count) => *count += 1,
                None => drop(suppressed.insert(reason.clone(), 1)),
            }
        }
        (self.waiting.len() + in_batches, suppressed)
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// What to do next. It returns the same step until the task reports it as done.
    ///
    /// `confirmations` says whether other failures of which the channel would be notified may be confirmed within a time.
    pub fn step(&mut self, now: Now, suppression: &dyn SuppressionSource, confirmations: &dyn Fn(Duration) -> bool) -> Step {
        if let Some(dropped) = self.too_old(now).or_else(|| self.refused(now)).or_else(|| self.too_many(now)) {
            return Step::Drop(dropped);
        }
        if let Some(batch) = self.batches.front() {
            let is_pause = now.elapsed < self.pause_until;
            return if is_pause { Step::Wait(Some(self.pause_until)) } else { Step::Send(batch.clone()) };
        }
        // Ended incidents come first: the row may be operational already, so that the begin would no longer be suppressed.
        let mut obsolete = self.obsolete();
        if obsolete.is_empty() {
            self.ask(suppression, now);
            obsolete = self.obsolete();
        }
        if !obsolete.is_empty() {
            return Step::Remove(obsolete);
        }
        let Some(due) = self.due(now, confirmations) else {
            let is_any_suppressed = !self.waiting.is_empty();
            return Step::Wait(is_any_suppressed.then(|| now.elapsed + ASK_SUPPRESSION_AGAIN));
        };
        if now.elapsed < due {
            return Step::Wait(Some(due));
        }
        let ready: Vec<Notification> =
            self.waiting.iter().filter(|waiting| waiting.suppressed.is_none()).map(|it| it.message.clone()).collect();
        let key = key_of(&ready);
        Step::Seal(ready.into_iter().map(|message| Notification { delivery: Some(key.clone()), ..message }).collect())
    }

    /// The notifications of [`Step::Seal`] are stored.
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

    /// These are removed from the store.
    pub fn removed(&mut self, obsolete: &[Obsolete]) {
        let keys: HashSet<&NotificationKey> = obsolete.iter().map(|obsolete| &obsolete.message.key).collect();
        self.waiting.retain(|waiting| !keys.contains(&waiting.message.key));
    }

    /// The receiver has confirmed the batch, and it is removed from the store.
    pub fn delivered(&mut self, now: Now) {
        self.batches.pop_front();
        self.sent.push_back(now.elapsed);
        (self.failures, self.refusals, self.pause_until) = (0, 0, Duration::ZERO);
    }

    /// The attempt to deliver the batch failed. `jitter`, from 0 to 1, spreads the next attempts.
    pub fn failed(&mut self, error: &DeliveryError, now: Now, jitter: f64) {
        self.failures = self.failures.saturating_add(1);
        self.last_error.clone_from(&error.message);
        let mut pause = BACKOFF.pause(self.failures, jitter);
        match error.outlook {
            Outlook::Later => {}
            Outlook::After(wanted) => pause = pause.max(wanted.min(self.limits.give_up_after)),
            Outlook::Refused => self.refusals += 1,
        }
        self.pause_until = now.elapsed + pause;
    }

    /// Notifications that were tried and are too old now. The others of their batch are sent without them.
    fn too_old(&mut self, now: Now) -> Option<Vec<Notification>> {
        let limit = TimeDelta::from_std(self.limits.give_up_after).unwrap_or(TimeDelta::MAX);
        let batch = self.batches.front().filter(|_| self.failures > 0)?;
        // A suppressed notification could not be sent earlier.
        let is_old = |message: &Notification| now.wall - message.created.max(batch.ready) >= limit;
        if !batch.messages.iter().any(is_old) {
            return None;
        }
        let batch = self.batches.pop_front()?;
        let (old, young): (Vec<_>, Vec<_>) =
            batch.messages.into_iter().partition(|message| now.wall - message.created.max(batch.ready) >= limit);
        for message in young.into_iter().rev() {
            let message = Notification { delivery: None, ..message };
            self.waiting.push_front(Waiting { message, arrived: Duration::ZERO, suppressed: None, released: Some(batch.ready) });
        }
        let reason = DropReason::NotInTime { error: self.last_error.clone() };
        Some(dropped(old, &reason, now))
    }

    fn refused(&mut self, now: Now) -> Option<Vec<Notification>> {
        if self.refusals < MOST_REFUSALS {
            return None;
        }
        self.refusals = 0;
        let batch = self.batches.pop_front()?;
        let reason = DropReason::Refused { times: MOST_REFUSALS, error: self.last_error.clone() };
        Some(dropped(batch.messages, &reason, now))
    }

    fn too_many(&mut self, now: Now) -> Option<Vec<Notification>> {
        let surplus = self.waiting.len().checked_sub(MOST_WAITING).filter(|surplus| *surplus > 0)?;
        let oldest = self.waiting.drain(..surplus).map(|waiting| waiting.message).collect();
        Some(dropped(oldest, &DropReason::TooMany { most: MOST_WAITING }, now))
    }

    fn ask(&mut self, suppression: &dyn SuppressionSource, now: Now) {
        for waiting in &mut self.waiting {
            let suppressed = suppression.reason(&waiting.message, now.wall);
            if waiting.suppressed.is_some() && suppressed.is_none() {
                (waiting.released, waiting.arrived) = (Some(now.wall), now.elapsed);
            }
            waiting.suppressed = suppressed;
        }
    }

    /// Obsolete notifications: of incidents that began and ended while suppressed, and reminders that are suppressed or followed by a newer
    /// notification.
    fn obsolete(&self) -> Vec<Obsolete> {
        let mut obsolete = Vec::new();
        let mut followed: HashSet<u64> = HashSet::new();
        let suppressed_openings: HashMap<u64, &SuppressionReason> = self
            .waiting
            .iter()
            .filter(|waiting| opens(waiting.message.kind))
            .filter_map(|waiting| Some((waiting.message.incident, waiting.suppressed.as_ref()?)))
            .collect();
        // Why nothing is sent of these incidents.
        let mut ended: HashMap<u64, &SuppressionReason> = HashMap::new();
        for Waiting { message, suppressed, .. } in self.waiting.iter().rev() {
            let incident = message.incident;
            if let Some(reason) = suppressed_openings.get(&incident).filter(|_| message.ends_incident()) {
                ended.insert(incident, reason);
            }
            let own_reason = suppressed.as_ref();
            let is_reminder = message.kind == NotificationKind::Reminder;
            let reason = match ended.get(&incident) {
                Some(reason) => Some(own_reason.unwrap_or(reason).to_string()),
                None if !is_reminder => None,
                None => {
                    let is_followed = followed.contains(&incident);
                    own_reason.or(is_followed.then_some(&SuppressionReason::Followed)).map(ToString::to_string)
                }
            };
            obsolete.extend(reason.map(|reason| Obsolete { message: message.clone(), reason }));
            followed.insert(incident);
        }
        obsolete.reverse();
        obsolete
    }

    /// When the notifications that are not suppressed are sent; `None` if there are none.
    fn due(&mut self, now: Now, confirmations: &dyn Fn(Duration) -> bool) -> Option<Duration> {
        let ready = || self.waiting.iter().filter(|waiting| waiting.suppressed.is_none());
        let arrivals = || ready().map(|waiting| waiting.arrived);
        let (first, last) = (arrivals().min()?, arrivals().max()?);
        let window = self.limits.group_window;
        let mut grouped = (last + window).min(first + window * MOST_WINDOWS);
        // Only failures wait for other failures; a recovery is sent without delay, with what else is ready.
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

fn dropped(messages: Vec<Notification>, reason: &DropReason, now: Now) -> Vec<Notification> {
    let given_up = || Some(Undeliverable { at: now.wall, reason: reason.to_string() });
    messages.into_iter().map(|message| Notification { given_up: given_up(), ..message }).collect()
}

/// A key that identifies these notifications.
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
