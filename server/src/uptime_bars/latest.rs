//! Cache of a value that is expensive to make and requested by many at the same time.

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use rustix::time::{ClockId, clock_gettime};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A value is good enough for later readers for this many times the processor time that making it cost. So making it takes a
/// twenty-fifth of one processor at most, as long as that is less than [`LONGEST`].
const EASE: u32 = 25;

/// How long a value is good enough in any case, and how long at most.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// The latest value that was made.
pub struct Latest<T> {
    making: Mutex<Option<Making<T>>>,
    used: UsedTime,
}

/// The processor time that was used so far.
type UsedTime = Arc<dyn Fn() -> Duration + Send + Sync>;

/// For all who wait for a value, and for all who come when it is there.
type Making<T> = Shared<BoxFuture<'static, Option<Made<T>>>>;

struct Made<T> {
    value: Arc<T>,
    good_until: Instant,
}

impl<T: Send + Sync + 'static> Latest<T> {
    /// The latest value, if it is good enough, or else a new one: made by the first caller, while the others wait for it. It is
    /// completed even if no caller waits any more. `None` if making it panics, or the process ends.
    pub async fn get<F>(&self, make: impl FnOnce() -> F) -> Option<Arc<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let making = {
            let mut making = self.making.lock();
            match making.as_ref().filter(|making| is_good(making)) {
                Some(making) => making.clone(),
                None => making.insert(begin(make(), Arc::clone(&self.used))).clone(),
            }
        };
        making.await.map(|made| made.value)
    }
}

fn begin<T: Send + Sync + 'static>(work: impl Future<Output = T> + Send + 'static, used: UsedTime) -> Making<T> {
    let (begun, used_before) = (Instant::now(), used());
    #[expect(clippy::disallowed_methods, reason = "the handle is awaited by those who want the value")]
    let task = tokio::spawn(async move {
        let value = Arc::new(work.await);
        // Other processes make it take longer, and other tasks of this process use time as well: neither is a cost of the value.
        let cost = begun.elapsed().min(used().saturating_sub(used_before));
        Made { value, good_until: Instant::now() + (cost * EASE).clamp(SHORTEST, LONGEST) }
    });
    // A panic has been logged.
    task.map(Result::ok).boxed().shared()
}

/// The processor time that this process has used so far, on all its threads.
fn used_by_process() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Whether it is being made, or is still good.
fn is_good<T>(making: &Making<T>) -> bool {
    match making.peek() {
        None => true,
        Some(None) => false,
        Some(Some(made)) => Instant::now() < made.good_until,
    }
}

impl<T> Clone for Made<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), good_until: self.good_until }
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { making: Mutex::default(), used: Arc::new(used_by_process) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
    use tokio::time::{advance, sleep};

    struct Stage {
        latest: Latest<u32>,
        made: Arc<AtomicU32>,
        /// What passes by the clock while a value is made, and the processor time that the process uses meanwhile.
        takes: Duration,
        uses: Duration,
        used: Arc<AtomicU64>,
    }

    impl Stage {
        fn new(takes: Duration) -> Self {
            Self::using(takes, takes)
        }

        fn using(takes: Duration, uses: Duration) -> Self {
            let used = Arc::new(AtomicU64::default());
            let clock = Arc::clone(&used);
            let clock: UsedTime = Arc::new(move || Duration::from_millis(clock.load(Ordering::Relaxed)));
            Self { latest: Latest { used: clock, ..Latest::default() }, made: Arc::default(), takes, uses, used }
        }

        async fn get(&self) -> Option<u32> {
            let (made, takes) = (Arc::clone(&self.made), self.takes);
            let (used, uses) = (Arc::clone(&self.used), u64::try_from(self.uses.as_millis()).unwrap());
            let make = || async move {
                sleep(takes).await;
                used.fetch_add(uses, Ordering::Relaxed);
                made.fetch_add(1, Ordering::Relaxed) + 1
            };
            self.latest.get(make).await.map(|value| *value)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_at_once_get_the_same() {
        let stage = Stage::new(Duration::from_millis(200));
        let values = futures::future::join_all((0..50).map(|_| stage.get())).await;
        assert_eq!(values, vec![Some(1); 50]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_good_for_the_longer_the_more_it_cost() {
        for (cost, good) in [(1, 1_000), (200, 5_000), (5_000, 30_000)] {
            assert_good_for(good, &Stage::new(Duration::from_millis(cost))).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_machine_is_no_reason_for_an_old_value() {
        // Other processes leave little time for it.
        assert_good_for(1_000, &Stage::using(Duration::from_millis(5_000), Duration::from_millis(8))).await;
        // The process does other work as well.
        assert_good_for(5_000, &Stage::using(Duration::from_millis(200), Duration::from_millis(5_000))).await;
    }

    async fn assert_good_for(milliseconds: u64, stage: &Stage) {
        assert_eq!(stage.get().await, Some(1));
        advance(Duration::from_millis(milliseconds - 1)).await;
        assert_eq!(stage.get().await, Some(1), "{milliseconds} ms");
        advance(Duration::from_millis(1)).await;
        assert_eq!(stage.get().await, Some(2), "{milliseconds} ms");
    }

    #[test]
    fn the_time_of_this_process_is_measured() {
        let before = used_by_process();
        while used_by_process() == before {
            std::hint::spin_loop();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_completed_when_no_caller_waits_any_more() {
        let stage = Stage::new(Duration::from_millis(200));
        assert!(tokio::time::timeout(Duration::from_millis(100), stage.get()).await.is_err());
        advance(Duration::from_millis(200)).await;
        assert_eq!(stage.get().await, Some(1));
    }

    #[tokio::test]
    async fn a_panic_is_not_kept() {
        let latest = Latest::default();
        let fails: Option<Arc<u32>> = latest.get(|| async { panic!("broken on purpose") }).await;
        assert_eq!(fails, None);
        assert_eq!(latest.get(|| async { 7 }).await, Some(Arc::new(7)));
    }
}
