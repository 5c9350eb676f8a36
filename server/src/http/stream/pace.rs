//! How long a stream collects events before it sends them. Sending costs about the same for one event as for fifty, so with many streams
//! the events of a moment are sent together. Otherwise a user who opens all streams takes all processors from the others.

use std::time::Duration;

/// The wait for each stream that is open: all streams together send about 8,000 times a second.
const PER_STREAM: Duration = Duration::from_micros(250);

/// The longest wait. No stream falls so far behind in it that its events are dropped.
const LONGEST: Duration = Duration::from_millis(500);

/// A shorter wait is not worth a timer.
const SHORTEST: Duration = Duration::from_millis(2);

/// How long to collect events while so many streams are open. `part`, from 0 to 1, is random, so that not all streams send at the same
/// moment. `None` to send at once.
pub(super) fn wait(streams: usize, part: f64) -> Option<Duration> {
    let most = PER_STREAM.saturating_mul(u32::try_from(streams).unwrap_or(u32::MAX)).min(LONGEST);
    Some(most.mul_f64(part.clamp(0.0, 1.0))).filter(|wait| *wait >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_streams_send_at_once_and_many_wait_no_longer_than_half_a_second() {
        assert_eq!(wait(1, 1.0), None);
        assert_eq!(wait(7, 1.0), None);
        assert_eq!(wait(1000, 0.0), None);
        assert_eq!(wait(1000, 1.0), Some(Duration::from_millis(250)));
        assert_eq!(wait(1000, 0.5), Some(Duration::from_millis(125)));
        assert_eq!(wait(usize::MAX, 1.0), Some(LONGEST));
    }
}
