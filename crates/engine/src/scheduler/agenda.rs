//! What runs now and what runs next.

use crate::Service;
use crate::check_requests::{CheckRefusal, LatestRequests};
use crate::due_times::{DueTime, DueTimes};
use crate::schedule::Schedule;
use chrono::{DateTime, FixedOffset};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The time between the checks of services that are resumed together.
const BETWEEN_RESUMED: Duration = Duration::from_millis(50);

/// A service, by its index in the list, and when it is to run, as a duration since the start. The earliest is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) at: Duration,
    pub(super) service: usize,
}

/// The end of a run.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    /// When the check ended; absent if it was not run.
    pub(super) checked: Option<DateTime<FixedOffset>>,
}

/// A run whose service is not scheduled again yet.
struct Unscheduled {
    due: Due,
    /// Where to report that the service is scheduled again, if a user has requested the run.
    request: Option<oneshot::Sender<()>>,
    /// Absent until the run has ended.
    ended: Option<Ended>,
    /// Absent until the recorder has recorded the result. `false` from the start for a service without retry interval.
    needs_confirmation: Option<bool>,
}

/// Every service that can be checked is either in the queue, or runs, or is paused.
pub(super) struct Agenda {
    services: Arc<[Arc<Service>]>,
    start: Instant,
    schedule: Schedule,
    due_times: Arc<DueTimes>,
    queue: BinaryHeap<Reverse<Due>>,
    unscheduled: Vec<Option<Unscheduled>>,
    paused: HashSet<usize>,
}

impl Agenda {
    /// With the first run of each service. The start is now.
    pub(super) fn new(services: Arc<[Arc<Service>]>, schedule: Schedule, due_times: Arc<DueTimes>) -> Self {
        let start = Instant::now();
        let queue: BinaryHeap<_> = schedule.first().map(|(service, at)| Reverse(Due { at, service })).collect();
        for Reverse(Due { at, service }) in &queue {
            due_times.set(*service, DueTime { at: start + *at, ended: None });
        }
        let unscheduled = services.iter().map(|_| None).collect();
        Self { services, start, schedule, due_times, queue, unscheduled, paused: HashSet::new() }
    }

    /// When the next run is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.queue.peek().map(|Reverse(due)| self.instant(*due))
    }

    pub(super) fn instant(&self, due: Due) -> Instant {
        self.start + due.at
    }

    /// The next run, which begins now.
    pub(super) fn pop(&mut self) -> Option<Due> {
        let Reverse(due) = self.queue.pop()?;
        self.begin(due, None);
        Some(due)
    }

    /// A run of this service that begins now because a user has requested it, and where to wait until the service is scheduled again.
    pub(super) fn request(
        &mut self,
        service: usize,
        latest: &mut LatestRequests,
    ) -> Result<(Due, oneshot::Receiver<()>), CheckRefusal> {
        if self.unscheduled.get(service).is_some_and(Option::is_some) {
            return Err(CheckRefusal::Running);
        }
        if self.services.get(service).is_none_or(|service| service.check.is_err()) {
            return Err(CheckRefusal::NotScheduled);
        }
        latest.begin(service)?;
        self.queue.retain(|Reverse(due)| due.service != service);
        let due = Due { at: self.start.elapsed(), service };
        self.due_times.set(service, DueTime { at: self.instant(due), ended: None });
        let (request, scheduled) = oneshot::channel();
        self.begin(due, Some(request));
        Ok((due, scheduled))
    }

    fn begin(&mut self, due: Due, request: Option<oneshot::Sender<()>>) {
        let has_retries = self.services.get(due.service).is_some_and(|service| service.retry_interval.is_some());
        let needs_confirmation = if has_retries { None } else { Some(false) };
        if let Some(run) = self.unscheduled.get_mut(due.service) {
            *run = Some(Unscheduled { due, request, ended: None, needs_confirmation });
        }
    }

    /// The run of this service has ended.
    pub(super) fn ended(&mut self, service: usize, ended: Ended) {
        if let Some(Some(run)) = self.unscheduled.get_mut(service) {
            run.ended = Some(ended);
        }
        self.schedule_again(service);
    }

    /// The result of the run of this service is recorded.
    pub(super) fn recorded(&mut self, service: usize, needs_confirmation: bool) {
        if let Some(Some(run)) = self.unscheduled.get_mut(service) {
            run.needs_confirmation = Some(needs_confirmation);
        }
        self.schedule_again(service);
    }

    fn schedule_again(&mut self, service: usize) {
        let complete = self.unscheduled.get_mut(service).and_then(|run| run.take_if(|run| run.is_complete()));
        let Some(Unscheduled { due, request, ended, needs_confirmation }) = complete else { return };
        if self.paused.contains(&service) {
            self.due_times.clear(service);
        } else {
            let (needs_confirmation, now) = (needs_confirmation.unwrap_or(false), self.start.elapsed());
            let at = match request {
                Some(_) => self.schedule.after_request(service, due.at, needs_confirmation, now),
                None => self.schedule.next(service, due.at, needs_confirmation, now),
            };
            let ended = ended.and_then(|ended| ended.checked);
            self.due_times.set(service, DueTime { at: self.start + at, ended });
            self.queue.push(Reverse(Due { at, service }));
        }
        if let Some(request) = request {
            // The caller may have stopped waiting.
            request.send(()).ok();
        }
    }

    /// All services are due at once, spread as at the start.
    pub(super) fn flush(&mut self) {
        let now = self.start.elapsed();
        let sooner = |Reverse(Due { at, service })| {
            let at = at.min(self.schedule.again(service, now));
            self.due_times.set(service, DueTime { at: self.start + at, ended: None });
            Reverse(Due { at, service })
        };
        self.queue = std::mem::take(&mut self.queue).into_iter().map(sooner).collect();
    }

    /// These services, and no others, are paused from now on. Those that were are due at once.
    pub(super) fn pause(&mut self, paused: HashSet<usize>) {
        let before = std::mem::replace(&mut self.paused, paused);
        if self.paused.iter().any(|service| !before.contains(service)) {
            self.queue.retain(|Reverse(due)| !self.paused.contains(&due.service));
            for service in self.paused.difference(&before) {
                // A run in flight ends as usual.
                if self.unscheduled.get(*service).is_none_or(Option::is_none) {
                    self.due_times.clear(*service);
                }
            }
        }
        let mut at = self.start.elapsed();
        for service in before.into_iter().filter(|service| !self.paused.contains(service)) {
            let can_run = self.services.get(service).is_some_and(|service| service.check.is_ok());
            if can_run && self.unscheduled.get(service).is_some_and(Option::is_none) {
                self.due_times.set(service, DueTime { at: self.start + at, ended: None });
                self.queue.push(Reverse(Due { at, service }));
                at += BETWEEN_RESUMED;
            }
        }
    }
}

impl Unscheduled {
    /// Whether the next check can be scheduled. A check that was not run is not recorded.
    fn is_complete(&self) -> bool {
        self.ended.is_some_and(|ended| ended.checked.is_none() || self.needs_confirmation.is_some())
    }
}
