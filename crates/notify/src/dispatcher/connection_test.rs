//! Tests the connection of a channel when Platus starts and when the channel has changed, so that a channel that cannot be used is noticed before the first incident.

use super::health::{ChannelFailure, ChannelHealth};
use super::panic_guard::guarded;
use crate::{Connected, DeliveryError};
use std::sync::Arc;
use std::time::Duration;
use system::backoff::Backoff;
use system::clock::Clock;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The pauses between failed tests. They become long, since a server may lock an account after some failed logins.
const BACKOFF: Backoff = Backoff { first: Duration::from_secs(60), longest: Duration::from_secs(60 * 60) };

/// The test of one channel. It runs beside the deliveries, which do not depend on it, and ends with the first connection, with the first
/// delivery (which shows more), or with the process.
pub(super) struct ConnectionTest {
    channel: Arc<dyn Connected>,
    health: watch::Sender<ChannelHealth>,
    /// The deliveries and failed attempts before the test.
    attempts: u64,
    clock: Clock,
    /// The longest duration of one test.
    timeout: Duration,
    end: CancellationToken,
}

impl ConnectionTest {
    /// A test that takes at most `timeout` each time, and is over with `end`.
    pub fn new(
        channel: Arc<dyn Connected>,
        health: watch::Sender<ChannelHealth>,
        clock: Clock,
        timeout: Duration,
        end: CancellationToken,
    ) -> Self {
        let attempts = attempts(&health.borrow());
        Self { channel, health, attempts, clock, timeout, end }
    }

    pub async fn run(self) {
        self.end.run_until_cancelled(self.repeat()).await;
    }

    async fn repeat(&self) {
        for failures in 1.. {
            let late = || DeliveryError::later(format!("no answer within {} s", self.timeout.as_secs_f64()));
            let outcome = timeout(self.clock.real(self.timeout), guarded(async { self.channel.test_connection().await })).await;
            if self.note(outcome.unwrap_or_else(|_| Err(late()))) {
                return;
            }
            self.clock.until(self.clock.elapsed() + BACKOFF.pause(failures, 0.0)).await;
        }
    }

    /// Whether no further test is needed.
    fn note(&self, outcome: Result<(), DeliveryError>) -> bool {
        let mut is_done = outcome.is_ok();
        let now = self.clock.now();
        self.health.send_if_modified(|health| {
            // A test that was replaced at this moment is about a channel that is not used any more.
            if attempts(health) != self.attempts || self.end.is_cancelled() {
                is_done = true;
                return false;
            }
            match outcome {
                Ok(()) if health.failure.take().is_some() => {
                    tracing::info!(channel = health.name, "The connection of the channel works now.");
                    true
                }
                Ok(()) => false,
                Err(error) => {
                    if health.failure.is_none() {
                        tracing::warn!(channel = health.name, %error, "The channel failed its connection test.");
                    }
                    let since = health.failure.as_ref().map_or(now, |failure| failure.since);
                    health.failure = Some(ChannelFailure { since, message: error.message, failures: 0 });
                    true
                }
            }
        });
        is_done
    }
}

fn attempts(health: &ChannelHealth) -> u64 {
    health.delivered + health.failures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Delivery;
    use futures::FutureExt;
    use futures::future::BoxFuture;
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use tokio::time::Instant;

    /// Answers each test with the next of these; without one it hangs.
    struct Receiver(Mutex<VecDeque<Result<(), DeliveryError>>>);

    impl Connected for Receiver {
        fn deliver<'a>(&'a self, _: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
            panic!("a test of the connection delivers nothing")
        }

        fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
            let next = self.0.lock().unwrap().pop_front();
            async {
                match next {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
            .boxed()
        }
    }

    fn refused() -> Result<(), DeliveryError> {
        Err(DeliveryError::later("connection refused"))
    }

    fn test(answers: &[Result<(), DeliveryError>]) -> (ConnectionTest, watch::Receiver<ChannelHealth>) {
        let channel = Arc::new(Receiver(Mutex::new(answers.iter().cloned().collect())));
        let (health, seen) = watch::channel(ChannelHealth::default());
        let (clock, timeout) = (Clock::system(), Duration::from_secs(30));
        (ConnectionTest::new(channel, health, clock, timeout, CancellationToken::new()), seen)
    }

    fn message(health: &watch::Receiver<ChannelHealth>) -> Option<String> {
        health.borrow().failure.as_ref().map(|failure| failure.message.clone())
    }

    #[tokio::test(start_paused = true)]
    async fn a_test_that_fails_is_shown_and_repeated_until_there_is_a_connection() {
        let (test, mut health) = test(&[refused(), refused(), Ok(())]);
        let start = Instant::now();
        let running = tokio::spawn(test.run());
        health.changed().await.unwrap();
        assert_eq!(message(&health).as_deref(), Some("connection refused"));
        running.await.unwrap();
        assert_eq!((message(&health), start.elapsed()), (None, BACKOFF.first * 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_hangs_is_shown_and_an_end_is_not_waited_for() {
        let (test, mut health) = test(&[]);
        let end = test.end.clone();
        let running = tokio::spawn(test.run());
        health.changed().await.unwrap();
        assert_eq!(message(&health).as_deref(), Some("no answer within 30 s"));
        end.cancel();
        running.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_ends_the_test() {
        for (delivered, failures) in [(1, 0), (0, 1)] {
            let (test, health) = test(&[refused()]);
            test.health.send_modify(|health| (health.delivered, health.failures) = (delivered, failures));
            test.run().await;
            assert_eq!(message(&health), None);
        }
    }
}
