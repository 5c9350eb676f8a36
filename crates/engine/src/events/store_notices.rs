//! Publishes when history cannot be stored, and when it can be again.

use super::Events;
use model::StoreNotice;
use std::sync::Arc;
use std::time::Duration;
use storage::StoreHealth;
use tokio::sync::watch;
use tokio::time::Instant;

/// The least time between two notices that differ only in the number of dropped samples.
const COUNT_AGAIN: Duration = Duration::from_secs(10);

/// Publishes all changes until the store writer ends.
pub async fn publish(events: Arc<Events>, mut health: watch::Receiver<StoreHealth>) {
    let mut notices = Notices::default();
    loop {
        let fresh = notices.of(&health.borrow_and_update(), Instant::now());
        if let Some(notice) = fresh {
            events.publish_store(notice);
        }
        if health.changed().await.is_err() {
            return;
        }
    }
}

/// The notice published last.
#[derive(Default)]
struct Notices {
    latest: Option<StoreNotice>,
    published: Option<Instant>,
    /// Samples dropped before the present failure began.
    dropped_before: u64,
}

impl Notices {
    /// The notice to publish for this health, or `None` if nothing has changed. A count that is held back is published with a later
    /// health: the store writer retries for as long as the failure lasts.
    fn of(&mut self, health: &StoreHealth, now: Instant) -> Option<Option<StoreNotice>> {
        let failure = health.outage.as_ref();
        if failure.is_none() {
            self.dropped_before = health.dropped_samples;
        }
        let notice = failure.map(|failure| StoreNotice {
            since: failure.since,
            dropped_samples: health.dropped_samples.saturating_sub(self.dropped_before),
        });
        let is_same_failure = self.latest.as_ref().map(|latest| latest.since) == notice.as_ref().map(|notice| notice.since);
        let is_early = self.published.is_some_and(|published| now - published < COUNT_AGAIN);
        if notice == self.latest || (is_same_failure && is_early) {
            return None;
        }
        self.published = Some(now);
        self.latest.clone_from(&notice);
        Some(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use storage::StoreOutage;
    use test_support::noon;

    fn health(failing_since_minute: Option<i64>, dropped_samples: u64) -> StoreHealth {
        let failure = failing_since_minute
            .map(|minute| StoreOutage { since: noon() + TimeDelta::minutes(minute), message: "secret place".to_owned() });
        StoreHealth {
            kind: "redis",
            place: "redis.lan".to_owned(),
            outage: failure,
            waiting_commits: 0,
            waiting_samples: 0,
            dropped_samples,
            stored_samples: 0,
            stored_commits: 0,
            latest_commit: Duration::ZERO,
        }
    }

    /// The notice at each second: `minute/dropped`, or `stored` for the end.
    #[track_caller]
    fn check(steps: &[(u64, StoreHealth, Option<&str>)]) {
        let mut notices = Notices::default();
        let begun = Instant::now();
        for (second, health, expected) in steps {
            let notice = notices.of(health, begun + Duration::from_secs(*second)).map(|notice| match notice {
                Some(notice) => format!("{}/{}", (notice.since - noon()).num_minutes(), notice.dropped_samples),
                None => "stored".to_owned(),
            });
            assert_eq!(notice.as_deref(), *expected, "second {second}");
        }
    }

    #[test]
    fn a_failure_and_its_end_are_published_at_once_and_once() {
        check(&[
            (0, health(None, 0), None),
            (1, health(Some(1), 0), Some("1/0")),
            (2, health(Some(1), 0), None),
            (3, health(None, 0), Some("stored")),
            (4, health(None, 0), None),
            (5, health(Some(2), 0), Some("2/0")),
        ]);
    }

    #[test]
    fn a_store_that_is_unavailable_at_the_start_is_published() {
        check(&[(0, health(Some(0), 0), Some("0/0"))]);
    }

    #[test]
    fn the_dropped_samples_of_a_failure_are_published_at_intervals() {
        check(&[
            (0, health(None, 100), None),
            (1, health(Some(1), 100), Some("1/0")),
            (2, health(Some(1), 103), None),
            (10, health(Some(1), 104), None),
            (11, health(Some(1), 105), Some("1/5")),
            (12, health(Some(1), 106), None),
            (13, health(None, 106), Some("stored")),
            (14, health(Some(2), 107), Some("2/1")),
        ]);
    }
}
