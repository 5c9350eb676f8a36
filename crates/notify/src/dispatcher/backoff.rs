//! How long a channel is left alone after a failure.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The pause after so many failures in a row: about one second after the first, twice as long after each further one, up to five
/// minutes. `jitter`, from 0 to 1, takes away up to half of it, so that those who failed together do not come back together.
pub fn pause(failures: u32, jitter: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    doubled.min(LONGEST).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_five_minutes() {
        let seconds: Vec<_> = [1, 2, 3, 4, 9, 10, 60, u32::MAX].map(|failures| pause(failures, 0.0).as_secs()).to_vec();
        assert_eq!(seconds, [1, 2, 4, 8, 256, 300, 300, 300]);
    }

    #[test]
    fn jitter_takes_half_at_most() {
        assert_eq!(pause(3, 1.0), Duration::from_secs(2));
        assert_eq!(pause(3, 0.5), Duration::from_secs(3));
        assert_eq!(pause(3, 7.0), Duration::from_secs(2));
    }
}
