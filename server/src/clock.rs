//! The time, for those who wait long: a test can let an hour pass in a second.

use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

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
            Some(wall) => wall + TimeDelta::from_std(self.elapsed()).unwrap_or(TimeDelta::MAX),
        }
    }

    /// How long it has been running. Nobody who sets the clock on the wall changes that.
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
    use crate::monitor::testing::noon;

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
