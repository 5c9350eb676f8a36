//! Tells everybody when history cannot be saved, and when it can be again.

use super::Events;
use model::StoreNotice;
use std::sync::Arc;
use std::time::Duration;
use storage::StoreHealth;
use tokio::sync::watch;
use tokio::time::Instant;

/// Between two events that tell nothing but another number of lost checks.
const COUNT_AGAIN: Duration = Duration::from_secs(10);

/// Tells all that comes, until there is no writer any more.
pub async fn tell(events: Arc<Events>, mut health: watch::Receiver<StoreHealth>) {
    let mut news = News::default();
    loop {
        let fresh = news.of(&health.borrow_and_update(), Instant::now());
        if let Some(notice) = fresh {
            events.publish_store(notice);
        }
        if health.changed().await.is_err() {
            return;
        }
    }
}

/// What has been told.
#[derive(Default)]
struct News {
    told: Option<StoreNotice>,
    told_at: Option<Instant>,
    /// Lost before this trouble began.
    dropped_before: u64,
}

impl News {
    /// What is to be told of this health at this time; nothing when that is known already. A count that is held back is told of a
    /// later health: the writer tries again and again for as long as there is trouble.
    fn of(&mut self, health: &StoreHealth, now: Instant) -> Option<Option<StoreNotice>> {
        if health.outage.is_none() {
            self.dropped_before = health.dropped_samples;
        }
        let notice = health.outage.as_ref().map(|trouble| StoreNotice {
            since: trouble.since,
            dropped_samples: health.dropped_samples.saturating_sub(self.dropped_before),
        });
        let is_same_trouble = self.told.as_ref().map(|told| told.since) == notice.as_ref().map(|notice| notice.since);
        let is_early = self.told_at.is_some_and(|told_at| now - told_at < COUNT_AGAIN);
        if notice == self.told || (is_same_trouble && is_early) {
            return None;
        }
        self.told_at = Some(now);
        self.told.clone_from(&notice);
        Some(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use storage::StoreOutage;
    use test_support::noon;

    fn health(trouble_since_minute: Option<i64>, dropped_samples: u64) -> StoreHealth {
        let trouble = trouble_since_minute
            .map(|minute| StoreOutage { since: noon() + TimeDelta::minutes(minute), message: "secret place".to_owned() });
        StoreHealth {
            kind: "redis",
            place: "redis.lan".to_owned(),
            outage: trouble,
            waiting_commits: 0,
            waiting_samples: 0,
            dropped_samples,
            stored_samples: 0,
            stored_commits: 0,
            latest_commit: Duration::ZERO,
        }
    }

    /// What is told at each second: `minute/lost`, `well` for the end, and nothing.
    #[track_caller]
    fn check(steps: &[(u64, StoreHealth, Option<&str>)]) {
        let mut news = News::default();
        let begun = Instant::now();
        for (second, health, expected) in steps {
            let told = news.of(health, begun + Duration::from_secs(*second)).map(|notice| match notice {
                Some(notice) => format!("{}/{}", (notice.since - noon()).num_minutes(), notice.dropped_samples),
                None => "well".to_owned(),
            });
            assert_eq!(told.as_deref(), *expected, "second {second}");
        }
    }

    #[test]
    fn trouble_and_its_end_are_told_at_once_and_once() {
        check(&[
            (0, health(None, 0), None),
            (1, health(Some(1), 0), Some("1/0")),
            (2, health(Some(1), 0), None),
            (3, health(None, 0), Some("well")),
            (4, health(None, 0), None),
            (5, health(Some(2), 0), Some("2/0")),
        ]);
    }

    #[test]
    fn a_store_that_was_away_at_the_start_is_told_of() {
        check(&[(0, health(Some(0), 0), Some("0/0"))]);
    }

    #[test]
    fn the_lost_checks_of_this_trouble_are_counted_now_and_then() {
        check(&[
            (0, health(None, 100), None),
            (1, health(Some(1), 100), Some("1/0")),
            (2, health(Some(1), 103), None),
            (10, health(Some(1), 104), None),
            (11, health(Some(1), 105), Some("1/5")),
            (12, health(Some(1), 106), None),
            (13, health(None, 106), Some("well")),
            (14, health(Some(2), 107), Some("2/1")),
        ]);
    }
}
