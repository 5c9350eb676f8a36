//! When each service is due. Pure: the caller passes the time.
//!
//! **First checks** begin at the start, one after another at the rate of `starts_per_second`: ten services are checked within a
//! second and thousands within half a minute, whatever their intervals are. The order is by interval, and then by host, so that the
//! first check of a service never comes later than its interval.
//!
//! **The phase** of a service is its place in this order, and it keeps it: the second check follows one interval after the first. No
//! more checks begin per second than at the start, so there is no need to spread the few checks of a small installation over the whole
//! interval. The services of one host stay neighbours, and that matters more: when the host dies, their failures are confirmed within
//! seconds of one another, and one notification has all of them.
//!
//! **After a restart** a service is due one interval after its latest stored check. A service that was not checked yet, or whose due
//! time has passed, is due at the start. Services with the same interval share one sequence, which continues where it was: a service
//! that was added to the configuration joins it after its first check.
//!
//! **After a reload** a service with a new configuration is due at once, and keeps the phase that begins there.
//!
//! **A run that takes longer than its interval** is followed by the next one at once. Missed runs are not repeated.

use super::Service;
use model::ServiceId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// The least rate of first checks, per second. Any machine can begin as many, even if each starts a process (`exec`).
const LEAST_STARTS_PER_SECOND: f64 = 20.0;

/// The longest time until all first checks have begun, in seconds.
const LONGEST_START: f64 = 30.0;

/// To keep its phase, a check may be later than its interval by this part of the interval, and by at most [`MOST_SLACK`]. A restart moves
/// the phase by the difference in the duration of checks.
const SLACK: u32 = 10;
const MOST_SLACK: Duration = Duration::from_secs(5);

/// The latest check of a service before the start of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastCheck {
    /// The time from its end to the start. Zero if that is unknown, for instance because the clock was set back since.
    pub ago: Duration,
    /// Whether the next check is a retry.
    pub needs_confirmation: bool,
}

/// When each service is due. All times are durations since the start of the process.
#[derive(Debug)]
pub struct Schedule {
    /// Of the services that can be checked.
    timings: BTreeMap<ServiceId, Timing>,
}

#[derive(Clone, Copy, Debug)]
struct Timing {
    interval: Duration,
    /// At most `interval`.
    retry_interval: Option<Duration>,
    /// Its time in the sequence of first checks.
    slot: Duration,
    first: Duration,
    /// It is due at this time, which is less than `interval`, and every interval after it.
    phase: Duration,
}

impl Schedule {
    /// `last_checks` has nothing of services that were never checked.
    pub fn new(services: &[Arc<Service>], last_checks: &HashMap<ServiceId, LastCheck>) -> Self {
        let mut order: Vec<&Service> = services.iter().map(AsRef::as_ref).filter(|service| service.check.is_ok()).collect();
        order.sort_by_key(|service| (service.interval, service.node.as_str(), service.rank()));
        let rate = starts_per_second(order.iter().map(|service| service.interval));

        let mut timings = BTreeMap::new();
        // The point at which the sequence of each interval continues.
        let mut origins: HashMap<Duration, Duration> = HashMap::new();
        for (number, service) in order.iter().enumerate() {
            let Service { interval, retry_interval, .. } = **service;
            let retry_interval = retry_interval.map(|retry| retry.min(interval));
            let slot = Duration::try_from_secs_f64(number as f64 / rate).unwrap_or_default();
            let last = last_checks.get(&service.id).copied();
            let left = last.and_then(|last| last.left(interval, retry_interval));
            let is_retry = retry_interval.is_some() && last.is_some_and(|last| last.needs_confirmation);
            if let Some(left) = left.filter(|_| !is_retry) {
                origins.entry(interval).or_insert_with(|| left + interval - remainder(slot, interval));
            }
            let timing = Timing { interval, retry_interval, slot, first: left.unwrap_or(slot), phase: slot };
            timings.insert(service.id.clone(), timing);
        }
        for timing in timings.values_mut() {
            let origin = origins.get(&timing.interval).copied().unwrap_or_default();
            timing.phase = remainder(origin + timing.slot, timing.interval);
        }
        Self { timings }
    }

