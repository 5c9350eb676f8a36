//! Work of the configuration that waits for the disk.

use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// Does the work on a thread that may wait. It is one of its own: those of the runtime may all wait for names of targets that cannot be
/// resolved, of which a list of others can have thousands.
pub(super) async fn blocking<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(work: W) -> T {
    let (runtime, (hand_over, taken), (done, result)) = (Handle::current(), sync_channel::<W>(1), oneshot::channel());
    let thread = thread::Builder::new().name("configuration".to_owned()).spawn(move || {
        let _inside = runtime.enter();
        taken.recv().map(|work| done.send(work()).ok()).ok();
    });
    // Neither is ever cancelled.
    match thread {
        Ok(thread) => {
            hand_over.send(work).ok();
            match result.await {
                Ok(done) => done,
                Err(gone) => resume_unwind(thread.join().err().unwrap_or_else(|| Box::new(gone))),
            }
        }
        // No more threads can be had.
        Err(_) => spawn_blocking(work).await.unwrap_or_else(|error| resume_unwind(error.into_panic())),
    }
}

#[cfg(test)]
mod tests {
    use super::blocking;
    use std::sync::mpsc::channel;
    use tokio::runtime::{Builder, Handle};
    use tokio::task::spawn_blocking;

    #[test]
    fn it_does_not_wait_for_the_threads_of_the_runtime() {
        let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let (end, waits) = channel::<()>();
            let busy = spawn_blocking(move || waits.recv());
            assert!(blocking(|| Handle::try_current().is_ok()).await);
            end.send(()).unwrap();
            busy.await.unwrap().unwrap();
        });
    }

    #[tokio::test]
    #[should_panic(expected = "as the work does")]
    async fn it_panics_as_the_work_does() {
        blocking(|| panic!("as the work does")).await
    }
}
