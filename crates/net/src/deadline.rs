use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// When a check must be finished. All waits of a check end at the deadline, so that it returns its own message before the
/// scheduler cancels it.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    pub end: Instant,
    timeout: Duration,
}

impl Deadline {
    /// Starts now. `timeout` is that of the service.
    pub fn after(timeout: Duration) -> Self {
        Self { end: Instant::now() + timeout, timeout }
    }

    /// Runs `work` until the deadline.
    pub async fn wait_for<T>(self, work: impl Future<Output = T>) -> Result<T, TimeIsOver> {
        timeout_at(self.end, work).await.map_err(|_| self.is_over())
    }

    pub fn is_over(self) -> TimeIsOver {
        TimeIsOver(self.timeout)
    }
}

/// A deadline has passed. Prints as the end of a message: `within 5 s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeIsOver(Duration);

impl fmt::Display for TimeIsOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "within {} s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    #[tokio::test(start_paused = true)]
    async fn all_waiting_ends_at_once() {
        let deadline = Deadline::after(Duration::from_millis(2500));
        assert_eq!(deadline.wait_for(async { 1 }).await, Ok(1));
        let late = deadline.wait_for(pending::<()>()).await.unwrap_err();
        assert_eq!(late.to_string(), "within 2.5 s");
        assert_eq!(Instant::now(), deadline.end);
        assert!(deadline.wait_for(pending::<()>()).await.is_err());
        assert_eq!(Instant::now(), deadline.end);
    }
}
