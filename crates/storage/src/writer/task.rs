//! The task of the store writer.

use super::folding::Folding;
use super::health::StoreOutage;
use super::id_translation::{IdTranslation, LateSnapshot};
use super::loading::load_renamed;
use super::pruning::Pruning;
use super::stored::Stored;
use super::{COMMIT, Shared};
use crate::history_reader::HistoryReader;
use crate::{Commit, FormerIds, LeftHistory, Store, StoreError, StoreSnapshot};
use chrono::Local;
use fail::fail_point;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use system::backoff::Backoff;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

/// Time limit of loading, folding and deleting. A store that exceeds it counts as unavailable.
const OTHER_WORK: Duration = Duration::from_secs(10);

/// Time limit of the last work before the end.
const LAST_WORK: Duration = Duration::from_secs(2);

/// The pauses after failures.
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(250), longest: Duration::from_secs(15) };

/// Longest time between two looks for something to fold or to delete.
const ROUND: Duration = Duration::from_secs(5);

pub struct Task {
    stored: Stored,
    shared: Arc<Shared>,
    translation: Option<IdTranslation>,
    /// Receives the snapshot of a store that connects late.
    late: Option<oneshot::Sender<LateSnapshot>>,
    /// For a store that connects late.
    former_ids: FormerIds,
    is_loaded: bool,
    folding: Folding,
    pruning: Pruning,
    /// Failed attempts in a row.
    failures: u32,
}

impl Task {
    pub fn new(
        store: Arc<dyn Store>,
        shared: Arc<Shared>,
        history: Arc<HistoryReader>,
        loaded: Option<&StoreSnapshot>,
        former_ids: FormerIds,
    ) -> Self {
        let mut task = Self {
            stored: Stored::new(store, history),
            shared,
            translation: None,
            late: None,
            former_ids,
            is_loaded: false,
            folding: Folding::default(),
            pruning: Pruning::default(),
            failures: 0,
        };
        if let Some(loaded) = loaded {
            task.know(loaded);
        }
        task
    }

    /// Receives the snapshot of the store when it connects late.
    pub fn late(&mut self) -> oneshot::Receiver<LateSnapshot> {
        let (sender, receiver) = oneshot::channel();
        self.late = Some(sender);
        receiver
    }

    /// Works until it is closed and the queue is empty, or closed while the store is unavailable.
    pub async fn run(mut self) {
        loop {
            let worked = self.work().await;
            match worked {
                Ok(true) => self.recovered(),
                Ok(false) if self.shared.is_closing() => {
                    self.fold_last_metrics().await;
                    break;
                }
                Ok(false) => self.wait_for_work().await,
                Err(error) => {
                    self.failed(&error);
                    if self.shared.is_closing() {
                        let waiting = self.shared.queue().len();
                        tracing::error!(commits = waiting, "The store is unavailable at the end; its pending commits are lost.");
                        break;
                    }
                    self.wait_after_failure().await;
                }
            }
        }
        if let Err(error) = self.stored.store.close().await {
            tracing::warn!(%error, "The store could not be closed.");
        }
    }

    /// Metrics have no journal from which they could be folded after the next start.
    async fn fold_last_metrics(&mut self) {
        if !self.is_loaded {
            return;
        }
        if let Err(error) = in_time(LAST_WORK, self.stored.fold_last_metrics()).await {
            tracing::warn!(%error, "The metrics of the last minutes could not be stored.");
        }
    }

    /// Does the most urgent work. Returns whether there was any.
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
        // One small step of each after every commit, because an idle moment may never come.
        Ok(self.fold_some().await? | self.prune_some().await? | committed)
    }

    /// Loads a store that was unavailable at the start.
    async fn load_late(&mut self) -> Result<bool, StoreError> {
        let (loaded, left) = in_time(OTHER_WORK, load_renamed(&*self.stored.store, &self.former_ids)).await?;
        for LeftHistory { former, service } in left {
            tracing::warn!(service.id = %service, %former, "The history of a former id stays where it is: the service has one of its own.");
        }
        self.know(&loaded);
        let translation = IdTranslation::of(&loaded);
        if let Some(late) = self.late.take() {
            // The receiver may have ended meanwhile.
            late.send(translation.late(loaded)).ok();
        }
        self.translation = Some(translation);
        Ok(true)
    }

    fn know(&mut self, loaded: &StoreSnapshot) {
        self.stored.know(loaded);
        self.is_loaded = true;
    }

    async fn commit(&mut self, sent: &Commit) -> Result<(), StoreError> {
        let translated = self.translation.as_mut().map(|translation| translation.translate(sent));
        let mut commit = translated.unwrap_or_else(|| sent.clone());
        for change in &mut commit.nodes {
            change.record.folded = self.stored.folded(change.record.id);
        }
        let begun = Instant::now();
        in_time(COMMIT, self.stored.store.commit(&commit)).await?;
        let took = begun.elapsed();

        self.stored.committed(&commit);
        if let Some(translation) = &mut self.translation {
            translation.stored();
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
        in_time(OTHER_WORK, self.folding.step(&mut self.stored)).await
    }

    async fn prune_some(&mut self) -> Result<bool, StoreError> {
        in_time(OTHER_WORK, self.pruning.step(&mut self.stored)).await
    }

    fn recovered(&mut self) {
        self.failures = 0;
        let was_away = self.shared.health.send_if_modified(|health| health.outage.take().is_some());
        if was_away {
            tracing::info!("The store is available again; pending commits are being stored.");
            self.shared.progress.send_modify(|progress| progress.away = false);
        }
    }

    fn failed(&self, error: &StoreError) {
        self.shared.health.send_modify(|health| {
            self.shared.queue().count(health);
            let message = error.to_string();
            match &mut health.outage {
                Some(outage) => outage.message = message,
                None => {
                    tracing::error!(store = health.place, %error, "The store is unavailable; checks and notifications continue from memory.");
                    health.outage = Some(StoreOutage { since: Local::now().fixed_offset(), message });
                }
            }
        });
        self.shared.progress.send_modify(|progress| progress.away = true);
    }

    async fn wait_for_work(&self) {
        timeout(ROUND, self.shared.bell.notified()).await.ok();
    }

    /// Pauses before the next attempt. New commits do not end the pause, closing does.
    async fn wait_after_failure(&mut self) {
        self.failures = self.failures.saturating_add(1);
        let again = Instant::now() + BACKOFF.pause(self.failures, 0.0);
        let mut progress = self.shared.progress.subscribe();
        tokio::select! {
            () = sleep_until(again) => {}
            _ = progress.wait_for(|progress| progress.closing) => {}
        }
    }
}

/// Waits for the store, at most for `limit`.
pub(super) async fn in_time<T>(limit: Duration, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = || StoreError::Away(format!("no answer within {} s", limit.as_secs()));
    timeout(limit, work).await.unwrap_or_else(|_| Err(late()))
}
