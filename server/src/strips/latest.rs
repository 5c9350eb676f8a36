//! A value that takes a while to make, and that many want at the same time.

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// For so many times as long as it took to make, a value is good enough for those who come later: making it takes a hundredth of a
/// processor at most.
const EASE: u32 = 100;

/// How long it is good enough in any case, and how long at most.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// The latest value that was made.
pub struct Latest<T> {
    making: Mutex<Option<Making<T>>>,
}

/// For all who wait for a value, and for all who come when it is there.
type Making<T> = Shared<BoxFuture<'static, Option<Made<T>>>>;

struct Made<T> {
    value: Arc<T>,
    good_until: Instant,
}

impl<T: Send + Sync + 'static> Latest<T> {
    /// The latest value, if it is good enough, or else a new one: made by whoever comes first, and waited for by the others. It is
    /// made to its end also when nobody waits any more. Nothing if that fails by a panic, or the process ends.
    pub async fn get<F>(&self, make: impl FnOnce() -> F) -> Option<Arc<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let making = {
            let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            match making.as_ref().filter(|making| is_good(making)) {
                Some(making) => making.clone(),
                None => making.insert(begin(make())).clone(),
            }
        };
        making.await.map(|made| made.value)
    }
}

fn begin<T: Send + Sync + 'static>(work: impl Future<Output = T> + Send + 'static) -> Making<T> {
    let begun = Instant::now();
    let task = tokio::spawn(async move {
        let value = Arc::new(work.await);
        let took = begun.elapsed();
        Made { value, good_until: Instant::now() + (took * EASE).clamp(SHORTEST, LONGEST) }
    });
    // A panic has been logged.
    task.map(Result::ok).boxed().shared()
}

/// Whether it is being made, or was made a short while ago.
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
        Self { making: Mutex::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::time::{advance, sleep};

    struct Stage {
        latest: Latest<u32>,
        made: Arc<AtomicU32>,
        takes: Duration,
    }

    impl Stage {
        fn new(takes: Duration) -> Self {
            Self { latest: Latest::default(), made: Arc::default(), takes }
        }

        async fn get(&self) -> Option<u32> {
            let (made, takes) = (Arc::clone(&self.made), self.takes);
            let make = || async move {
                sleep(takes).await;
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
    async fn a_value_is_good_for_the_longer_the_longer_it_took() {
        for (takes, good) in [(1, 1_000), (200, 20_000), (5_000, 60_000)] {
            let stage = Stage::new(Duration::from_millis(takes));
            assert_eq!(stage.get().await, Some(1));
            advance(Duration::from_millis(good - 1)).await;
            assert_eq!(stage.get().await, Some(1), "{takes} ms");
            advance(Duration::from_millis(1)).await;
            assert_eq!(stage.get().await, Some(2), "{takes} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_made_to_its_end_when_nobody_waits_any_more() {
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
