use super::health::{StoreHealth, StoreOutage};
use super::loading::load_renamed;
use super::pending_ends::ended_incidents;
use super::task::Task;
use super::{LateSnapshot, Progress, Shared, StoreWriter};
use crate::history_reader::HistoryReader;
use crate::{FormerIds, LeftHistory, Store, StoreError, StoreSnapshot};
use chrono::Local;
use history::Retention;
use parking_lot::Mutex;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// Pause between two attempts to load the store at the start.
const AGAIN: Duration = Duration::from_millis(500);

/// How long the start waits for the store without a word.
const QUIET: Duration = Duration::from_millis(400);

/// A started store.
pub struct Start {
    pub writer: StoreWriter,
    pub history: Arc<HistoryReader>,
    /// The content of the store; empty while it is unavailable.
    pub loaded: StoreSnapshot,
    /// The histories of former ids that stay where they are.
    pub left: Vec<LeftHistory>,
    /// Receives the content of a store that was unavailable at the start; absent otherwise.
    pub late: Option<oneshot::Receiver<LateSnapshot>>,
}

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "the {kind} store at {place} cannot be used: {source}. To run without it until it can be reached, set \
         `start_without_store: true`; to keep nothing, `persistent_data: False`"
    )]
    Away { kind: &'static str, place: String, source: StoreError },
    /// Only an operator can solve it.
    #[error("the {kind} store cannot be used: {reason}. To start without it all the same, set `start_without_store: true`")]
    Misplaced { kind: &'static str, reason: String },
    #[error("the {kind} store at {place} cannot be used: {source}")]
    Unusable { kind: &'static str, place: String, source: StoreError },
}

/// Loads the store and starts to write to it. Services continue what was stored under their former ids.
///
/// An unavailable store is retried until `patience` is over, a misplaced one is not. After that this fails or, with `may_go_without`,
/// starts as if the store had become unavailable.
pub async fn start(
    store: Arc<dyn Store>,
    retention: Retention,
    patience: Duration,
    may_go_without: bool,
    former_ids: FormerIds,
) -> Result<Start, StartError> {
    let mut health = StoreHealth::new(store.kind(), store.place());
    let (loaded, left) = match load_audibly(&*store, &health, patience, &former_ids).await {
        Ok((loaded, left)) => (Some(loaded), left),
        Err(source @ (StoreError::Away(_) | StoreError::Misplaced(_))) if may_go_without => {
            tracing::error!(store = health.place, error = %source, "The store is unavailable; starting without it.");
            health.outage = Some(StoreOutage { since: Local::now().fixed_offset(), message: source.to_string() });
            (None, Vec::new())
        }
        Err(StoreError::Misplaced(reason)) => return Err(StartError::Misplaced { kind: health.kind, reason }),
        Err(source @ StoreError::Away(_)) => {
            return Err(StartError::Away { kind: health.kind, place: health.place, source });
        }
        Err(source) => return Err(StartError::Unusable { kind: health.kind, place: health.place, source }),
    };

    let history = Arc::new(HistoryReader::new(Arc::clone(&store), retention));
    let progress = Progress { away: loaded.is_none(), ..Progress::default() };
    let shared = Arc::new(Shared {
        queue: Mutex::default(),
        bell: Notify::new(),
        health: watch::Sender::new(health),
        progress: watch::Sender::new(progress),
    });
    let mut task = Task::new(store, Arc::clone(&shared), Arc::clone(&history), loaded.as_ref(), former_ids);
    let late = loaded.is_none().then(|| task.late());
    let ended = CancellationToken::new();
    let end = ended.clone().drop_guard();
    #[expect(clippy::disallowed_methods, reason = "the handle becomes a supervised task")]
    let task = tokio::spawn(async {
        task.run().await;
        drop(end);
    });
    let writer = StoreWriter { shared, history: Arc::clone(&history), task: Some(task), ended };
    Ok(Start { writer, history, loaded: loaded.unwrap_or_default(), left, late })
}

/// Loads the store. Logs what the start waits for, unless that is over at once.
async fn load_audibly(
    store: &dyn Store,
    health: &StoreHealth,
    patience: Duration,
    former_ids: &FormerIds,
) -> Result<(StoreSnapshot, Vec<LeftHistory>), StoreError> {
    let mut loading = pin!(load(store, patience, former_ids));
    tokio::select! {
        biased;
        loaded = &mut loading => loaded,
        () = sleep(QUIET) => {
            let StoreHealth { kind, place, .. } = health;
            let seconds = patience.as_secs_f64();
            tracing::warn!(store = place, "The {kind} store has not answered yet. The start waits for it for up to {seconds} s.");
            loading.await
        }
    }
}

async fn load(
    store: &dyn Store,
    patience: Duration,
    former_ids: &FormerIds,
) -> Result<(StoreSnapshot, Vec<LeftHistory>), StoreError> {
    let deadline = Instant::now() + patience;
    loop {
        let late = || StoreError::Away(format!("no answer within {} s", patience.as_secs_f64()));
        let loading = async {
            let (loaded, left) = load_renamed(store, former_ids).await?;
            let ended_incidents = ended_incidents(store, &loaded).await?;
            Ok((StoreSnapshot { ended_incidents, ..loaded }, left))
        };
        match timeout_at(deadline, loading).await.unwrap_or_else(|_| Err(late())) {
            Err(StoreError::Away(_)) if Instant::now() + AGAIN < deadline => sleep(AGAIN).await,
            result => return result,
        }
    }
}