    /// Adds services whose configuration is new, or replaces them. They are due from `now` on, one after another.
    pub fn add<'a>(&mut self, services: impl Iterator<Item = &'a Arc<Service>>, now: Duration) -> Vec<(ServiceId, Duration)> {
        let mut order: Vec<&Service> = services.map(AsRef::as_ref).collect();
        order.sort_by_key(|service| (service.interval, service.node.as_str(), service.rank()));
        let (order, broken): (Vec<_>, Vec<_>) = order.into_iter().partition(|service| service.check.is_ok());
        self.remove(broken.iter().map(|service| &service.id));
        let rate = starts_per_second(order.iter().map(|service| service.interval));
        let mut due = Vec::with_capacity(order.len());
        for (number, service) in order.into_iter().enumerate() {
            let slot = Duration::try_from_secs_f64(number as f64 / rate).unwrap_or_default();
            let (interval, first) = (service.interval, now + slot);
            let retry_interval = service.retry_interval.map(|retry| retry.min(interval));
            let timing = Timing { interval, retry_interval, slot, first, phase: remainder(first, interval) };
            self.timings.insert(service.id.clone(), timing);
            due.push((service.id.clone(), first));
        }
        due
    }

    /// Removes services.
    pub fn remove<'a>(&mut self, services: impl Iterator<Item = &'a ServiceId>) {
        for service in services {
            self.timings.remove(service);
        }
    }

    /// Whether the service is checked.
    pub fn has(&self, service: &ServiceId) -> bool {
        self.timings.contains_key(service)
    }

    /// The first due time of each service. Services that cannot be checked have none.
    pub fn first(&self) -> impl Iterator<Item = (&ServiceId, Duration)> {
        self.timings.iter().map(|(service, timing)| (service, timing.first))
    }

    /// The due time of a service whose state was reset at `now`.
    pub fn again(&self, service: &ServiceId, now: Duration) -> Duration {
        now + self.timings.get(service).map(|timing| timing.slot).unwrap_or_default()
    }

    /// The due time of a service after a run that was due at `begun` and has ended now. It is at most one interval and the slack after
    /// `begun`, unless the run itself took longer.
    pub fn next(&self, service: &ServiceId, begun: Duration, needs_confirmation: bool, now: Duration) -> Duration {
        let Some(timing) = self.timings.get(service) else { return now };
        let slack = (timing.interval / SLACK).min(MOST_SLACK);
        let latest = begun + timing.interval + slack;
        // The latest time in its phase. `latest` is never before the phase, which is shorter than an interval.
        let in_phase = latest - remainder(latest.saturating_sub(timing.phase), timing.interval);
        let sooner = timing.retry_interval.filter(|_| needs_confirmation).map(|retry| begun + retry);
        sooner.map_or(in_phase, |sooner| sooner.min(in_phase)).max(now)
    }

    /// The due time of a service after a run that a user has requested, that began at this time, and that has ended now: one interval
    /// later, after which the service returns to its phase.
    pub fn after_request(&self, service: &ServiceId, begun: Duration, needs_confirmation: bool, now: Duration) -> Duration {
        let Some(timing) = self.timings.get(service) else { return now };
        let between = timing.retry_interval.filter(|_| needs_confirmation).unwrap_or(timing.interval);
        (begun + between).max(now)
    }
}

impl LastCheck {
    /// The time until the next check, or `None` if that is due.
    fn left(self, interval: Duration, retry_interval: Option<Duration>) -> Option<Duration> {
        let pause = retry_interval.filter(|_| self.needs_confirmation).unwrap_or(interval);
        pause.checked_sub(self.ago).filter(|left| !left.is_zero() && !self.ago.is_zero())
    }
}

/// The rate of first checks, per second: at least the rate of later checks, and enough to begin all of them within half a minute.
fn starts_per_second(intervals: impl Iterator<Item = Duration>) -> f64 {
    let (mut later_on, mut count) = (0.0, 0.0);
    for interval in intervals {
        later_on += 1.0 / interval.as_secs_f64().max(f64::MIN_POSITIVE);
        count += 1.0;
    }
    f64::max(later_on, count / LONGEST_START).max(LEAST_STARTS_PER_SECOND)
}

fn remainder(duration: Duration, interval: Duration) -> Duration {
    let nanoseconds = duration.as_nanos() % interval.as_nanos().max(1);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or_default())
}

#[cfg(test)]
mod tests;
