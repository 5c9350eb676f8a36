//! Runs the checks when the [`Schedule`] says that they are due: a service never runs twice at once, and a plugin that panics or hangs
//! delays no other service.

use super::activity::Activity;
use super::connectivity::Connectivity;
use super::due_times::{DueTime, DueTimes};
use super::recorder::Round;
use super::schedule::{LastCheck, Schedule};
use super::{Service, fence};
use chrono::{DateTime, FixedOffset, Local};
use fail::fail_point;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Runs every service that can be checked, each at its interval.
pub struct Scheduler {
    pub services: Arc<[Arc<Service>]>,
    /// The latest checks before the start, of the services in their order; absent for services that were never checked.
    pub last_checks: Vec<Option<LastCheck>>,
    pub connectivity: Connectivity,
    /// Runs at the same time. A run mostly waits for its target, so this bounds sockets and memory rather than work. It has to be well
    /// above the number of targets that may hang at the same time: those keep their place until their timeout.
    pub runs_at_once: usize,
    pub rounds: mpsc::Sender<Round>,
    /// Where the numbers of runs are kept.
    pub activity: Arc<Activity>,
    /// Where others learn when a service is due.
    pub due_times: Arc<DueTimes>,
    /// Notified when all states are forgotten. Every service is then due at once, spread as at the start.
    pub flushed: Arc<Notify>,
    pub shutdown: CancellationToken,
}

/// What a run needs.
#[derive(Clone)]
struct Runs {
    connectivity: Arc<Connectivity>,
    places: Arc<Semaphore>,
    activity: Arc<Activity>,
    rounds: mpsc::Sender<Round>,
}

/// What is known of a run that has ended.
struct Ended {
    /// Whether another check has to confirm what was seen.
    is_unconfirmed: bool,
    /// When the check ended; absent when it was not run.
    at: Option<DateTime<FixedOffset>>,
}

impl Scheduler {
    /// Works until the shutdown. Runs in flight are then dropped.
    pub async fn run(self) {
        let Self { services, last_checks, connectivity, runs_at_once, rounds, activity, due_times, flushed, shutdown } = self;
        let places = Arc::new(Semaphore::new(runs_at_once));
        let runs = Runs { connectivity: Arc::new(connectivity), places, activity, rounds };
        let start = Instant::now();
        let schedule = Schedule::new(&services, &last_checks);
        let (finished, mut runs_finished) = mpsc::unbounded_channel::<(Due, Ended)>();
        let mut queue: BinaryHeap<Reverse<Due>> = schedule.first().map(|(service, at)| Reverse(Due { at, service })).collect();
        for Reverse(Due { at, service }) in &queue {
            due_times.set(*service, DueTime { at: start + *at, ended: None });
        }

        loop {
            let next = queue.peek().map(|Reverse(due)| start + due.at);
            tokio::select! {
                () = shutdown.cancelled() => return,
                Some((Due { at, service }, Ended { is_unconfirmed, at: ended })) = runs_finished.recv() => {
                    let at = schedule.next(service, at, is_unconfirmed, start.elapsed());
                    due_times.set(service, DueTime { at: start + at, ended });
                    queue.push(Reverse(Due { at, service }));
                }
                () = flushed.notified() => {
                    let now = start.elapsed();
                    let sooner = |Reverse(Due { at, service })| {
                        let at = at.min(schedule.again(service, now));
                        due_times.set(service, DueTime { at: start + at, ended: None });
                        Reverse(Due { at, service })
                    };
                    queue = queue.into_iter().map(sooner).collect();
                }
                () = async { sleep_until(next.unwrap_or_else(Instant::now)).await }, if next.is_some() => {
                    fail_point!("scheduler");
                    if let Some(Reverse(due)) = queue.pop() {
                        let run = runs.clone().run(Arc::clone(&services[due.service]), due.service, start + due.at);
                        let (finished, shutdown) = (finished.clone(), shutdown.clone());
                        tokio::spawn(async move {
                            if let Some(ended) = shutdown.run_until_cancelled(run).await {
                                // The receiver is gone only when the scheduler has ended, and then nobody needs to know.
                                finished.send((due, ended)).ok();
                            }
                        });
                    }
                }
            }
        }
    }
}

/// A service, as its place in the list, and when it is to run, as a duration since the start. The earliest is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Duration,
    service: usize,
}

impl Runs {
    /// Checks a service once.
    async fn run(self, service: Arc<Service>, index: usize, due: Instant) -> Ended {
        let Self { connectivity, places, activity, rounds } = self;
        let Ok(_place) = places.acquire_owned().await else { return Ended { is_unconfirmed: false, at: None } };
        let _in_flight = activity.begin(due.elapsed());
        let (result, remains) = fence::run(&service).await;
        let result = connectivity.judge(&service, result).await;
        let (asks, answer) = service.retry_interval.map(|_| oneshot::channel()).unzip();
        let checked = Local::now().fixed_offset();
        // Only when Platus itself is ending is there nobody left to take it.
        rounds.send(Round { service: index, result, checked, is_unconfirmed: asks }).await.ok();
        // The service is not due again before this run has really ended: it must never run twice at once.
        remains.ended().await;
        let is_unconfirmed = match answer {
            Some(answer) => answer.await.unwrap_or(false),
            None => false,
        };
        Ended { is_unconfirmed, at: Some(checked) }
    }
}

#[cfg(test)]
mod tests;
