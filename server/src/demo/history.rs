//! Invents the history of the demo. The state machine decides on what the checks would have found, so that transitions and incidents are
//! what a real Platus would have stored, and the chunks are those of the store writer.

use super::error::DemoError;
use super::services::{ACKNOWLEDGED, Check, MAINTAINED, SERVICES, SILENCED};
use super::story::{DAY, DAYS, Plot};
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, TimeDelta};
use engine::Service;
use engine::alert_sink::AlertSink;
use engine::commit_builder::CommitBuilder;
use engine::service_nodes::ServiceNodes;
use engine::suppression::{Maintenance, Silences};
use fastrand::Rng;
use history::folding;
use history::tail::Recent;
use history::{NodeId, Retention, Sample, StoredChunk, Tier};
use model::{Observation, ServiceId, State, StoredEnd, StoredHeartbeat};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use storage::sqlite::SqliteStore;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Commit, DeliveryRecord, Fold, NodeRecord, Notification, Renames, Silence, SilenceKind, Store};

/// Milliseconds between two checks, where something happens or history is recent, and elsewhere.
const OFTEN: i64 = 60_000;
const SELDOM: i64 = 300_000;

/// The latest history, which has every check.
const RECENT: i64 = 2 * DAY;

/// The time until a notification was delivered.
const DELIVERY: TimeDelta = TimeDelta::seconds(7);

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
    let mut history = History {
        builder: CommitBuilder::new(Arc::new(sink), heartbeats(started), &loaded),
        chunks: BTreeMap::new(),
        records: BTreeMap::new(),
        horizon: Retention::default().horizon(Tier::Raw, started.timestamp_millis()),
    };
    // Sorted as the board is, the services are in another order than their plots.
    let of_service = |service: &Service| SERVICES.iter().position(|known| known.id == service.id.as_str());
    let invented: Vec<_> = services.iter().filter_map(of_service).collect();
    let mut nodes: Vec<ServiceNodes> = services.iter().map(|_| ServiceNodes::default()).collect();
    let mut chance = Rng::with_seed(DAYS.unsigned_abs());
    let mut day = -DAYS;
    for (at, index) in times(&invented, plots) {
        if at.div_euclid(DAY) != day {
            day = at.div_euclid(DAY);
            history.save(store).await?;
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
        let outcome = nodes.record(service, Ok(vec![observation]), checked);
        history.builder.add_outcome(service, nodes, &outcome, checked);
    }
    history.save(store).await?;
    let silences = history.silences(started);
    history.builder.add_entry(WriteRequest { silences, ..WriteRequest::default() });
    history.save(store).await?;
    store.fold(&history.into_fold()).await?;
    Ok(store.close().await?)
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

/// What is not in the store yet.
struct History {
    builder: CommitBuilder,
    chunks: BTreeMap<(NodeId, Tier, i64), StoredChunk>,
    records: BTreeMap<NodeId, NodeRecord>,
    /// Raw samples before this time are past their retention.
    horizon: i64,
}

impl History {
    /// Stores everything but the samples, and folds these.
    async fn save(&mut self, store: &SqliteStore) -> Result<(), DemoError> {
        let Some(mut commit) = self.builder.take() else { return Ok(()) };
        // They were delivered when they happened. The next commit says so.
        let delivered = |message: Notification| DeliveryRecord::delivered(&message, message.created + DELIVERY);
        let deliveries = std::mem::take(&mut commit.notifications).into_iter().map(delivered).collect();
        self.builder.add_entry(WriteRequest { deliveries, ..WriteRequest::default() });
        let samples = std::mem::take(&mut commit.samples);
        self.fold(&commit, samples)?;
        for change in &mut commit.nodes {
            change.routine = false;
            self.records.insert(change.record.id, change.record.clone());
        }
        Ok(store.commit(&commit).await?)
    }

    fn fold(&mut self, commit: &Commit, samples: Vec<Sample>) -> Result<(), DemoError> {
        let mut by_node: BTreeMap<NodeId, Vec<Recent>> = BTreeMap::new();
        for sample in samples {
            by_node.entry(sample.node).or_default().push(Recent { commit: commit.number, sample });
        }
        for (node, recent) in by_node {
            for tier in Tier::ALL {
                let kept: Vec<_> =
                    recent.iter().filter(|recent| tier != Tier::Raw || recent.sample.at >= self.horizon).copied().collect();
                let slots = folding::slots(tier, &kept);
                let existing: Vec<_> = slots.iter().filter_map(|slot| self.chunks.get(&(node, tier, *slot)).cloned()).collect();
                for chunk in folding::fold_tier(tier, node, &kept, commit.number, &existing)? {
                    self.chunks.insert((node, tier, chunk.slot), chunk);
                }
            }
        }
        Ok(())
    }

    /// What operators have done.
    fn silences(&self, started: DateTime<FixedOffset>) -> Vec<Silence> {
        let ordered = |id, kind, service, comment: &str, from: i64, until: Option<i64>| {
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
        let node = self.records.values().find(|record| record.service.as_str() == ACKNOWLEDGED);
        let failure = node.and_then(|record| record.status.as_ref()?.failure);
        let incident = failure.and_then(|failure| failure.incident);
        let acknowledged = incident.map(|incident| {
            let kind = SilenceKind::Acknowledgement { incident };
            ordered(1, kind, ACKNOWLEDGED, "A technician is on the way.", -150, None)
        });
        let silence = ordered(2, SilenceKind::Silence, SILENCED, "The disks are being replaced.", -20, Some(180));
        let planned = ordered(3, SilenceKind::Maintenance, MAINTAINED, "Move to the new cluster.", 1_440, Some(1_560));
        acknowledged.into_iter().chain([silence, planned]).collect()
    }

    fn into_fold(self) -> Fold {
        Fold { chunks: self.chunks.into_values().collect(), nodes: Vec::new(), drop_journal: None }
    }
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
