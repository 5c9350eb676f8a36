//! The recorder: the one task that changes states. It takes check results in order, lets the state machine decide, has the changes
//! stored, and then publishes them. Changes that are not stored are not published. A single writer keeps counts and notifications exact
//! with any number of checks and viewers.

mod effect_log;

use super::alert_sink::AlertSink;
use super::check_details::{CheckDetails, Findings};
use super::check_result::CheckResult;
use super::commit_builder::CommitBuilder;
use super::open_incidents::OpenIncidents;
use super::row::{NodeReport, Row, RowChange};
use super::service_nodes::{Change, ServiceNodes};
use super::suppression::SuppressionRules;
use super::{Service, ServiceChanges, Services, restore};
use crate::events::Events;
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, Local};
use effect_log::log;
use fail::fail_point;
use model::{MetricView, ServiceId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::{SubmittedRequest, WriteRequest};
use storage::{FormerIds, Renames, StoreSnapshot, StoreWriter};
use system::clock::Clock;
use system::health::Pulse;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// The capacity of the queue of results. A full queue delays the checks.
pub const QUEUE: usize = 1024;

/// The most results in one commit, and how long the first of them waits for others. A result that changes a state does not wait.
const GROUP: usize = 512;
const GROUP_TIME: Duration = Duration::from_millis(250);

/// The time between two signs of life while there is nothing to record.
const PULSE: Duration = Duration::from_secs(1);

/// A request to reset all states, which is answered when that is done.
pub struct Flush {
    pub done: oneshot::Sender<()>,
}

/// A request to watch these services from now on, and no others. It is answered with what that has changed.
pub struct Replace {
    pub services: Vec<Arc<Service>>,
    pub former_ids: FormerIds,
    pub done: oneshot::Sender<ServiceChanges>,
}

/// The recorder tells the scheduler that a result of a service with a retry interval is recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub service: ServiceId,
    /// Whether the next check is a retry.
    pub needs_confirmation: bool,
}

/// What the recorder works with.
pub struct Parts {
    pub services: Arc<Services>,
    pub alert_sink: Arc<dyn AlertSink>,
    pub heartbeats: Heartbeats,
    pub writer: StoreWriter,
    pub events: Arc<Events>,
    pub details: Arc<CheckDetails>,
    pub suppression: Arc<SuppressionRules>,
    pub clock: Clock,
    /// Where the scheduler learns what was recorded. One message per service waits at most, because a service is not due again before.
    pub recorded: mpsc::UnboundedSender<Recorded>,
    /// The start of the process.
    pub started: DateTime<FixedOffset>,
}

/// Owns the state of every node.
pub struct Recorder {
    services: Arc<Services>,
    /// Of every service.
    nodes: HashMap<ServiceId, ServiceNodes>,
    /// Of services with an open incident that were not configured at the start, and have not come back since.
    absent: HashMap<ServiceId, ServiceNodes>,
    commit: CommitBuilder,
    alert_sink: Arc<dyn AlertSink>,
    writer: StoreWriter,
    events: Arc<Events>,
    details: Arc<CheckDetails>,
    suppression: Arc<SuppressionRules>,
    clock: Clock,
    recorded: mpsc::UnboundedSender<Recorded>,
    started: DateTime<FixedOffset>,
    flushed: Arc<Notify>,
    pulse: Pulse,
    group: Group,
}

/// The metrics of one node in one check.
struct Measured {
    service: ServiceId,
    node: String,
    /// Milliseconds since 1970.
    at: i64,
    metrics: Vec<MetricView>,
}

/// Results that are not stored yet.
#[derive(Default)]
struct Group {
    results: usize,
    changes: Vec<(Arc<Service>, Change)>,
    /// What the checks found besides the rows.
    findings: Vec<(Arc<Service>, Findings)>,
    metrics: Vec<Measured>,
    /// Where to report that a result is published: a user has requested the check.
    waiting: Vec<oneshot::Sender<()>>,
    /// The latest time to store them.
    due: Option<Instant>,
}

