//! Polling for conditions in other processes, for example until a server has started or the kernel has closed a connection. This is the
//! only place that polls. Tests do not depend on the speed of the machine; a condition that never holds fails with its latest value.

use std::fmt::Display;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;
use tokio::time::interval;

/// Nothing takes longer on a machine that is not broken, however busy it is.
pub(crate) const LONGEST: Duration = Duration::from_secs(90);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks until there is an answer, and returns it. An error is what is seen instead.
pub(crate) async fn eventually<T, E: Display>(mut look: impl AsyncFnMut() -> Result<T, E>) -> T {
    let deadline = Instant::now() + LONGEST;
    let mut pauses = interval(PAUSE);
    loop {
        pauses.tick().await;
        match look().await {
            Ok(answer) => return answer,
            Err(seen) => assert!(Instant::now() < deadline, "after {LONGEST:?}: {seen}"),
        }
    }
}

/// Looks until it is so.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    eventually(async || holds().await.then_some(()).ok_or_else(|| format!("not so: {what}"))).await;
}

/// As [`until`], for what is no asynchronous code. It looks from a thread of its own, since one that runs asynchronous code already
/// cannot wait for more of it.
pub(crate) fn until_blocking(what: &str, mut holds: impl FnMut() -> bool + Send) {
    let look = || {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(until(what, async || holds()));
    };
    if let Err(panic) = thread::scope(|scope| scope.spawn(look).join()) {
        resume_unwind(panic);
    }
}
