//! Stands between those who have something to store and the store: keeps the order, goes on when the store is away, moves the journal
//! into chunks, and deletes what has expired. One task does all the writing.

mod adoption;
mod folding;
mod health;
mod pruning;
mod queue;
mod start;
mod task;
#[cfg(test)]
mod tests;

pub use adoption::Late;
pub use health::{StoreHealth, StoreTrouble};
pub use start::{Start, StartError, start};

use super::records::Commit;
use queue::Queue;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long somebody waits for a commit, and the store may take for one, before it counts as away.
const COMMIT: Duration = Duration::from_secs(2);

/// Takes what is to be stored.
pub struct Keeper {
    shared: Arc<Shared>,
    /// Absent once it is supervised.
    task: Option<JoinHandle<()>>,
    /// Cancelled when the task has ended, also by a panic.
    ended: CancellationToken,
}

/// What the task and those who ask it for something share.
struct Shared {
    queue: Mutex<Queue>,
    /// Rung when there is something new in the queue, and for the end.
    bell: Notify,
    health: watch::Sender<StoreHealth>,
    progress: watch::Sender<Progress>,
}

/// How far storing has come.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// The last commit that is stored, by the number that its sender gave it.
    stored: u64,
    /// Whether the store is away, so that nobody has to wait for it.
    away: bool,
    /// Whether the task is to end once the queue is empty.
    closing: bool,
}

impl Keeper {
    /// Stores a commit. Returns when it is stored or, if the store is away, when it is in the queue of what will be stored.
    ///
    /// Numbers rise from call to call.
    pub async fn save(&self, commit: Commit) {
        let number = commit.number;
        self.shared.queue().push(commit);
        self.shared.bell.notify_one();
        let mut progress = self.shared.progress.subscribe();
        let is_decided = progress.wait_for(|progress| progress.stored >= number || progress.away);
        // A store that hangs is found out by the task within the same time; then nobody waits any more.
        timeout(COMMIT, is_decided).await.ok();
    }

    /// The task that writes, for the one who watches over it. There is one.
    pub fn task(&mut self) -> Option<JoinHandle<()>> {
        self.task.take()
    }

    /// How the store is, now and whenever that changes.
    pub fn health(&self) -> watch::Receiver<StoreHealth> {
        self.shared.health.subscribe()
    }

    /// Stores what is in the queue and closes the store. What an absent store cannot take is lost then, and the log says how much.
    pub async fn close(self) {
        self.shared.progress.send_modify(|progress| progress.closing = true);
        self.shared.bell.notify_one();
        self.ended.cancelled().await;
    }
}

impl Shared {
    // A panic while the lock was held leaves whole commits behind in any case.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closing(&self) -> bool {
        self.progress.borrow().closing
    }
}