impl Recorder {
    /// Continues with the states of the store, and publishes them.
    pub fn new(parts: Parts, loaded: &StoreSnapshot) -> Self {
        let Parts { services, alert_sink, heartbeats, writer, events, details, suppression, clock, recorded, started } = parts;
        let mut commit = CommitBuilder::new(Arc::clone(&alert_sink), heartbeats, loaded);
        let all = services.all();
        let mut nodes = restore::nodes(&all, loaded);
        let legacy: HashMap<&str, _> = loaded.legacy.iter().map(|legacy| (legacy.name.as_str(), legacy)).collect();
        let mut changes = Vec::new();
        for service in &all {
            let nodes = nodes.entry(service.id.clone()).or_default();
            if let Some(legacy) = legacy.get(service.name.as_str()) {
                let outcome = restore::adopt(service, nodes, legacy, started);
                commit.add_outcome(service, nodes, &outcome, started);
            }
            let shown = nodes.show_restored(service).into_iter();
            changes.extend(shown.map(|change| (Arc::clone(service), commit.numbered(&service.id, change))));
        }
        commit.reset_removed_jobs(&services, loaded, started);
        let recorder = Self {
            absent: restore::absent_nodes(&all, loaded),
            services,
            nodes,
            commit,
            alert_sink,
            writer,
            events,
            details,
            suppression,
            clock,
            recorded,
            started,
            flushed: Arc::default(),
            pulse: Pulse::new(),
            group: Group::default(),
        };
        recorder.publish(changes);
        recorder
    }

    /// The open incidents, now and later.
    pub fn open_incidents(&self) -> Arc<OpenIncidents> {
        self.commit.open_incidents()
    }

    /// Notified whenever all states have been reset.
    pub fn flushed(&self) -> Arc<Notify> {
        Arc::clone(&self.flushed)
    }

    /// Beats at least once a second, and not while a commit is being made.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Works until every sender of results is gone and all results are stored and published. Entries that arrive until then are stored,
    /// later ones are not accepted.
    pub async fn run(
        mut self,
        mut results: mpsc::Receiver<CheckResult>,
        mut flushes: mpsc::Receiver<Flush>,
        mut replacements: mpsc::Receiver<Replace>,
        mut entries: mpsc::Receiver<SubmittedRequest>,
    ) {
        let mut batch = Vec::with_capacity(GROUP);
        let mut ticks = interval(PULSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.pulse.beat();
            let due = self.group.due;
            let room = GROUP - self.group.results;
            tokio::select! {
                received = results.recv_many(&mut batch, room) => {
                    self.record(batch.drain(..));
                    if received == 0 {
                        self.save().await;
                        break;
                    }
                    let is_awaited = !self.group.waiting.is_empty();
                    if self.group.results >= GROUP || self.commit.is_urgent() || is_awaited {
                        self.save().await;
                    }
                }
                () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => self.save().await,
                Some(flush) = flushes.recv() => {
                    self.flush().await;
                    // The request may have been dropped meanwhile.
                    flush.done.send(()).ok();
                }
                Some(Replace { services, former_ids, done }) = replacements.recv() => {
                    // The caller may have stopped waiting.
                    done.send(self.replace(services, &former_ids).await).ok();
                }
                Some(submitted) = entries.recv() => self.enter(submitted, &mut entries).await,
                _ = ticks.tick() => {}
            }
        }
        entries.close();
        while let Some(submitted) = entries.recv().await {
            self.enter(submitted, &mut entries).await;
        }
        self.writer.close().await;
    }

