//! What runs now and what runs next.

use crate::check_requests::LatestRequests;
use crate::due_times::{DueTime, DueTimes};
use crate::schedule::Schedule;
use crate::{Service, ServiceChanges, Services};
use chrono::{DateTime, FixedOffset};
use model::{CheckRefusal, ServiceId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The time between the checks of services that are resumed together.
const BETWEEN_RESUMED: Duration = Duration::from_millis(50);

/// A service and when it is to run, as a duration since the start. The earliest is the smallest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) at: Duration,
    pub(super) service: ServiceId,
}

/// The end of a run.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    /// When the check ended; absent if it was not run.
    pub(super) checked: Option<DateTime<FixedOffset>>,
}

/// A run whose service is not scheduled again yet.
struct Unscheduled {
    /// When it was due.
    at: Duration,
    /// Where to report that the service is scheduled again, if a user has requested the run.
    request: Option<oneshot::Sender<()>>,
    /// Absent until the run has ended.
    ended: Option<Ended>,
    /// Whether the service was removed or has another configuration since the run began.
    is_outdated: bool,
    /// Absent until the recorder has recorded the result. `false` from the start for a service without retry interval.
    needs_confirmation: Option<bool>,
}

/// Every service that can be checked is either in the queue, or runs, or is paused.
pub(super) struct Agenda {
    services: Arc<Services>,
    start: Instant,
    schedule: Schedule,
    due_times: Arc<DueTimes>,
    queue: BinaryHeap<Reverse<Due>>,
    unscheduled: HashMap<ServiceId, Unscheduled>,
    paused: HashSet<ServiceId>,
}

impl Agenda {
    /// With the first run of each service. The start is now.
    pub(super) fn new(services: Arc<Services>, schedule: Schedule, due_times: Arc<DueTimes>) -> Self {
        let start = Instant::now();
        let mut queue = BinaryHeap::new();
        for (service, at) in schedule.first() {
            due_times.set(service, DueTime { at: start + at, ended: None });
            queue.push(Reverse(Due { at, service: service.clone() }));
        }
        Self { services, start, schedule, due_times, queue, unscheduled: HashMap::new(), paused: HashSet::new() }
    }

