//! Work that waits for the disk.

use std::panic::resume_unwind;
use tokio::task::spawn_blocking;

/// Does the work on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        // It is never cancelled.
        Err(error) => resume_unwind(error.into_panic()),
    }
}
