//! Limit of pages that are rendered at the same time. Rendering takes processor time on the threads that also run the checks: hundreds of
//! pages at once, which one client can request, would make every check late.

use parking_lot::Mutex;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Pages for each processor: one that is rendered, and others that wait for the store.
const OF_USERS: usize = 4;

/// How long pages of strangers rest for each second in which one was rendered, if there is one processor. All strangers together take a
/// quarter of the processors, however many pages they ask for.
const REST: u32 = 3;

/// The longest rest. Rendering takes longer than it should only while the processors are busy.
const LONGEST_REST: Duration = Duration::from_millis(100);

/// A time in the past, or none, if there is no rest.
type Rest = Arc<Mutex<Option<Instant>>>;

/// The places.
pub struct Renders {
    of_users: Arc<Semaphore>,
    /// For the login page, the only one without a login. It does not wait for the store.
    of_strangers: Arc<Semaphore>,
    /// Until when the places of strangers rest.
    rest: Rest,
    processors: u32,
}

/// A place for one page. It is free again when this is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    begun: Instant,
    /// What rests after the page. Absent for the place of a user.
    rest: Option<(Rest, u32)>,
}

impl Place {
    /// Frees the place after its page was rendered.
    pub(super) fn rendered(self) {
        let Some((rest, processors)) = &self.rest else { return };
        let now = Instant::now();
        let taken = now.saturating_duration_since(self.begun);
        let mut until = rest.lock();
        *until = Some((until.unwrap_or(now).max(now) + taken * REST / *processors).min(now + LONGEST_REST));
    }
}

impl Default for Renders {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let [of_users, of_strangers] = [OF_USERS * processors, processors].map(|places| Arc::new(Semaphore::new(places)));
        let processors = u32::try_from(processors).unwrap_or(u32::MAX);
        Self { of_users, of_strangers, rest: Arc::default(), processors }
    }
}

impl Renders {
    /// Waits for a place, first come, first served. Visitors without a login have separate places. The place is free again when the result
    /// is dropped. `None` while the process ends.
    pub(super) async fn take(&self, is_of_user: bool) -> Option<Place> {
        let places = if is_of_user { &self.of_users } else { &self.of_strangers };
        let permit = Arc::clone(places).acquire_owned().await.ok()?;
        if is_of_user {
            return Some(Place { _permit: permit, begun: Instant::now(), rest: None });
        }
        let until = *self.rest.lock();
        if let Some(until) = until {
            sleep_until(until).await;
        }
        let rest = Some((Arc::clone(&self.rest), self.processors));
        Some(Place { _permit: permit, begun: Instant::now(), rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn strangers_wait_for_one_another_and_users_do_not_wait_for_them() {
        let renders = Renders::default();
        let taken: Vec<_> = std::iter::from_fn(|| renders.take(false).now_or_never()).take(1_000).collect();
        assert_eq!(taken.len(), available_parallelism().map_or(1, NonZeroUsize::get));
        assert!(renders.take(true).now_or_never().is_some());
        drop(taken);
        assert!(renders.take(false).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_take_a_part_of_the_time_and_users_all_of_it() {
        let renders = Renders::default();
        let render = async |is_of_user, time: Duration| {
            let begun = Instant::now();
            let place = renders.take(is_of_user).await.unwrap();
            let waited = begun.elapsed();
            tokio::time::sleep(time).await;
            place.rendered();
            waited
        };
        let time = Duration::from_millis(20);
        assert_eq!(render(false, time).await, Duration::ZERO);
        assert_eq!(render(true, time).await, Duration::ZERO);
        let rest = (time * REST / renders.processors).saturating_sub(time);
        let waited = render(false, Duration::from_secs(9)).await;
        assert!(waited >= rest && waited <= rest + Duration::from_millis(2), "{waited:?}");
        let waited = render(false, time).await;
        assert!(waited <= LONGEST_REST + Duration::from_millis(2), "{waited:?}");
        tokio::time::sleep(LONGEST_REST).await;
        assert_eq!(render(false, time).await, Duration::ZERO);
    }
}
