//! The one task that changes what is known: it takes the results of the checks in the order in which they come, lets the machine
//! decide, and publishes. Having one writer is what makes counts and alerts exact however many checks and viewers there are.

use super::Service;
use super::machine::Effect;
use super::service_nodes::{Change, ServiceNodes};
use crate::events::Events;
use crate::plugins::{CheckError, Observation};
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Results that may wait. A full queue makes the checks wait, not memory grow.
pub const QUEUE: usize = 1024;

/// Results that are published together at most.
const BATCH: usize = 512;

/// What came of one check.
#[derive(Debug)]
pub struct Round {
    /// The service's place in the list of services.
    pub service: usize,
    pub result: Result<Vec<Observation>, CheckError>,
    /// When the check ended.
    pub checked: DateTime<FixedOffset>,
}

/// Asks the recorder to forget every state, and answers when that has happened.
pub struct Flush {
    pub done: oneshot::Sender<()>,
}

/// Owns what is remembered of every node.
pub struct Recorder {
    services: Arc<[Arc<Service>]>,
    nodes: Vec<ServiceNodes>,
    events: Arc<Events>,
    started: DateTime<FixedOffset>,
}

impl Recorder {
    pub fn new(services: Arc<[Arc<Service>]>, events: Arc<Events>, started: DateTime<FixedOffset>) -> Self {
        let nodes = services.iter().map(|_| ServiceNodes::default()).collect();
        Self { services, nodes, events, started }
    }

    /// Works until every sender of rounds is gone and all that they sent is published.
    pub async fn run(mut self, mut rounds: mpsc::Receiver<Round>, mut flushes: mpsc::Receiver<Flush>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                received = rounds.recv_many(&mut batch, BATCH) => {
                    if received == 0 {
                        return;
                    }
                    self.record(batch.drain(..));
                }
                Some(flush) = flushes.recv() => {
                    self.flush();
                    // Whoever asked may have gone away meanwhile.
                    flush.done.send(()).ok();
                }
            }
        }
    }

    fn record(&mut self, batch: impl Iterator<Item = Round>) {
        let mut changes = Vec::new();
        for Round { service: index, result, checked } in batch {
            let (Some(service), Some(nodes)) = (self.services.get(index), self.nodes.get_mut(index)) else { continue };
            let outcome = nodes.record(service, result, checked);
            for (node, effect) in &outcome.effects {
                tell(service, node, *effect);
            }
            changes.extend(outcome.changes.into_iter().map(|change| (index, change)));
        }
        self.events.publish(changes);
    }

    fn flush(&mut self) {
        let mut changes: Vec<(usize, Change)> = Vec::new();
        for (index, (service, nodes)) in self.services.iter().zip(&mut self.nodes).enumerate() {
            if let Ok(check) = &service.check {
                check.forget();
            }
            changes.extend(nodes.flush(service, self.started).into_iter().map(|change| (index, change)));
        }
        tracing::info!(services = self.services.len(), "Forgot every stored state.");
        self.events.publish(changes);
    }
}

fn tell(service: &Service, node: &str, effect: Effect) {
    match effect {
        Effect::Transition { from, to } => {
            tracing::debug!(service.id = %service.id, node, %from, %to, "A node changed its state.");
        }
        Effect::Notify { state, last_state } => {
            let name = &service.name;
            tracing::warn!(service.id = %service.id, node, "{name} state changed to {state} before it was {last_state}");
        }
    }
}
