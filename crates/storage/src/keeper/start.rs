use super::health::{StoreHealth, StoreTrouble};
use super::task::Task;
use super::{Keeper, Late, Progress, Shared};
use crate::archive::Archive;
use crate::{Loaded, Store, StoreError};
use chrono::Local;
use history::Retention;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// Between two attempts to reach a store at the start.
const AGAIN: Duration = Duration::from_millis(500);

/// A store that is at work.
pub struct Start {
    pub keeper: Keeper,
    pub archive: Arc<Archive>,
    /// What it knew.
    pub loaded: Loaded,
    /// What it turns out to have known; absent unless it was away.
    pub late: Option<oneshot::Receiver<Late>>,
}

/// Why there is no store to work with.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "the {kind} store at {place} cannot be used: {source}. To run without it until it can be reached, set \
         `start_without_store: true`; to keep nothing, `persistent_data: False`"
    )]
    Away { kind: &'static str, place: String, source: StoreError },
    /// It can only be helped by an operator.
    #[error("the {kind} store cannot be used: {reason}. To start without it all the same, set `start_without_store: true`")]
    Misplaced { kind: &'static str, reason: String },
    #[error("the {kind} store at {place} cannot be used: {source}")]
    Unusable { kind: &'static str, place: String, source: StoreError },
}

/// Loads what the store knows and begins to write to it.
///
/// A store that is away is tried again until `patience` is over; one that is misplaced is not. Then this fails, or, if it may go on without, begins in the state of
/// a store that has gone away.
pub async fn start(
    store: Arc<dyn Store>,
    retention: Retention,
    patience: Duration,
    may_go_without: bool,
) -> Result<Start, StartError> {
    let mut health = StoreHealth::new(store.kind(), store.place());
    let loaded = match load(&*store, patience).await {
        Ok(loaded) => Some(loaded),
        Err(source @ (StoreError::Away(_) | StoreError::Misplaced(_))) if may_go_without => {
            tracing::error!(store = health.place, error = %source, "The store cannot be reached; going on without it.");
            health.trouble = Some(StoreTrouble { since: Local::now().fixed_offset(), message: source.to_string() });
            None
        }
        Err(StoreError::Misplaced(reason)) => return Err(StartError::Misplaced { kind: health.kind, reason }),
        Err(source @ StoreError::Away(_)) => {
            return Err(StartError::Away { kind: health.kind, place: health.place, source });
        }
        Err(source) => return Err(StartError::Unusable { kind: health.kind, place: health.place, source }),
    };

    let archive = Arc::new(Archive::new(Arc::clone(&store), retention));
    let progress = Progress { away: loaded.is_none(), ..Progress::default() };
    let shared = Arc::new(Shared {
        queue: Mutex::default(),
        bell: Notify::new(),
        health: watch::Sender::new(health),
        progress: watch::Sender::new(progress),
    });
    let mut task = Task::new(store, Arc::clone(&shared), Arc::clone(&archive), loaded.as_ref());
    let late = loaded.is_none().then(|| task.late());
    let ended = CancellationToken::new();
    let end = ended.clone().drop_guard();
    let task = tokio::spawn(async {
        task.run().await;
        drop(end);
    });
    Ok(Start { keeper: Keeper { shared, task: Some(task), ended }, archive, loaded: loaded.unwrap_or_default(), late })
}

async fn load(store: &dyn Store, patience: Duration) -> Result<Loaded, StoreError> {
    let deadline = Instant::now() + patience;
    loop {
        let late = || StoreError::Away(format!("no answer within {} s", patience.as_secs_f64()));
        match timeout_at(deadline, store.load()).await.unwrap_or_else(|_| Err(late())) {
            Err(StoreError::Away(_)) if Instant::now() + AGAIN < deadline => sleep(AGAIN).await,
            result => return result,
        }
    }
}
