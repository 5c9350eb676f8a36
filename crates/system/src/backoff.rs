//! Pauses between repeated attempts.

use std::time::Duration;

/// A pause that doubles with each failure in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The pause after the first failure.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Backoff {
    /// The pause after this number of failures in a row. `jitter`, from 0 to 1, takes away up to half of it, so that those who failed
    /// together do not retry together.
    pub fn pause(self, failures: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled.min(self.longest).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(300) };

    #[test]
    fn it_doubles_up_to_the_longest_pause() {
        let seconds: Vec<_> = [1, 2, 3, 4, 9, 10, 60, u32::MAX].map(|failures| BACKOFF.pause(failures, 0.0).as_secs()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 8, 256, 300, 300, 300]);
    }

    #[test]
    fn jitter_takes_half_at_most() {
        assert_eq!(BACKOFF.pause(3, 1.0), Duration::from_secs(2));
        assert_eq!(BACKOFF.pause(3, 0.5), Duration::from_secs(3));
        assert_eq!(BACKOFF.pause(3, 7.0), Duration::from_secs(2));
    }
}
