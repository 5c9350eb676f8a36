//! Time: when each service is due, that it never runs twice at once, how long a run may take, and that a plugin which panics or
//! hangs costs nobody else anything.

use super::connectivity::Connectivity;
use super::recorder::Round;
use super::{Service, fence};
use chrono::Local;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Runs every service that can be checked, each at its interval, until `shutdown`. Runs in flight are then dropped.
///
/// At most `runs_at_once` run at the same time. A run mostly waits for its target, so this bounds sockets and memory rather than work. It
/// has to be well above the number of targets that may hang at the same time: those keep their place until their timeout.
pub async fn run(
    services: Arc<[Arc<Service>]>,
    connectivity: Connectivity,
    runs_at_once: usize,
    rounds: mpsc::Sender<Round>,
    shutdown: CancellationToken,
) {
    let connectivity = Arc::new(connectivity);
    let places = Arc::new(Semaphore::new(runs_at_once));
    let (finished, mut runs_finished) = mpsc::unbounded_channel::<(Due, bool)>();
    let mut queue: BinaryHeap<Reverse<Due>> = first_runs(&services, Instant::now()).map(Reverse).collect();

    loop {
        let next = queue.peek().map(|Reverse(due)| due.at);
        tokio::select! {
            () = shutdown.cancelled() => return,
            Some((Due { at, service }, is_unconfirmed)) = runs_finished.recv() => {
                let interval = services[service].interval;
                let sooner = services[service].retry_interval.filter(|_| is_unconfirmed);
                let next = next_due(at, sooner.map_or(interval, |sooner| sooner.min(interval)), Instant::now());
                queue.push(Reverse(Due { at: next, service }));
            }
            () = async { sleep_until(next.unwrap_or_else(Instant::now)).await }, if next.is_some() => {
                if let Some(Reverse(due)) = queue.pop() {
                    let service = Arc::clone(&services[due.service]);
                    let run = run_once(service, due.service, Arc::clone(&connectivity), Arc::clone(&places), rounds.clone());
                    let (finished, shutdown) = (finished.clone(), shutdown.clone());
                    tokio::spawn(async move {
                        if let Some(is_unconfirmed) = shutdown.run_until_cancelled(run).await {
                            // The receiver is gone only when the scheduler has ended, and then nobody needs to know.
                            finished.send((due, is_unconfirmed)).ok();
                        }
                    });
                }
            }
        }
    }
}

/// A service, as its place in the list, and when it is to run. The earliest is the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Instant,
    service: usize,
}

/// Spreads the first runs evenly over each service's interval, so that a start, and every interval after it, is no burst.
fn first_runs(services: &[Arc<Service>], start: Instant) -> impl Iterator<Item = Due> {
    let checked: Vec<usize> = (0..services.len()).filter(|index| services[*index].check.is_ok()).collect();
    let total = u32::try_from(checked.len()).unwrap_or(u32::MAX).max(1);
    checked.into_iter().zip(0u32..).map(move |(service, place)| Due {
        at: start + services[service].interval.mul_f64(f64::from(place) / f64::from(total)),
        service,
    })
}

/// The next due time after one at `due`: always a whole number of intervals later, so that nothing drifts, and never one that has
/// passed, so that a run which took long is not made up for by a burst.
fn next_due(due: Instant, interval: Duration, now: Instant) -> Instant {
    let passed = now.saturating_duration_since(due).as_nanos() / interval.as_nanos().max(1);
    let intervals = u32::try_from(passed).unwrap_or(u32::MAX).saturating_add(1);
    interval.checked_mul(intervals).and_then(|later| due.checked_add(later)).unwrap_or(now + interval)
}

/// Returns whether another check has to confirm what was seen.
async fn run_once(
    service: Arc<Service>,
    index: usize,
    connectivity: Arc<Connectivity>,
    places: Arc<Semaphore>,
    rounds: mpsc::Sender<Round>,
) -> bool {
    let Ok(_place) = places.acquire_owned().await else { return false };
    let (result, remains) = fence::run(&service).await;
    let result = connectivity.judge(&service, result).await;
    let (asks, answer) = service.retry_interval.map(|_| oneshot::channel()).unzip();
    let checked = Local::now().fixed_offset();
    // Only when Platus itself is ending is there nobody left to take it.
    rounds.send(Round { service: index, result, checked, is_unconfirmed: asks }).await.ok();
    // The service is not due again before this run has really ended: it must never run twice at once.
    remains.ended().await;
    match answer {
        Some(answer) => answer.await.unwrap_or(false),
        None => false,
    }
}

#[cfg(test)]
mod tests;