    /// When the next run is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.queue.peek().map(|Reverse(due)| self.instant(due))
    }

    pub(super) fn instant(&self, due: &Due) -> Instant {
        self.start + due.at
    }

    /// The next run, which begins now.
    pub(super) fn pop(&mut self) -> Option<(Arc<Service>, Instant)> {
        let Reverse(due) = self.queue.pop()?;
        let service = self.services.get(&due.service)?;
        let at = self.instant(&due);
        self.begin(due, &service, None);
        Some((service, at))
    }

    /// A run of this service that begins now because a user has requested it, and where to wait until the service is scheduled again.
    pub(super) fn request(
        &mut self,
        service: &ServiceId,
        latest: &mut LatestRequests,
    ) -> Result<(Arc<Service>, Instant, oneshot::Receiver<()>), CheckRefusal> {
        if self.unscheduled.contains_key(service) {
            return Err(CheckRefusal::Running);
        }
        let service = self.services.get(service).filter(|service| service.check.is_ok()).ok_or(CheckRefusal::NotScheduled)?;
        latest.begin(&service.id)?;
        self.queue.retain(|Reverse(due)| due.service != service.id);
        let due = Due { at: self.start.elapsed(), service: service.id.clone() };
        let at = self.instant(&due);
        self.due_times.set(&service.id, DueTime { at, ended: None });
        let (request, scheduled) = oneshot::channel();
        self.begin(due, &service, Some(request));
        Ok((service, at, scheduled))
    }

    fn begin(&mut self, due: Due, service: &Service, request: Option<oneshot::Sender<()>>) {
        let needs_confirmation = if service.retry_interval.is_some() { None } else { Some(false) };
        let run = Unscheduled { at: due.at, request, ended: None, is_outdated: false, needs_confirmation };
        self.unscheduled.insert(due.service, run);
    }

    /// The run of this service has ended.
    pub(super) fn ended(&mut self, service: &ServiceId, ended: Ended) {
        if let Some(run) = self.unscheduled.get_mut(service) {
            run.ended = Some(ended);
        }
        self.schedule_again(service);
    }

    /// The result of the run of this service is recorded.
    pub(super) fn recorded(&mut self, service: &ServiceId, needs_confirmation: bool) {
        if let Some(run) = self.unscheduled.get_mut(service) {
            run.needs_confirmation = Some(needs_confirmation);
        }
        self.schedule_again(service);
    }

    fn schedule_again(&mut self, service: &ServiceId) {
        if !self.unscheduled.get(service).is_some_and(Unscheduled::is_complete) {
            return;
        }
        let Some(Unscheduled { at: begun, request, ended, is_outdated, needs_confirmation }) = self.unscheduled.remove(service)
        else {
            return;
        };
        if self.paused.contains(service) || !self.schedule.has(service) {
            self.due_times.clear(service);
        } else {
            let (needs_confirmation, now) = (needs_confirmation.unwrap_or(false), self.start.elapsed());
            let at = match request {
                _ if is_outdated => now,
                Some(_) => self.schedule.after_request(service, begun, needs_confirmation, now),
                None => self.schedule.next(service, begun, needs_confirmation, now),
            };
            let ended = ended.and_then(|ended| ended.checked);
            self.due_times.set(service, DueTime { at: self.start + at, ended });
            self.queue.push(Reverse(Due { at, service: service.clone() }));
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
            let at = at.min(self.schedule.again(&service, now));
            self.due_times.set(&service, DueTime { at: self.start + at, ended: None });
            Reverse(Due { at, service })
        };
        self.queue = std::mem::take(&mut self.queue).into_iter().map(sooner).collect();
    }

    /// Services were added, changed, renamed or removed. Those with a new configuration are due at once, or when their run in flight has ended.
    pub(super) fn reconfigure(&mut self, changes: &ServiceChanges) {
        let is_gone: HashSet<&ServiceId> =
            changes.removed.iter().chain(changes.changed.iter().map(|(before, _)| before)).map(|service| &service.id).collect();
        self.queue.retain(|Reverse(due)| !is_gone.contains(&due.service));
        for service in is_gone {
            if let Some(run) = self.unscheduled.get_mut(service) {
                run.is_outdated = true;
            }
            self.due_times.clear(service);
        }
        self.schedule.remove(changes.former_ones().map(|service| &service.id));
        for (service, at) in self.schedule.add(changes.new_ones(), self.start.elapsed()) {
            let is_running = self.unscheduled.contains_key(&service);
            if !is_running && !self.paused.contains(&service) {
                self.due_times.set(&service, DueTime { at: self.start + at, ended: None });
                self.queue.push(Reverse(Due { at, service }));
            }
        }
    }

    /// These services, and no others, are paused from now on. Those that were are due at once.
    pub(super) fn pause(&mut self, paused: HashSet<ServiceId>) {
        let before = std::mem::replace(&mut self.paused, paused);
        if self.paused.iter().any(|service| !before.contains(service)) {
            self.queue.retain(|Reverse(due)| !self.paused.contains(&due.service));
            for service in self.paused.difference(&before) {
                // A run in flight ends as usual.
                if !self.unscheduled.contains_key(service) {
                    self.due_times.clear(service);
                }
            }
        }
        let mut at = self.start.elapsed();
        for service in before.into_iter().filter(|service| !self.paused.contains(service)) {
            let can_run = self.services.get(&service).is_some_and(|service| service.check.is_ok());
            if can_run && !self.unscheduled.contains_key(&service) {
                self.due_times.set(&service, DueTime { at: self.start + at, ended: None });
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