    fn record(&mut self, batch: impl Iterator<Item = CheckResult>) {
        for CheckResult { service, result, checked, published } in batch {
            self.group.waiting.extend(published);
            let nodes = self.nodes.get_mut(&service.id).filter(|_| self.services.is_current(&service));
            let Some(nodes) = nodes else {
                // It says nothing about what the service is now, but the scheduler waits for it.
                self.report(&service, false);
                continue;
            };
            let findings = Findings::of(&result, &service.node);
            self.group.metrics.extend(findings.metrics().map(|(node, metrics)| Measured {
                service: service.id.clone(),
                node: node.to_owned(),
                at: checked.timestamp_millis(),
                metrics: metrics.to_vec(),
            }));
            self.group.findings.push((Arc::clone(&service), findings));
            if let Some(resumed) = self.suppression.silences.resumed(&service.id) {
                nodes.resume(resumed);
            }
            let outcome = nodes.record(&service, result, checked);
            self.commit.add_outcome(&service, nodes, &outcome, checked);
            let needs_confirmation = nodes.needs_confirmation();
            self.report(&service, needs_confirmation);
            for (node, effect) in &outcome.effects {
                log(&service, node, *effect, &self.commit);
            }
            self.group.results += 1;
            let Self { commit, group, .. } = self;
            let changes = outcome.changes.into_iter();
            group.changes.extend(changes.map(|change| (Arc::clone(&service), commit.numbered(&service.id, change))));
            self.group.due.get_or_insert_with(|| Instant::now() + GROUP_TIME);
        }
    }

    /// Tells the scheduler that the result of a check is recorded.
    fn report(&self, service: &Service, needs_confirmation: bool) {
        if service.retry_interval.is_some() {
            // The scheduler may have ended already.
            self.recorded.send(Recorded { service: service.id.clone(), needs_confirmation }).ok();
        }
    }

    async fn save(&mut self) {
        fail_point!("recorder");
        let messages = self.commit.new_notifications();
        if let Some(commit) = self.commit.take() {
            self.writer.save(commit).await;
            self.alert_sink.queue(messages);
        }
        let Group { changes, findings, metrics, waiting, .. } = std::mem::take(&mut self.group);
        // The nodes are stored by now.
        for Measured { service, node, at, metrics } in metrics {
            let values = metrics.iter().map(|metric| (metric.name.as_str(), metric.unit.as_str(), metric.value));
            self.writer.add_metrics(&service, &node, at, values);
        }
        self.details.publish(findings);
        self.publish(changes);
        for published in waiting {
            // The request may have been dropped meanwhile.
            published.send(()).ok();
        }
    }

    fn publish(&self, changes: Vec<(Arc<Service>, Change)>) {
        let now = self.clock.now();
        let changes = changes.into_iter().map(|(service, change)| match change {
            Change::Row(report) => {
                let row = Row::new(&service, report);
                let suppression = self.suppression.of_row(&row, now);
                RowChange::Row(row.with_suppression(suppression))
            }
            Change::Removed(key) => RowChange::Removed(key),
        });
        self.events.publish(changes.collect());
    }

    /// Stores an entry together with those that are queued behind it.
    async fn enter(&mut self, first: SubmittedRequest, others: &mut mpsc::Receiver<SubmittedRequest>) {
        let mut waiting = Vec::new();
        let mut next = Some(first);
        while let Some(SubmittedRequest { request, stored }) = next {
            for heard in &request.heard {
                if let (Some(service), Some(nodes)) = (self.services.get(heard), self.nodes.get_mut(heard)) {
                    nodes.expect(&service, Local::now().fixed_offset());
                    self.commit.add_heartbeat(&service, nodes);
                }
            }
            self.commit.add_entry(request);
            waiting.push(stored);
            next = others.try_recv().ok();
        }
        self.save().await;
        for stored in waiting {
            stored.send(()).ok();
        }
    }

