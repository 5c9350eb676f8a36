//! The task that writes.

use super::adoption::{Adoption, Late};
use super::folding::Folding;
use super::health::StoreTrouble;
use super::pruning::Pruning;
use super::{COMMIT, Shared};
use crate::archive::Archive;
use crate::{Commit, Loaded, NodeRecord, Store, StoreError};
use chrono::Local;
use fail::fail_point;
use history::NodeId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

/// How long the store may take to load, to fold or to delete, before it counts as away.
const OTHER_WORK: Duration = Duration::from_secs(10);

/// After a failure the store is left alone for so long; after each further one twice as long, up to the limit.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How often the task looks whether there is something to fold or to delete, when nothing else wakes it.
const ROUND: Duration = Duration::from_secs(5);

pub struct Task {
    pub(super) store: Arc<dyn Store>,
    shared: Arc<Shared>,
    pub(super) archive: Arc<Archive>,
    /// The nodes as they are after the last commit stored, those included that the store has not written out since they are routine.
    pub(super) nodes: HashMap<NodeId, NodeRecord>,
    /// The last commit stored, by the number that the store knows.
    pub(super) stored: u64,
    adoption: Option<Adoption>,
    /// To whom to tell what a store knows that comes late.
    late: Option<oneshot::Sender<Late>>,
    is_loaded: bool,
    folding: Folding,
    pruning: Pruning,
    pause: Duration,
}

impl Task {
    pub fn new(store: Arc<dyn Store>, shared: Arc<Shared>, archive: Arc<Archive>, loaded: Option<&Loaded>) -> Self {
        let mut task = Self {
            store,
            shared,
            archive,
            nodes: HashMap::new(),
            stored: 0,
            adoption: None,
            late: None,
            is_loaded: false,
            folding: Folding::default(),
            pruning: Pruning::default(),
            pause: FIRST_PAUSE,
        };
        if let Some(loaded) = loaded {
            task.know(loaded);
        }
        task
    }

    /// Hears of what the store knows, once it has come.
    pub fn late(&mut self) -> oneshot::Receiver<Late> {
        let (sender, receiver) = oneshot::channel();
        self.late = Some(sender);
        receiver
    }

