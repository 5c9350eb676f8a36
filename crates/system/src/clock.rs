//! The time, for those who wait long: a test can let an hour pass in a second.

use chrono::{DateTime, Datelike, FixedOffset, Local, TimeDelta};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Libraries that write dates for HTTP, mail and YAML know no year after this one, and panic.
const LAST_YEAR: i32 = 9999;

/// Fails with what to do when the clock of the machine shows a time that cannot be written.
pub fn check(now: DateTime<FixedOffset>) -> Result<(), String> {
    let year = now.year();
    // The last year is left out: what Platus calculates from now reaches into the next.
    if year < LAST_YEAR { Ok(()) } else { Err(format!("the clock of this machine shows the year {year}; set it")) }
}

/// Tells the time, and waits for one.
#[derive(Clone, Debug)]
pub struct Clock {
    begun: Instant,
    /// What the clock on the wall showed then; absent for that of the machine.
    wall: Option<DateTime<FixedOffset>>,
    speed: u32,
}

impl Clock {
    /// That of the machine.
    pub fn system() -> Self {
        Self { begun: Instant::now(), wall: None, speed: 1 }
    }

    /// One that shows this time now and runs so many times as fast as that of the machine.
    pub fn running(wall: DateTime<FixedOffset>, speed: u32) -> Self {
        Self { begun: Instant::now(), wall: Some(wall), speed: speed.max(1) }
    }

    /// What the clock on the wall shows.
    pub fn now(&self) -> DateTime<FixedOffset> {
        match self.wall {
            None => Local::now().fixed_offset(),
            Some(wall) => {
                let elapsed = TimeDelta::from_std(self.elapsed()).unwrap_or(TimeDelta::MAX);
                wall.checked_add_signed(elapsed).unwrap_or(wall)
            }
        }
    }

    /// Time since the start of the clock. Setting the system time does not change it.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed() * self.speed
    }

    /// Waits until it has been running for so long.
    pub async fn until(&self, elapsed: Duration) {
        sleep_until(self.begun + elapsed / self.speed).await;
    }

    /// So much of its time, in that of the machine.
    pub fn real(&self, duration: Duration) -> Duration {
        duration / self.speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    #[test]
    fn a_clock_that_shows_no_time_that_can_be_written_is_refused() {
        let shows = |time: &str| check(time.parse().unwrap());
        assert_eq!(shows("1970-01-01T00:00:00Z"), Ok(()), "a machine without a battery");
        assert_eq!(shows("9998-12-31T23:59:59Z"), Ok(()));
        assert_eq!(shows("+10000-01-01T00:00:00Z").unwrap_err(), "the clock of this machine shows the year 10000; set it");
        assert!(check(DateTime::<chrono::Utc>::MAX_UTC.fixed_offset()).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_hour_can_pass_in_a_second() {
        let clock = Clock::running(noon(), 3600);
        let real = Instant::now();
        clock.until(Duration::from_secs(3600)).await;
        assert_eq!(real.elapsed(), Duration::from_secs(1));
        assert_eq!(clock.now(), noon() + TimeDelta::hours(1));
        assert_eq!(clock.real(Duration::from_secs(7200)), Duration::from_secs(2));
    }
}
