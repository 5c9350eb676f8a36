//! Runs the checks when the [`Schedule`] says that they are due, or when a user requests it. A service never runs twice at once, and a
//! plugin that panics or hangs delays no other service. A paused service does not run at all.

mod agenda;

use super::activity::Activity;
use super::check_requests::{Begun, CheckRequest, LatestRequests};
use super::check_result::CheckResult;
use super::connectivity::Connectivity;
use super::due_times::DueTimes;
use super::pauses::Pauses;
use super::recorder::Recorded;
use super::schedule::{LastCheck, Schedule};
use super::{Service, ServiceChanges, Services, runner};
use agenda::{Agenda, Ended};
use chrono::Local;
use fail::fail_point;
use model::{CheckRefusal, ServiceId};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Runs every service that can be checked, each at its interval.
pub struct Scheduler {
    pub services: Arc<Services>,
    /// The latest check of each service before the start; nothing of services that were never checked.
    pub last_checks: HashMap<ServiceId, LastCheck>,
    pub connectivity: Connectivity,
    /// The most runs at the same time. A run mostly waits for its target, so this bounds sockets and memory rather than work. It has to
    /// be well above the number of targets that may hang at the same time: those keep their place until their timeout.
    pub runs_at_once: usize,
    pub results: mpsc::Sender<CheckResult>,
    /// What the recorder has recorded: whether the next check of a service is a retry.
    pub recorded: mpsc::UnboundedReceiver<Recorded>,
    /// Checks that users request.
    pub requests: mpsc::Receiver<CheckRequest>,
    /// Changes of the configuration, which the recorder knows already.
    pub reconfigurations: mpsc::Receiver<Reconfiguration>,
    pub pauses: Pauses,
    pub activity: Arc<Activity>,
    pub due_times: Arc<DueTimes>,
    /// Notified when all states are reset. Every service is then due at once, spread as at the start.
    pub flushed: Arc<Notify>,
    pub shutdown: CancellationToken,
}

/// Services and reference services that are not those of before.
pub struct Reconfiguration {
    pub changes: Arc<ServiceChanges>,
    pub connectivity: Connectivity,
}

/// What a run needs.
#[derive(Clone)]
struct Runs {
    connectivity: Arc<Connectivity>,
    places: Arc<Semaphore>,
    activity: Arc<Activity>,
    results: mpsc::Sender<CheckResult>,
    finished: mpsc::UnboundedSender<(ServiceId, Ended)>,
    shutdown: CancellationToken,
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
            mut requests,
            mut reconfigurations,
            pauses,
            activity,
            due_times,
            flushed,
            shutdown,
        } = self;
        let places = Arc::new(Semaphore::new(runs_at_once));
        #[expect(clippy::disallowed_methods, reason = "there is at most one message for each service")]
        let (finished, mut runs_finished) = mpsc::unbounded_channel::<(ServiceId, Ended)>();
        let mut changes = pauses.changes();
        let schedule = Schedule::new(&services.all(), &last_checks);
        let mut agenda = Agenda::new(services, schedule, due_times);
        agenda.pause(pauses.paused());
        let mut latest_requests = LatestRequests::default();
        let shut_down = shutdown.clone();
        let mut runs = Runs { connectivity: Arc::new(connectivity), places, activity, results, finished, shutdown };

        loop {
            let next = agenda.next();
            tokio::select! {
                () = shut_down.cancelled() => return,
                Some((service, ended)) = runs_finished.recv() => agenda.ended(&service, ended),
                Some(Recorded { service, needs_confirmation }) = recorded.recv() => agenda.recorded(&service, needs_confirmation),
                Some(CheckRequest { service, begun }) = requests.recv() => {
                    let due = match pauses.is_paused(&service) {
                        true => Err(CheckRefusal::Paused),
                        false => agenda.request(&service, &mut latest_requests),
                    };
                    // The caller may have stopped waiting; the check is run all the same.
                    begun.send(due.map(|(service, due, scheduled)| {
                        let (publish, published) = oneshot::channel();
                        runs.begin(service, due, Some(publish));
                        Begun { published, scheduled }
                    }))
                    .ok();
                }
                Some(Reconfiguration { changes, connectivity }) = reconfigurations.recv() => {
                    // A renamed service is paused as before.
                    agenda.pause(pauses.paused());
                    agenda.reconfigure(&changes);
                    runs.connectivity = Arc::new(connectivity);
                }
                // It cannot fail, since the sender is in `pauses`.
                _ = changes.changed() => agenda.pause(pauses.paused()),
                () = flushed.notified() => agenda.flush(),
                () = async { sleep_until(next.unwrap_or_else(Instant::now)).await }, if next.is_some() => {
                    fail_point!("scheduler");
                    if let Some((service, due)) = agenda.pop() {
                        runs.begin(service, due, None);
                    }
                }
            }
        }
    }
}

impl Runs {
    /// Begins to check a service, which reports its end. `published` is where the recorder reports that the result is published.
    fn begin(&self, service: Arc<Service>, due: Instant, published: Option<oneshot::Sender<()>>) {
        let id = service.id.clone();
        let run = self.clone().run(service, due, published);
        let (finished, shutdown) = (self.finished.clone(), self.shutdown.clone());
        #[expect(clippy::disallowed_methods, reason = "it runs no code of a plugin, which the runner isolates")]
        tokio::spawn(async move {
            if let Some(ended) = shutdown.run_until_cancelled(run).await {
                // The receiver is only gone when the scheduler has ended.
                finished.send((id, ended)).ok();
            }
        });
    }

    /// Checks a service once.
    async fn run(self, service: Arc<Service>, due: Instant, published: Option<oneshot::Sender<()>>) -> Ended {
        let Self { connectivity, places, activity, results, .. } = self;
        let Ok(_place) = places.acquire_owned().await else { return Ended { checked: None } };
        let _in_flight = activity.begin(due.elapsed());
        let (result, remains) = runner::run(&service).await;
        let result = connectivity.judge(&service, result).await;
        let checked = Local::now().fixed_offset();
        // The recorder only ends before the scheduler when the process ends.
        results.send(CheckResult { service, result, checked, published }).await.ok();
        // The service is not due again before this run has really ended: it must never run twice at once.
        remains.ended().await;
        Ended { checked: Some(checked) }
    }
}

#[cfg(test)]
mod tests;
