/// The delay before the next attempt to connect: 1, 2, 4, 8, 16, then 30 seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    attempts: u32,
}

const LONGEST: u32 = 30_000;

impl Backoff {
    /// The next delay in milliseconds. `chance`, from 0 to 1, adds up to half of it, so that not all tabs reconnect at the same time
    /// after a restart.
    pub fn next_delay(&mut self, chance: f64) -> u32 {
        let delay = 1_000_u32.checked_shl(self.attempts).map_or(LONGEST, |delay| delay.clamp(1_000, LONGEST));
        self.attempts = (self.attempts + 1).min(5);
        delay + (f64::from(delay) * 0.5 * chance.clamp(0.0, 1.0)) as u32
    }

    /// Starts again with the first delay, after a success.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;

    #[test]
    fn delays_double_up_to_half_a_minute_and_are_reset_by_a_success() {
        let mut backoff = Backoff::default();
        let delays: Vec<u32> = (0..8).map(|_| backoff.next_delay(0.0)).collect();
        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next_delay(0.0), 1_000);
    }

    #[test]
    fn chance_adds_at_most_half() {
        for (chance, expected) in [(0.0, 1_000), (0.5, 1_250), (1.0, 1_500), (7.0, 1_500), (f64::NAN, 1_000)] {
            assert_eq!(Backoff::default().next_delay(chance), expected, "{chance}");
        }
    }
}
