//! The scheduler, the recorder, and the rows that they keep current.

use super::alerting::Alerting;
use super::shared::Shared;
use super::{last_checks, task};
use crate::config::Config;
use engine::activity::Activity;
use engine::check_requests::CheckRequests;
use engine::check_result::CheckResult;
use engine::connectivity::Connectivity;
use engine::events::store_notices;
use engine::open_incidents::OpenIncidents;
use engine::pauses::Pauses;
use engine::recorder::{self, Flush, Recorder, Replace};
use engine::scheduler::{Reconfiguration, Scheduler};
use engine::suppression::RowTask;
use engine::{Service, ServiceChanges, Services};
use model::ServiceId;
use std::sync::Arc;
use storage::write_requests::SubmittedRequest;
use storage::writer::StoreWriter;
use storage::{FormerIds, StoreSnapshot};
use system::health::Health;
use system::tasks::Tasks;
use tokio::sync::{mpsc, oneshot};

pub(super) struct Monitor {
    /// The recorder ends when all senders are dropped and every result is published.
    pub rounds: mpsc::Sender<CheckResult>,
    pub flushes: mpsc::Sender<Flush>,
    pub reconfiguring: Reconfiguring,
    pub open_incidents: Arc<OpenIncidents>,
    pub activity: Arc<Activity>,
    pub check_requests: CheckRequests,
    pub health: Health,
}

/// Replaces the services while Platus runs.
pub(super) struct Reconfiguring {
    replacements: mpsc::Sender<Replace>,
    reconfigurations: mpsc::Sender<Reconfiguration>,
}

impl Reconfiguring {
    /// Watches these services from now on. `references` are those of `connectivity`. `None` while Platus shuts down.
    pub(super) async fn replace(
        &self,
        services: Vec<Arc<Service>>,
        former_ids: FormerIds,
        references: &[ServiceId],
    ) -> Option<Arc<ServiceChanges>> {
        let connectivity = Connectivity::new(&Services::new(services.iter().cloned()), references);
        let (done, replaced) = oneshot::channel();
        self.replacements.send(Replace { services, former_ids, done }).await.ok()?;
        let changes = Arc::new(replaced.await.ok()?);
        // The recorder comes first: it has to know a service before its first result.
        let reconfiguration = Reconfiguration { changes: Arc::clone(&changes), connectivity };
        self.reconfigurations.send(reconfiguration).await.ok()?;
        Some(changes)
    }
}

impl Monitor {
    /// Continues from what was loaded, and begins to check: at most `checks_at_once` services at a time.
    pub(super) fn start(
        config: &Config,
        shared: &Shared,
        alerting: &Alerting,
        (writer, requests): (StoreWriter, mpsc::Receiver<SubmittedRequest>),
        loaded: StoreSnapshot,
        checks_at_once: usize,
        tasks: &mut Tasks,
    ) -> Self {
        let Shared { services, events, started, .. } = shared;
        let (rounds, rounds_taken) = mpsc::channel(recorder::QUEUE);
        let (flushes, flushes_taken) = mpsc::channel(1);
        let (replacements, replacements_taken) = mpsc::channel(1);
        let (reconfigurations, reconfigurations_taken) = mpsc::channel(1);
        let store_health = writer.health();
        #[expect(clippy::disallowed_methods, reason = "there is at most one message for each service")]
        let (recorded, recorded_taken) = mpsc::unbounded_channel();
        let parts = recorder::Parts {
            services: Arc::clone(services),
            alert_sink: Arc::clone(&alerting.alert_sink),
            heartbeats: shared.heartbeats.clone(),
            writer,
            events: Arc::clone(events),
            details: Arc::clone(&shared.details),
            suppression: Arc::clone(&alerting.suppression),
            clock: shared.clock.clone(),
            recorded,
            started: *started,
        };
        let recorder = Recorder::new(parts, &loaded);
        drop(loaded);
        tasks.spawn("store status", store_notices::publish(Arc::clone(events), store_health));
        let (open_incidents, flushed) = (recorder.open_incidents(), recorder.flushed());
        let row_task = RowTask {
            events: Arc::clone(events),
            rules: Arc::clone(&alerting.suppression),
            open_incidents: Arc::clone(&open_incidents),
            clock: shared.clock.clone(),
        };
        row_task.update();
        tasks.spawn("suppression", row_task.run(shared.shutdown.clone()));
        let health = Health { tasks: tasks.status(), recorder: recorder.pulse() };
        tasks.spawn(task::RECORDER, recorder.run(rounds_taken, flushes_taken, replacements_taken, requests));
        let landmarks: Vec<_> = config.settings.connectivity.iter().map(|landmark| landmark.value.clone()).collect();
        let activity = Arc::new(Activity::default());
        let (check_requests, requested) = CheckRequests::new();
        let scheduler = Scheduler {
            requests: requested,
            reconfigurations: reconfigurations_taken,
            pauses: Pauses::new(Arc::clone(&alerting.silences), shared.clock.clone()),
            last_checks: last_checks::latest(events, *started, last_checks::configured(config)),
            services: Arc::clone(services),
            connectivity: Connectivity::new(services, &landmarks),
            runs_at_once: checks_at_once,
            results: rounds.clone(),
            recorded: recorded_taken,
            activity: Arc::clone(&activity),
            due_times: Arc::clone(&shared.due_times),
            flushed,
            shutdown: shared.shutdown.clone(),
        };
        tasks.spawn(task::SCHEDULER, scheduler.run());
        let reconfiguring = Reconfiguring { replacements, reconfigurations };
        Self { rounds, flushes, reconfiguring, open_incidents, activity, check_requests, health }
    }
}
