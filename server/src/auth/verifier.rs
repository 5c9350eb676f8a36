//! The thread that verifies passwords. There is only one, because the allocator keeps the memory of a verification (some 19 MiB) for each
//! thread: a flood of guesses on changing threads was observed to hold hundreds of such pieces.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Jobs that may wait. Verifications have their turn one after the other, so that more than one comes only from several sets of users,
/// as tests have them.
const WAITING: usize = 64;

/// The niceness of the thread, from 0 to 19. A verification keeps a processor busy for tens of milliseconds, and a flood of guesses one
/// without end: the threads that answer requests and run checks come first. With this one it still has a quarter of a busy processor.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// `None` if the thread could not be started.
static JOBS: LazyLock<Option<SyncSender<Job>>> = LazyLock::new(|| {
    let (sender, jobs) = sync_channel(WAITING);
    match thread::Builder::new().name("passwords".to_owned()).spawn(|| work(jobs)) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::error!(%error, "The thread that verifies passwords cannot be started; logins fail.");
            None
        }
    }
});

/// Runs the work on the thread, even if the caller is cancelled. `None` if it panics, or cannot run.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = oneshot::channel();
    let job = Box::new(move || {
        // The client may have disconnected.
        done.send(work()).ok();
    });
    JOBS.as_ref()?.try_send(job).ok()?;
    result.await.ok()
}

fn work(jobs: Receiver<Job>) {
    yield_to_others();
    for job in jobs {
        // The panic has been logged, and the one who waits finds the sender gone.
        catch_unwind(AssertUnwindSafe(job)).ok();
    }
}

/// Lowers the priority of this thread. On Linux a priority belongs to a thread, elsewhere to the whole process, which keeps its own.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "The priority of the thread that verifies passwords cannot be lowered.");
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
