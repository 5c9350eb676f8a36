//! The thread that verifies passwords. It is one for all, because an allocator keeps the memory that a verification takes (some 19 MiB) for
//! each thread that has done one: a flood of guesses on changing threads was seen to hold hundreds of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Jobs that may wait. Verifications have their turn one after the other, so that more than one comes only from several sets of users,
/// as tests have them.
const WAITING: usize = 64;

/// Absent where no thread can be started.
static JOBS: LazyLock<Option<SyncSender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = sync_channel(WAITING);
    match thread::Builder::new().name("passwords".to_owned()).spawn(|| work(jobs)) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::error!(%error, "The thread that verifies passwords cannot be started; nobody can log in.");
            None
        }
    }
});

/// Does this on the thread, also when nothing waits for it any more. Nothing when it panics, or cannot be done.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = oneshot::channel();
    let job = Box::new(move || {
        // The client may have hung up.
        done.send(work()).ok();
    });
    JOBS.as_ref()?.try_send(job).ok()?;
    result.await.ok()
}

fn work(jobs: Receiver<Job>) {
    for job in jobs {
        // The panic has been logged, and the one who waits finds the sender gone.
        catch_unwind(AssertUnwindSafe(job)).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_is_done_on_one_thread_that_outlives_a_panic() {
        let first = run(|| thread::current().id()).await.unwrap();
        assert_eq!(run(|| -> u8 { panic!("out of order") }).await, None);
        assert_eq!(run(|| thread::current().id()).await, Some(first));
        assert_ne!(first, thread::current().id());
    }
}
