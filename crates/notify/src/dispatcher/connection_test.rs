//! Tests the connection of a channel when Platus starts, so that a channel that cannot be used is noticed before the first incident.

use super::fence::fenced;
use super::health::{ChannelHealth, Trouble};
use crate::{Connected, DeliveryError};
use std::sync::Arc;
use std::time::Duration;
use system::clock::Clock;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Before the first repetition of a test that failed; each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// A server may lock an account after some logins that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// The test of one channel. It runs beside the deliveries, which neither wait for it nor heed its result, and ends with the first
/// connection, with the first delivery (which tells more), or with the process.
pub(super) struct ConnectionTest {
    pub channel: Arc<dyn Connected>,
    pub health: watch::Sender<ChannelHealth>,
    pub clock: Clock,
    /// How long one test may take.
    pub timeout: Duration,
    pub shutdown: CancellationToken,
}

impl ConnectionTest {
    pub async fn run(self) {
        self.shutdown.run_until_cancelled(self.repeat()).await;
    }

    async fn repeat(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let late = || DeliveryError::later(format!("no answer within {} s", self.timeout.as_secs_f64()));
            let outcome = timeout(self.clock.real(self.timeout), fenced(async { self.channel.test_connection().await })).await;
            if self.note(outcome.unwrap_or_else(|_| Err(late()))) {
                return;
            }
            self.clock.until(self.clock.elapsed() + pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether no further test is needed.
    fn note(&self, outcome: Result<(), DeliveryError>) -> bool {
        let mut is_done = outcome.is_ok();
        let now = self.clock.now();
        self.health.send_if_modified(|health| {
            if health.delivered > 0 || health.failures > 0 {
                is_done = true;
                return false;
            }
            match outcome {
                Ok(()) if health.trouble.take().is_some() => {
                    tracing::info!(channel = health.name, "The connection of the channel works now.");
                    true
                }
                Ok(()) => false,
                Err(error) => {
                    if health.trouble.is_none() {
                        tracing::warn!(channel = health.name, %error, "The channel failed the connection test at the start.");
                    }
                    let since = health.trouble.as_ref().map_or(now, |trouble| trouble.since);
                    health.trouble = Some(Trouble { since, message: error.message, failures: 0 });
                    true
                }
            }
        });
        is_done
    }
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
        (ConnectionTest { channel, health, clock, timeout, shutdown: CancellationToken::new() }, seen)
    }

    fn message(health: &watch::Receiver<ChannelHealth>) -> Option<String> {
        health.borrow().trouble.as_ref().map(|trouble| trouble.message.clone())
    }

    #[tokio::test(start_paused = true)]
    async fn a_test_that_fails_is_shown_and_repeated_until_there_is_a_connection() {
        let (test, mut health) = test(&[refused(), refused(), Ok(())]);
        let start = Instant::now();
        let running = tokio::spawn(test.run());
        health.changed().await.unwrap();
        assert_eq!(message(&health).as_deref(), Some("connection refused"));
        running.await.unwrap();
        assert_eq!((message(&health), start.elapsed()), (None, FIRST_PAUSE * 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_hangs_is_shown_and_an_end_is_not_waited_for() {
        let (test, mut health) = test(&[]);
        let shutdown = test.shutdown.clone();
        let running = tokio::spawn(test.run());
        health.changed().await.unwrap();
        assert_eq!(message(&health).as_deref(), Some("no answer within 30 s"));
        shutdown.cancel();
        running.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_tells_more_than_a_test() {
        for (delivered, failures) in [(1, 0), (0, 1)] {
            let (test, health) = test(&[refused()]);
            test.health.send_modify(|health| (health.delivered, health.failures) = (delivered, failures));
            test.run().await;
            assert_eq!(message(&health), None);
        }
    }
}
