//! Waiting for what another process does and does not tell: a server that starts, a connection that the kernel has yet to bury. It is
//! looked at again and again until it is so, and this is the only place that does that. What takes long costs a test no time then, and
//! what is quick is seen at once; nothing depends on how fast the machine is, but what never comes fails with what was seen last.

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
