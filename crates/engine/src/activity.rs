//! Figures of the scheduler: how late checks begin, and how many run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of the histogram, in seconds.
pub const BOUNDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Counts checks. All runs share it.
#[derive(Debug, Default)]
pub struct Activity {
    running: AtomicUsize,
    /// The number of checks by the first bound that is not below their lateness; the last is for those above all bounds.
    late: [AtomicU64; BOUNDS.len() + 1],
    /// The sum of the lateness of all, in microseconds.
    sum: AtomicU64,
}

/// A running check, until it is dropped.
#[derive(Debug)]
pub struct InFlight(Arc<Activity>);

/// How late the checks since the start began, as a histogram of Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct Lateness {
    /// The number of checks within each of [`BOUNDS`], including those within smaller bounds.
    pub within: [u64; BOUNDS.len()],
    pub count: u64,
    pub sum: Duration,
}

impl Activity {
    /// Counts a check that begins `late` after it was due.
    pub fn begin(self: &Arc<Self>, late: Duration) -> InFlight {
        let seconds = late.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.late[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(u64::try_from(late.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    /// The number of checks that run now.
    pub fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// How late checks began.
    pub fn lateness(&self) -> Lateness {
        let mut count = 0;
        let mut within = [0; BOUNDS.len()];
        for (bucket, late) in self.late.iter().enumerate() {
            count += late.load(Ordering::Relaxed);
            if let Some(within) = within.get_mut(bucket) {
                *within = count;
            }
        }
        Lateness { within, count, sum: Duration::from_micros(self.sum.load(Ordering::Relaxed)) }
    }
}

impl Lateness {
    /// The smallest of [`BOUNDS`] that this part of all checks did not exceed. `None` before the first check, and beyond all bounds.
    pub fn bound_of(&self, percent: u64) -> Option<Duration> {
        let wanted = self.count.saturating_mul(percent).div_ceil(100).max(1);
        let bucket = self.within.iter().position(|within| *within >= wanted)?;
        BOUNDS.get(bucket).map(|bound| Duration::from_secs_f64(*bound))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_counts_in_each_bound_that_it_keeps_and_as_running_until_it_ends() {
        let activity = Arc::new(Activity::default());
        let runs = [0, 10, 11, 600, 60_000].map(|late| activity.begin(Duration::from_millis(late)));
        assert_eq!(activity.running(), 5);
        drop(runs);
        assert_eq!(activity.running(), 0);
        let lateness = activity.lateness();
        assert_eq!(lateness.within, [2, 3, 3, 3, 3, 4, 4, 4, 4]);
        assert_eq!((lateness.count, lateness.sum), (5, Duration::from_millis(60_621)));
        let bounds = [20, 40, 60, 80, 99].map(|percent| lateness.bound_of(percent));
        let milliseconds = |milliseconds| Some(Duration::from_millis(milliseconds));
        assert_eq!(bounds, [milliseconds(10), milliseconds(10), milliseconds(50), milliseconds(1_000), None]);
        assert_eq!(Activity::default().lateness().bound_of(99), None);
    }
}
