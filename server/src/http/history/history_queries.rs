//! Limit of history queries at the same time.

use crate::auth::Principal;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places of all users but administrators.
const ALL: usize = 16;

/// Places of one user. Further queries wait for those of the same user, without blocking others.
const OF_A_USER: usize = 8;

/// Places of administrators.
const OF_ADMINISTRATORS: usize = 8;

/// The places.
pub struct HistoryQueries {
    all: Arc<Semaphore>,
    of_administrators: Arc<Semaphore>,
    /// By name. Bounded by the number of configured users.
    of_users: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The places of one query. They are free again when this is dropped.
pub struct Place {
    _own: Option<OwnedSemaphorePermit>,
    _common: OwnedSemaphorePermit,
}

impl Default for HistoryQueries {
    fn default() -> Self {
        let [all, of_administrators] = [ALL, OF_ADMINISTRATORS].map(|places| Arc::new(Semaphore::new(places)));
        Self { all, of_administrators, of_users: Mutex::default() }
    }
}

impl HistoryQueries {
    /// Waits for this number of places, at most [`OF_A_USER`]. `None` while the process ends.
    pub(super) async fn take(&self, caller: &Principal, places: u32) -> Option<Place> {
        if caller.is_admin() {
            let common = Arc::clone(&self.of_administrators).acquire_many_owned(places).await.ok()?;
            return Some(Place { _own: None, _common: common });
        }
        let own = self.of_user(caller.user()).acquire_many_owned(places).await.ok()?;
        let common = Arc::clone(&self.all).acquire_many_owned(places).await.ok()?;
        Some(Place { _own: Some(own), _common: common })
    }

    fn of_user(&self, name: &str) -> Arc<Semaphore> {
        let mut of_users = self.of_users.lock();
        Arc::clone(of_users.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(OF_A_USER))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_user_who_asks_without_end_does_not_delay_others() {
        let history_queries = HistoryQueries::default();
        let user = |name: &str| Principal::new(name, [name].into_iter().collect());
        let take = |name: &str, places| history_queries.take(&user(name), places).now_or_never().flatten();
        let caller = user("dev");
        let held: Vec<_> = (0..2).map(|_| take("dev", 4).unwrap()).collect();
        let mut waiting = Vec::new();
        for _ in 0..100 {
            let mut question = Box::pin(history_queries.take(&caller, 4));
            assert!((&mut question).now_or_never().is_none());
            waiting.push(question);
        }
        let others: Vec<_> = (0..2).map(|_| take("ops", 4).unwrap()).collect();
        assert!(take("qa", 1).is_none(), "all are taken");
        assert!(take("admin", 4).is_some());
        drop(held);
        assert!(waiting.remove(0).now_or_never().flatten().is_some());
        drop(others);
    }
}