    /// Works until it is to end and the queue is empty, or to end while the store is away.
    pub async fn run(mut self) {
        loop {
            let worked = self.work().await;
            match worked {
                Ok(true) => self.recovered(),
                Ok(false) if self.shared.is_closing() => break,
                Ok(false) => self.wait_for_work().await,
                Err(error) => {
                    self.failed(&error);
                    if self.shared.is_closing() {
                        let waiting = self.shared.queue().len();
                        tracing::error!(commits = waiting, "The store is away; what waited to be stored is lost.");
                        break;
                    }
                    self.wait_after_failure().await;
                }
            }
        }
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "The store could not be closed well.");
        }
    }

    /// Does the most urgent thing that there is to do. Returns whether there was any.
    async fn work(&mut self) -> Result<bool, StoreError> {
        fail_point!("store");
        if !self.is_loaded {
            return self.load_late().await;
        }
        let front = self.shared.queue().front();
        let committed = match front {
            Some(commit) => self.commit(&commit).await.map(|()| true)?,
            None => false,
        };
        if self.shared.is_closing() {
            return Ok(committed);
        }
        // One small step of each after every commit: neither waits for an idle moment that may never come.
        Ok(self.fold_some().await? | self.prune_some().await? | committed)
    }

    /// A store that was away at the start has come.
    async fn load_late(&mut self) -> Result<bool, StoreError> {
        let loaded = in_time(OTHER_WORK, self.store.load()).await?;
        self.know(&loaded);
        let adoption = Adoption::of(&loaded);
        if let Some(late) = self.late.take() {
            // Whoever began without the store may have ended meanwhile.
            late.send(adoption.late(loaded)).ok();
        }
        self.adoption = Some(adoption);
        Ok(true)
    }

    fn know(&mut self, loaded: &Loaded) {
        self.stored = loaded.last_commit;
        for record in &loaded.nodes {
            self.archive.introduce(&record.service, &record.node, record.id);
            self.nodes.insert(record.id, record.clone());
        }
        self.archive.with_tail(|tail| {
            for (commit, samples) in &loaded.journal {
                let is_folded = |node: &NodeId| self.nodes.get(node).is_some_and(|record| record.folded >= *commit);
                let left: Vec<_> = samples.iter().filter(|sample| !is_folded(&sample.node)).copied().collect();
                tail.append(*commit, &left);
            }
        });
        self.is_loaded = true;
    }

    async fn commit(&mut self, sent: &Commit) -> Result<(), StoreError> {
        let adopted = self.adoption.as_mut().map(|adoption| adoption.translate(sent));
        let mut commit = adopted.unwrap_or_else(|| sent.clone());
        for change in &mut commit.nodes {
            change.record.folded = self.nodes.get(&change.record.id).map_or(0, |known| known.folded);
        }
        let begun = Instant::now();
        in_time(COMMIT, self.store.commit(&commit)).await?;
        let took = begun.elapsed();

        self.stored = commit.number;
        self.archive.with_tail(|tail| tail.append(commit.number, &commit.samples));
        for change in &commit.nodes {
            let record = &change.record;
            self.archive.introduce(&record.service, &record.node, record.id);
            self.nodes.insert(record.id, record.clone());
        }
        if let Some(adoption) = &mut self.adoption {
            adoption.stored();
        }
        self.shared.queue().pop();
        self.shared.health.send_modify(|health| {
            self.shared.queue().count(health);
            health.stored_commits += 1;
            health.stored_samples += commit.samples.len() as u64;
            health.latest_commit = took;
        });
        self.shared.progress.send_modify(|progress| progress.stored = sent.number);
        Ok(())
    }

    async fn fold_some(&mut self) -> Result<bool, StoreError> {
        let mut folding = std::mem::take(&mut self.folding);
        let worked = in_time(OTHER_WORK, folding.step(self)).await;
        self.folding = folding;
        worked
    }

    async fn prune_some(&mut self) -> Result<bool, StoreError> {
        let mut pruning = std::mem::take(&mut self.pruning);
        let worked = in_time(OTHER_WORK, pruning.step(self)).await;
        self.pruning = pruning;
        worked
    }

    fn recovered(&mut self) {
        self.pause = FIRST_PAUSE;
        let was_away = self.shared.health.send_if_modified(|health| health.trouble.take().is_some());
        if was_away {
            tracing::info!("The store is back; what waited is being stored.");
            self.shared.progress.send_modify(|progress| progress.away = false);
        }
    }

    fn failed(&self, error: &StoreError) {
        self.shared.health.send_modify(|health| {
            self.shared.queue().count(health);
            let message = error.to_string();
            match &mut health.trouble {
                Some(trouble) => trouble.message = message,
                None => {
                    tracing::error!(store = health.place, %error, "The store is away; checks and alerts go on from memory.");
                    health.trouble = Some(StoreTrouble { since: Local::now().fixed_offset(), message });
                }
            }
        });
        self.shared.progress.send_modify(|progress| progress.away = true);
    }

    async fn wait_for_work(&self) {
        timeout(ROUND, self.shared.bell.notified()).await.ok();
    }

    /// Leaves the store alone for a while. New commits do not cut that short, the end does.
    async fn wait_after_failure(&mut self) {
        let again = Instant::now() + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        let mut progress = self.shared.progress.subscribe();
        tokio::select! {
            () = sleep_until(again) => {}
            _ = progress.wait_for(|progress| progress.closing) => {}
        }
    }
}

/// Waits for the store, but not for ever.
pub(super) async fn in_time<T>(limit: Duration, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = || StoreError::Away(format!("no answer within {} s", limit.as_secs()));
    timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
}
