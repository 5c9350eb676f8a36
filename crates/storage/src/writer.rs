//! The store writer, between the recorder and the store: keeps commits in order, queues them while the store is unavailable, folds the
//! journal into chunks, and deletes expired data. One task does all the writing.

mod id_translation;
mod folding;
mod health;
mod pending_ends;
mod loading;
mod pruning;
mod queue;
mod start;
mod stored;
mod task;
#[cfg(test)]
mod tests;

pub use health::{StoreHealth, StoreOutage};
pub use id_translation::LateSnapshot;
pub use start::{Start, StartError, start};

use super::records::Commit;
use crate::history_reader::HistoryReader;
use model::ServiceId;
use parking_lot::{Mutex, MutexGuard};
use queue::Queue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Time limit of a commit. A store that exceeds it counts as unavailable, and [`StoreWriter::save`] returns.
const COMMIT: Duration = Duration::from_secs(2);

/// Takes commits and stores them.
pub struct StoreWriter {
    shared: Arc<Shared>,
    history: Arc<HistoryReader>,
    /// Absent once [`StoreWriter::task`] has handed it over.
    task: Option<JoinHandle<()>>,
    /// Cancelled when the task has ended, also by a panic.
    ended: CancellationToken,
}

/// State that the task shares with the handle.
struct Shared {
    queue: Mutex<Queue>,
    /// Notified for each new commit, and for the end.
    bell: Notify,
    health: watch::Sender<StoreHealth>,
    progress: watch::Sender<Progress>,
}

/// The progress of writing.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// The last stored commit, by the number that its sender gave it.
    stored: u64,
    /// Whether the store is unavailable, so that `save` does not wait.
    away: bool,
    /// Whether the task is to end once the queue is empty.
    closing: bool,
}

impl StoreWriter {
    /// Stores a commit. Returns when it is stored or, while the store is unavailable, when it is in the queue.
    ///
    /// Numbers rise from call to call.
    pub async fn save(&self, commit: Commit) {
        let number = commit.number;
        self.shared.queue().push(commit);
        self.shared.bell.notify_one();
        let mut progress = self.shared.progress.subscribe();
        let is_decided = progress.wait_for(|progress| progress.stored >= number || progress.away);
        // The task detects a hanging store within the same time; later calls then do not wait.
        timeout(COMMIT, is_decided).await.ok();
    }

    /// Adds the metrics of a check, as name, unit and value. They become part of history with the next folding; those of a node that is not
    /// stored yet are ignored.
    pub fn add_metrics<'a>(
        &self,
        service: &ServiceId,
        node: &str,
        at: i64,
        metrics: impl Iterator<Item = (&'a str, &'a str, f64)>,
    ) {
        self.history.add_metrics(service, node, at, metrics);
    }

    /// The task that writes, for its supervisor. `None` after the first call.
    pub fn task(&mut self) -> Option<JoinHandle<()>> {
        self.task.take()
    }

    /// The health of the store, and its changes.
    pub fn health(&self) -> watch::Receiver<StoreHealth> {
        self.shared.health.subscribe()
    }

    /// Stores the queue and closes the store. Commits that an unavailable store cannot take are lost, and the log says how many.
    pub async fn close(self) {
        self.shared.progress.send_modify(|progress| progress.closing = true);
        self.shared.bell.notify_one();
        self.ended.cancelled().await;
    }
}

impl Shared {
    // A panic while the lock was held leaves whole commits behind in any case.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock()
    }

    fn is_closing(&self) -> bool {
        self.progress.borrow().closing
    }
}
