//! Limit of pages that are rendered at the same time. Rendering takes processor time on the threads that also run the checks: hundreds of
//! pages at once, which one client can request, would make every check late.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Pages for each processor: one that is rendered, and others that wait for the store.
const OF_USERS: usize = 4;

/// The places.
pub struct Renders {
    of_users: Arc<Semaphore>,
    /// For the login page, the only one without a login. It does not wait for the store.
    of_strangers: Arc<Semaphore>,
}

impl Default for Renders {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        let [of_users, of_strangers] = [OF_USERS * processors, processors].map(|places| Arc::new(Semaphore::new(places)));
        Self { of_users, of_strangers }
    }
}

impl Renders {
    /// Waits for a place, first come, first served. Visitors without a login have separate places. The place is free again when the result
    /// is dropped. `None` while the process ends.
    pub(super) async fn take(&self, is_user: bool) -> Option<OwnedSemaphorePermit> {
        let places = if is_user { &self.of_users } else { &self.of_strangers };
        Arc::clone(places).acquire_owned().await.ok()
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
}
