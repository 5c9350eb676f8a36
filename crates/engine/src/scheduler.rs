//! Runs the checks when the [`Schedule`] says that they are due. A service never runs twice at once, and a plugin that panics or hangs
//! delays no other service.

use super::activity::Activity;
use super::check_result::CheckResult;
use super::connectivity::Connectivity;
use super::due_times::{DueTime, DueTimes};
use super::recorder::Recorded;
use super::schedule::{LastCheck, Schedule};
use super::{Service, runner};
use chrono::{DateTime, FixedOffset, Local};
use fail::fail_point;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Runs every service that can be checked, each at its interval.
pub struct Scheduler {
    pub services: Arc<[Arc<Service>]>,
    /// The latest check of each service before the start; absent for services that were never checked.
    pub last_checks: Vec<Option<LastCheck>>,
    pub connectivity: Connectivity,
    /// The most runs at the same time. A run mostly waits for its target, so this bounds sockets and memory rather than work. It has to
    /// be well above the number of targets that may hang at the same time: those keep their place until their timeout.
    pub runs_at_once: usize,
    pub results: mpsc::Sender<CheckResult>,
    /// What the recorder has recorded: whether the next check of a service is a retry.
    pub recorded: mpsc::UnboundedReceiver<Recorded>,
    pub activity: Arc<Activity>,
    pub due_times: Arc<DueTimes>,
    /// Notified when all states are reset. Every service is then due at once, spread as at the start.
    pub flushed: Arc<Notify>,
    pub shutdown: CancellationToken,
}

/// What a run needs.
#[derive(Clone)]
struct Runs {
    connectivity: Arc<Connectivity>,
    places: Arc<Semaphore>,
    activity: Arc<Activity>,
    results: mpsc::Sender<CheckResult>,
}

/// A run whose service is not scheduled again yet.
struct Unscheduled {
    due: Due,
    /// Absent until the run has ended.
    ended: Option<Ended>,
    /// Absent until the recorder has recorded the result. `false` from the start for a service without retry interval.
    needs_confirmation: Option<bool>,
}

/// The end of a run.
#[derive(Clone, Copy)]
struct Ended {
    /// When the check ended; absent if it was not run.
    checked: Option<DateTime<FixedOffset>>,
}

impl Scheduler {
    /// Works until the shutdown, which drops the runs in flight.
    pub async fn run(self) {
        let Self {
            services,
            last_checks,
            connectivity,
            runs_at_once,
            results,
            mut recorded,
            activity,
            due_times,
            flushed,
            shutdown,
        } = self;
        let places = Arc::new(Semaphore::new(runs_at_once));
        let runs = Runs { connectivity: Arc::new(connectivity), places, activity, results };
        let start = Instant::now();
        let schedule = Schedule::new(&services, &last_checks);
        #[expect(clippy::disallowed_methods, reason = "there is at most one message for each service")]
        let (finished, mut runs_finished) = mpsc::unbounded_channel::<(usize, Ended)>();
        let mut unscheduled: Vec<Option<Unscheduled>> = services.iter().map(|_| None).collect();
        let mut queue: BinaryHeap<Reverse<Due>> = schedule.first().map(|(service, at)| Reverse(Due { at, service })).collect();
        for Reverse(Due { at, service }) in &queue {
            due_times.set(*service, DueTime { at: start + *at, ended: None });
        }

        loop {
            let next = queue.peek().map(|Reverse(due)| start + due.at);
            let changed = tokio::select! {
                () = shutdown.cancelled() => return,
                Some((service, ended)) = runs_finished.recv() => {
                    if let Some(run) = &mut unscheduled[service] {
                        run.ended = Some(ended);
                    }
                    Some(service)
                }
                Some(Recorded { service, needs_confirmation }) = recorded.recv() => {
                    if let Some(run) = &mut unscheduled[service] {
                        run.needs_confirmation = Some(needs_confirmation);
                    }
                    Some(service)
                }
                () = flushed.notified() => {
                    let now = start.elapsed();
                    let sooner = |Reverse(Due { at, service })| {
                        let at = at.min(schedule.again(service, now));
                        due_times.set(service, DueTime { at: start + at, ended: None });
                        Reverse(Due { at, service })
                    };
                    queue = queue.into_iter().map(sooner).collect();
                    None
                }
                () = async { sleep_until(next.unwrap_or_else(Instant::now)).await }, if next.is_some() => {
                    fail_point!("scheduler");
                    if let Some(Reverse(due)) = queue.pop() {
                        let service = due.service;
                        unscheduled[service] = Some(Unscheduled::new(due, &services[service]));
                        let run = runs.clone().run(Arc::clone(&services[service]), service, start + due.at);
                        let (finished, shutdown) = (finished.clone(), shutdown.clone());
                        #[expect(clippy::disallowed_methods, reason = "it runs no code of a plugin, which the runner isolates")]
                        tokio::spawn(async move {
                            if let Some(ended) = shutdown.run_until_cancelled(run).await {
                                // The receiver is only gone when the scheduler has ended.
                                finished.send((service, ended)).ok();
                            }
                        });
                    }
                    None
                }
            };
            let complete = changed.and_then(|service| unscheduled[service].take_if(|run| run.is_complete()));
            if let Some(Unscheduled { due, ended, needs_confirmation }) = complete {
                let at = schedule.next(due.service, due.at, needs_confirmation.unwrap_or(false), start.elapsed());
                let ended = ended.and_then(|ended| ended.checked);
                due_times.set(due.service, DueTime { at: start + at, ended });
                queue.push(Reverse(Due { at, service: due.service }));
            }
        }
    }
}

impl Unscheduled {
    fn new(due: Due, service: &Service) -> Self {
        let needs_confirmation = if service.retry_interval.is_some() { None } else { Some(false) };
        Self { due, ended: None, needs_confirmation }
    }

    /// Whether the next check can be scheduled. A check that was not run is not recorded.
    fn is_complete(&self) -> bool {
        self.ended.is_some_and(|ended| ended.checked.is_none() || self.needs_confirmation.is_some())
    }
}

/// A service, by its index in the list, and when it is to run, as a duration since the start. The earliest is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Duration,
    service: usize,
}

impl Runs {
    /// Checks a service once.
    async fn run(self, service: Arc<Service>, index: usize, due: Instant) -> Ended {
        let Self { connectivity, places, activity, results } = self;
        let Ok(_place) = places.acquire_owned().await else { return Ended { checked: None } };
        let _in_flight = activity.begin(due.elapsed());
        let (result, remains) = runner::run(&service).await;
        let result = connectivity.judge(&service, result).await;
        let checked = Local::now().fixed_offset();
        // The recorder only ends before the scheduler when the process ends.
        results.send(CheckResult { service: index, result, checked }).await.ok();
        // The service is not due again before this run has really ended: it must never run twice at once.
        remains.ended().await;
        Ended { checked: Some(checked) }
    }
}

#[cfg(test)]
mod tests;