    /// Watches these services from now on. Incidents of removed ones end, and renamed ones go on.
    async fn replace(&mut self, services: Vec<Arc<Service>>, former_ids: &FormerIds) -> ServiceChanges {
        // What was checked so far was checked with the services of before.
        self.save().await;
        let now = Local::now().fixed_offset();
        let renames = former_ids.decide(|id| self.commit.has_history(id));
        let changes = self.services.replace(services, &renames);
        for service in &changes.removed {
            let mut nodes = self.nodes.remove(&service.id).unwrap_or_default();
            let outcome = nodes.remove(service);
            self.commit.add_outcome(service, &nodes, &outcome, now);
            self.group.findings.push((Arc::clone(service), Findings::default()));
            for (node, effect) in &outcome.effects {
                log(service, node, *effect, &self.commit);
            }
            self.group.changes.extend(outcome.changes.into_iter().map(|change| (Arc::clone(service), change)));
        }
        let mut restored = self.rename(&renames, now);
        for (before, service) in &changes.changed {
            if before.id != service.id {
                self.group.findings.push((Arc::clone(before), Findings::default()));
            }
            let nodes = self.nodes.entry(service.id.clone()).or_default();
            let rows = nodes.reconfigure(before, service, now).into_iter();
            let Self { commit, group, .. } = self;
            group.changes.extend(rows.map(|change| (Arc::clone(service), commit.numbered(&service.id, change))));
            group.findings.push((Arc::clone(service), Findings::default()));
        }
        for service in &changes.added {
            if restored.iter().any(|(restored, _)| restored.id == service.id) {
                continue;
            }
            if let Some(nodes) = self.absent.remove(&service.id) {
                restored.push((Arc::clone(service), nodes));
                continue;
            }
            self.commit.end_earlier_incidents(service, now);
            self.nodes.insert(service.id.clone(), ServiceNodes::default());
            let row = Change::Row(NodeReport::not_checked_yet(service, now));
            self.group.changes.push((Arc::clone(service), row));
        }
        for (service, mut nodes) in restored {
            let mut rows = nodes.show_restored(&service);
            if rows.is_empty() {
                rows.push(Change::Row(NodeReport::not_checked_yet(&service, now)));
            }
            let Self { commit, group, .. } = self;
            group.changes.extend(rows.into_iter().map(|change| (Arc::clone(&service), commit.numbered(&service.id, change))));
            self.nodes.insert(service.id.clone(), nodes);
        }
        self.save().await;
        changes
    }

    /// What was of former ids is of the present ones from now on. The next commit stores all of it. Returns the services that were not
    /// configured at the start, with their nodes.
    fn rename(&mut self, renames: &Renames, now: DateTime<FixedOffset>) -> Vec<(Arc<Service>, ServiceNodes)> {
        let mut restored = Vec::new();
        for (former, present) in renames.iter() {
            let Some(service) = self.services.get(present) else { continue };
            if let Some(nodes) = self.nodes.remove(former) {
                self.commit.rename(former, &service, &nodes);
                // One that was never checked has no nodes, and does not replace those of another one.
                if renames.is_continued(former) || !self.nodes.contains_key(present) {
                    self.nodes.insert(present.clone(), nodes);
                }
            } else if let Some(nodes) = self.absent.remove(former) {
                self.commit.rename(former, &service, &nodes);
                restored.push((service, nodes));
            } else if renames.is_continued(former) {
                // It was removed before, so that nothing is known of the states of its nodes.
                self.commit.rename(former, &service, &ServiceNodes::default());
                self.commit.end_earlier_incidents(&service, now);
            }
        }
        let silences = self.suppression.silences.rename(renames);
        self.commit.add_entry(WriteRequest { silences, ..WriteRequest::default() });
        self.alert_sink.rename(renames);
        restored
    }

    async fn flush(&mut self) {
        let now = Local::now().fixed_offset();
        self.absent.clear();
        for service in self.services.all() {
            let Some(nodes) = self.nodes.get_mut(&service.id) else { continue };
            if let Ok(check) = &service.check {
                check.forget();
            }
            self.group.findings.push((Arc::clone(&service), Findings::default()));
            let outcome = nodes.flush(&service, self.started);
            self.commit.add_outcome(&service, nodes, &outcome, now);
            self.group.changes.extend(outcome.changes.into_iter().map(|change| (Arc::clone(&service), change)));
        }
        self.save().await;
        self.flushed.notify_one();
        tracing::info!(services = self.services.len(), "All states were reset.");
    }
}
