//! The one task that changes what is known: it takes the results of the checks in the order in which they come, lets the machine
//! decide, has that saved, and then publishes it. What is not saved has not happened. Having one writer is what makes counts and
//! alerts exact however many checks and viewers there are.

use super::audience::Audience;
use super::ledger::Ledger;
use super::machine::Effect;
use super::open_incidents::OpenIncidents;
use super::service_nodes::{Change, ServiceNodes};
use super::{Service, restore};
use crate::events::Events;
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, Local};
use fail::fail_point;
use model::{CheckError, NotificationKind, Observation};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::SubmittedRequest;
use storage::{StoreSnapshot, StoreWriter};
use system::health::Pulse;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// Results that may wait. A full queue makes the checks wait, not memory grow.
pub const QUEUE: usize = 1024;

/// Results that are saved and published together at most, and how long the first of them waits for the others. One that changes a
/// state does not wait.
const GROUP: usize = 512;
const GROUP_TIME: Duration = Duration::from_millis(250);

/// How often the recorder shows that it works when there is nothing to record.
const PULSE: Duration = Duration::from_secs(1);

/// What came of one check.
#[derive(Debug)]
pub struct Round {
    /// The service's place in the list of services.
    pub service: usize,
    pub result: Result<Vec<Observation>, CheckError>,
    /// When the check ended.
    pub checked: DateTime<FixedOffset>,
    /// Asks whether what was seen has to be confirmed by another check; most do not ask.
    pub is_unconfirmed: Option<oneshot::Sender<bool>>,
}

/// Asks the recorder to forget every state, and answers when that has happened.
pub struct Flush {
    pub done: oneshot::Sender<()>,
}

/// Owns what is remembered of every node.
pub struct Recorder {
    services: Arc<[Arc<Service>]>,
    nodes: Vec<ServiceNodes>,
    ledger: Ledger,
    audience: Arc<dyn Audience>,
    writer: StoreWriter,
    events: Arc<Events>,
    started: DateTime<FixedOffset>,
    flushed: Arc<Notify>,
    pulse: Pulse,
    group: Group,
}

/// Results that are not saved yet.
#[derive(Default)]
struct Group {
    rounds: usize,
    changes: Vec<(usize, Change)>,
    /// When it is to be saved at the latest.
    due: Option<Instant>,
}

impl Recorder {
    /// Goes on from what the store knows, and publishes that at once.
    pub fn new(
        services: Arc<[Arc<Service>]>,
        audience: Arc<dyn Audience>,
        heartbeats: Heartbeats,
        loaded: &StoreSnapshot,
        writer: StoreWriter,
        events: Arc<Events>,
        started: DateTime<FixedOffset>,
    ) -> Self {
        let mut ledger = Ledger::new(Arc::clone(&services), Arc::clone(&audience), heartbeats, loaded);
        let mut nodes = restore::nodes(services.iter().map(AsRef::as_ref), loaded);
        let original: HashMap<&str, _> = loaded.legacy.iter().map(|original| (original.name.as_str(), original)).collect();
        let mut changes = Vec::new();
        for (index, (service, nodes)) in services.iter().zip(&mut nodes).enumerate() {
            if let Some(original) = original.get(service.name.as_str()) {
                let outcome = restore::adopt(service, nodes, original, started);
                ledger.note(index, nodes, &outcome, started);
            }
            changes.extend(nodes.show_restored(service).into_iter().map(|change| (index, ledger.numbered(index, change))));
        }
        ledger.forget_removed_jobs(loaded, started);
        events.publish(changes);
        Self {
            services,
            nodes,
            ledger,
            audience,
            writer,
            events,
            started,
            flushed: Arc::default(),
            pulse: Pulse::new(),
            group: Group::default(),
        }
    }

    /// The incidents that have not ended, now and later.
    pub fn open_incidents(&self) -> Arc<OpenIncidents> {
        self.ledger.open_incidents()
    }

    /// Notified each time when all states have been forgotten.
    pub fn flushed(&self) -> Arc<Notify> {
        Arc::clone(&self.flushed)
    }

