//! Invents the history of the demo: what its checks would have found.

use super::error::DemoError;
use super::services::{ACKNOWLEDGED, Check, MAINTAINED, SERVICES, SILENCED};
use super::story::{DAY, DAYS, Plot};
use crate::backfill::Backfill;
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, TimeDelta};
use engine::Service;
use engine::alert_sink::AlertSink;
use engine::service_nodes::ServiceNodes;
use engine::suppression::{Maintenance, Silences};
use fastrand::Rng;
use model::{Observation, ServiceId, State, StoredEnd, StoredHeartbeat};
use std::sync::Arc;
use std::time::Duration;
use storage::sqlite::SqliteStore;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Notification, Renames, Silence, SilenceKind, Store};

/// Milliseconds between two checks, where something happens or history is recent, and elsewhere.
const OFTEN: i64 = 60_000;
const SELDOM: i64 = 300_000;

/// The latest history, which has every check.
const RECENT: i64 = 2 * DAY;

/// The channel that was notified.
const CHANNEL: &str = "on-call";

/// Writes the history of these services until `started` into the store, and closes it. `windows` are the maintenance windows.
pub(super) async fn write(
    store: &SqliteStore,
    services: &[Arc<Service>],
    plots: &[Arc<Plot>],
    windows: Vec<engine::suppression::MaintenanceWindow>,
    started: DateTime<FixedOffset>,
) -> Result<(), DemoError> {
    let loaded = store.load().await?;
    let (requests, _) = WriteRequests::new();
    let silences = Arc::new(Silences::new(&loaded, requests));
    let sink = Invented { maintenance: Maintenance::new(windows, silences) };
    let services: Vec<Service> = services.iter().map(|service| seldom(service)).collect();
    let mut backfill = Backfill::new(Arc::new(sink), heartbeats(started), &loaded, started);
    // Sorted as the board is, the services are in another order than their plots.
    let of_service = |service: &Service| SERVICES.iter().position(|known| known.id == service.id.as_str());
    let invented: Vec<_> = services.iter().filter_map(of_service).collect();
    let mut nodes: Vec<ServiceNodes> = services.iter().map(|_| ServiceNodes::default()).collect();
    let mut chance = Rng::with_seed(DAYS.unsigned_abs());
    let mut day = -DAYS;
    for (at, index) in times(&invented, plots) {
        if at.div_euclid(DAY) != day {
            day = at.div_euclid(DAY);
            backfill.save(store).await?;
        }
        let known = invented.get(index).and_then(|known| SERVICES.get(*known).zip(plots.get(*known)));
        let (Some((known, plot)), Some(service), Some(nodes)) = (known, services.get(index), nodes.get_mut(index)) else {
            continue;
        };
        let checked = started + TimeDelta::milliseconds(at);
        let usual = plot.elapsed(checked.timestamp_millis().rem_euclid(DAY), &mut chance);
        let observation = match plot.fault(at) {
            Some(fault) => fault.observation(known.check.node(), usual),
            None => Observation::new(known.check.node(), State::Operational).with_elapsed(usual),
        };
        backfill.add(service, nodes, observation, checked);
    }
    backfill.save(store).await?;
    let silences = entered_silences(&backfill, started);
    backfill.enter(WriteRequest { silences, ..WriteRequest::default() });
    Ok(backfill.finish(store).await?)
}

/// The times of all checks, with the index of the service, in order.
fn times(invented: &[usize], plots: &[Arc<Plot>]) -> Vec<(i64, usize)> {
    let mut times = Vec::new();
    for (index, known) in invented.iter().enumerate() {
        let Some(plot) = plots.get(*known) else { continue };
        // No two services are checked at the same moment.
        let offset = -(1 + index as i64) * 400;
        let mut at = -DAYS * DAY;
        while at <= 0 {
            times.push((at + offset, index));
            at += if at >= -RECENT || plot.is_eventful(at) { OFTEN } else { SELDOM };
        }
    }
    times.sort_unstable();
    times
}

/// The service with the interval of its history, so that the time between two checks is no gap.
fn seldom(service: &Service) -> Service {
    Service {
        id: service.id.clone(),
        group: service.group.clone(),
        name: service.name.clone(),
        node: service.node.clone(),
        roles: service.roles.clone(),
        interval: Duration::from_millis(SELDOM.unsigned_abs()),
        timeout: service.timeout,
        retry_interval: service.retry_interval,
        policy: service.policy,
        depends_on: service.depends_on.clone(),
        check: service.check.clone(),
    }
}

/// The latest reports of the jobs.
fn heartbeats(started: DateTime<FixedOffset>) -> Heartbeats {
    let stored = SERVICES.iter().filter_map(|service| {
        let Check::Job { beats, .. } = service.check else { return None };
        let last = started - if beats { TimeDelta::seconds(20) } else { TimeDelta::hours(5) };
        let record = StoredHeartbeat {
            known_since: started - TimeDelta::days(DAYS),
            running_since: None,
            last_success: Some(last),
            last_end: Some(StoredEnd::Success),
            // The demo does not report when a run begins.
            last_run: (!beats).then_some(service.story.usual().into()),
            unheard: 0,
        };
        Some((ServiceId::new(service.id), record))
    });
    let stored: Vec<_> = stored.collect();
    let heartbeats = Heartbeats::default();
    heartbeats.restore(stored.iter().map(|(service, record)| (service, record)), None);
    heartbeats
}

/// What operators have done.
fn entered_silences(backfill: &Backfill, started: DateTime<FixedOffset>) -> Vec<Silence> {
    let entered = |id, kind, service, comment: &str, from: i64, until: Option<i64>| {
        let at = |minutes| started + TimeDelta::minutes(minutes);
        Silence {
            id,
            kind,
            services: vec![ServiceId::new(service)],
            author: "operator".to_owned(),
            comment: comment.to_owned(),
            created: at(from.min(-20)),
            from: at(from),
            until: until.map(at),
            recurrence: None,
        }
    };
    let failure = backfill.record(&ServiceId::new(ACKNOWLEDGED)).and_then(|record| record.status.as_ref()?.failure);
    let incident = failure.and_then(|failure| failure.incident);
    let acknowledged = incident.map(|incident| {
        let kind = SilenceKind::Acknowledgement { incident };
        entered(1, kind, ACKNOWLEDGED, "A technician is on the way.", -150, None)
    });
    let silence = entered(2, SilenceKind::Silence, SILENCED, "The disks are being replaced.", -20, Some(180));
    let planned = entered(3, SilenceKind::Maintenance, MAINTAINED, "Move to the new cluster.", 1_440, Some(1_560));
    acknowledged.into_iter().chain([silence, planned]).collect()
}

/// Where notifications went, and when there was maintenance.
struct Invented {
    maintenance: Maintenance,
}

impl AlertSink for Invented {
    fn channels(&self, _: &Service, _: State, _: DateTime<FixedOffset>) -> Vec<String> {
        vec![CHANNEL.to_owned()]
    }

    fn is_maintained(&self, service: &Service, at: DateTime<FixedOffset>) -> bool {
        self.maintenance.covers(&service.id, &service.group, at)
    }

    fn queue(&self, _: Vec<Notification>) {}

    fn rename(&self, _: &Renames) {}
}