    /// Beats at least once a second, and not while a commit is being made.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Works until every sender of rounds is gone, and all that they sent is saved and published. Entries that came until then are
    /// stored, later ones are not taken.
    pub async fn run(
        mut self,
        mut rounds: mpsc::Receiver<Round>,
        mut flushes: mpsc::Receiver<Flush>,
        mut entries: mpsc::Receiver<SubmittedRequest>,
    ) {
        let mut batch = Vec::with_capacity(GROUP);
        let mut ticks = interval(PULSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.pulse.beat();
            let due = self.group.due;
            let room = GROUP - self.group.rounds;
            tokio::select! {
                received = rounds.recv_many(&mut batch, room) => {
                    self.take(batch.drain(..));
                    if received == 0 {
                        self.save().await;
                        break;
                    }
                    if self.group.rounds >= GROUP || self.ledger.is_urgent() {
                        self.save().await;
                    }
                }
                () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => self.save().await,
                Some(flush) = flushes.recv() => {
                    self.flush().await;
                    // Whoever asked may have gone away meanwhile.
                    flush.done.send(()).ok();
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

    fn take(&mut self, batch: impl Iterator<Item = Round>) {
        for Round { service: index, result, checked, is_unconfirmed } in batch {
            let (Some(service), Some(nodes)) = (self.services.get(index), self.nodes.get_mut(index)) else { continue };
            let outcome = nodes.record(service, result, checked);
            self.ledger.note(index, nodes, &outcome, checked);
            if let Some(asks) = is_unconfirmed {
                // Whoever asked may have ended with the process.
                asks.send(nodes.are_unconfirmed()).ok();
            }
            for (node, effect) in &outcome.effects {
                tell(service, node, *effect);
            }
            self.group.rounds += 1;
            let Self { ledger, group, .. } = self;
            group.changes.extend(outcome.changes.into_iter().map(|change| (index, ledger.numbered(index, change))));
            self.group.due.get_or_insert_with(|| Instant::now() + GROUP_TIME);
        }
    }

    async fn save(&mut self) {
        fail_point!("recorder");
        if let Some(commit) = self.ledger.take() {
            // What is being sent already changes in the store, and is with those who send it.
            let messages = commit.notifications.iter().filter(|message| message.delivery.is_none() && message.given_up.is_none());
            let messages: Vec<_> = messages.cloned().collect();
            self.writer.save(commit).await;
            self.audience.hand_over(messages);
        }
        let Group { changes, .. } = std::mem::take(&mut self.group);
        self.events.publish(changes);
    }

    /// Stores an entry together with those that wait behind it.
    async fn enter(&mut self, first: SubmittedRequest, others: &mut mpsc::Receiver<SubmittedRequest>) {
        let mut waiting = Vec::new();
        let mut next = Some(first);
        while let Some(SubmittedRequest { request, stored }) = next {
            for heard in &request.heard {
                let place = self.services.iter().zip(&mut self.nodes).enumerate().find(|(_, (service, _))| service.id == *heard);
                if let Some((index, (service, nodes))) = place {
                    nodes.expect(service, Local::now().fixed_offset());
                    self.ledger.note_heartbeat(index, nodes);
                }
            }
            self.ledger.enter(request);
            waiting.push(stored);
            next = others.try_recv().ok();
        }
        self.save().await;
        for stored in waiting {
            stored.send(()).ok();
        }
    }

    async fn flush(&mut self) {
        let now = Local::now().fixed_offset();
        for (index, (service, nodes)) in self.services.iter().zip(&mut self.nodes).enumerate() {
            if let Ok(check) = &service.check {
                check.forget();
            }
            let outcome = nodes.flush(service, self.started);
            self.ledger.note(index, nodes, &outcome, now);
            self.group.changes.extend(outcome.changes.into_iter().map(|change| (index, change)));
        }
        self.save().await;
        self.flushed.notify_one();
        tracing::info!(services = self.services.len(), "Forgot every stored state.");
    }
}

fn tell(service: &Service, node: &str, effect: Effect) {
    match effect {
        Effect::Transition { from, to, .. } => {
            tracing::debug!(service.id = %service.id, node, %from, %to, "A node changed its state.");
        }
        Effect::Notify { kind: NotificationKind::Opened | NotificationKind::Recovered, state, last_state } => {
            let name = &service.name;
            tracing::warn!(service.id = %service.id, node, "{name} state changed to {state} before it was {last_state}");
        }
        Effect::Notify { kind: NotificationKind::Removed, last_state, .. } => {
            tracing::warn!(service.id = %service.id, node, %last_state, "A node with an open incident is no longer reported.");
        }
        Effect::Notify { kind, state, .. } => {
            tracing::warn!(service.id = %service.id, node, %state, ?kind, "There is news of a node in trouble.");
        }
        Effect::IncidentOpened(_) | Effect::IncidentWorsened { .. } | Effect::IncidentEnded => {}
    }
}
