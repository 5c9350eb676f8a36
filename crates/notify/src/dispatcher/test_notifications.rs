//! Sends test notifications that users request. They go to the channel itself, past its queue: neither the order of the outbox nor the
//! failure that is shown depends on them.

use super::limits::Limits;
use super::panic_guard::guarded;
use crate::test_notification::test_notification;
use crate::{Connected, DeliveryError};
use model::TestRefusal;
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use system::clock::Clock;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The longest wait for the receiver, if the timeout of the channel is not shorter: a user is waiting for the answer.
const LONGEST: Duration = Duration::from_secs(15);

/// The least time between the starts of two tests of one channel.
const PAUSE: Duration = Duration::from_secs(10);

/// Sends test notifications, one to a channel at a time.
pub struct TestNotifications {
    channels: RwLock<BTreeMap<String, Tested>>,
    clock: Clock,
    public_url: Option<Url>,
    shutdown: CancellationToken,
}

/// A channel that can be tested, or why it cannot.
#[derive(Clone)]
struct Tested {
    channel: Result<Arc<dyn Connected>, TestRefusal>,
    /// The longest duration of one delivery.
    timeout: Duration,
    latest: Arc<Mutex<Latest>>,
}

#[derive(Default)]
struct Latest {
    /// When the latest test began, in the time of the clock.
    begun: Option<Duration>,
    is_running: bool,
}

/// The result of a test notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// How long the receiver took.
    pub elapsed: Duration,
    /// Whether the receiver confirmed it. The error contains no secret.
    pub outcome: Result<(), DeliveryError>,
}

impl TestNotifications {
    pub(super) fn new(clock: Clock, public_url: Option<Url>, shutdown: CancellationToken) -> Self {
        Self { channels: RwLock::default(), clock, public_url, shutdown }
    }

    /// A channel that can be tested from now on, or why it cannot. A test that is running goes on, and the pause between two tests stays.
    pub(super) fn replace(&self, name: &str, channel: Result<Arc<dyn Connected>, TestRefusal>, limits: Limits) {
        let mut channels = self.channels.write();
        let latest = channels.get(name).map(|before| Arc::clone(&before.latest)).unwrap_or_default();
        channels.insert(name.to_owned(), Tested { channel, timeout: limits.timeout, latest });
    }

    /// Whether there is a channel with this name to which one can be sent.
    pub fn can_test(&self, channel: &str) -> bool {
        self.channels.read().get(channel).is_some_and(|tested| tested.channel.is_ok())
    }

    /// Makes one attempt to deliver a test notification to this channel, for this user. Returns when the receiver has answered, at most 15 s
    /// later.
    pub async fn send(&self, channel: &str, user: &str) -> Result<TestResult, TestRefusal> {
        let tested = self.channels.read().get(channel).cloned().ok_or(TestRefusal::Unknown)?;
        let connected = tested.channel.as_ref().map_err(Clone::clone)?;
        let limit = tested.timeout.min(LONGEST);
        let _running = tested.begin(self.clock.elapsed(), limit)?;
        tracing::info!(channel, by = user, "A test notification was requested.");
        let delivery = test_notification(Some(user), self.public_url.as_ref(), self.clock.now());
        let begun = Instant::now();
        let sending = timeout(self.clock.real(limit), guarded(async { connected.deliver(&delivery).await }));
        let outcome = self.shutdown.run_until_cancelled(sending).await.ok_or(TestRefusal::Ending)?;
        let late = || DeliveryError::later(format!("no answer within {} s", limit.as_secs_f64()));
        let result = TestResult { elapsed: begun.elapsed(), outcome: outcome.unwrap_or_else(|_| Err(late())) };
        match &result.outcome {
            Ok(()) => tracing::info!(channel, by = user, "The test notification was delivered."),
            Err(error) => tracing::warn!(channel, by = user, %error, "The test notification was not delivered."),
        }
        Ok(result)
    }
}

impl Tested {
    /// Notes that a test begins `now`, which takes at most `limit`.
    fn begin(&self, now: Duration, limit: Duration) -> Result<Running<'_>, TestRefusal> {
        let mut latest = self.latest.lock();
        let passed = latest.begun.map(|begun| now.saturating_sub(begun));
        let left_of = |whole: Duration| whole.saturating_sub(passed.unwrap_or_default());
        if latest.is_running {
            return Err(TestRefusal::Running { retry_after: left_of(limit.max(PAUSE)) });
        }
        if passed.is_some_and(|passed| passed < PAUSE) {
            return Err(TestRefusal::TooSoon { pause: PAUSE, retry_after: left_of(PAUSE) });
        }
        *latest = Latest { begun: Some(now), is_running: true };
        Ok(Running(self))
    }
}

/// A test that is running. It has ended when this is dropped, also if its client has disconnected.
struct Running<'a>(&'a Tested);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.latest.lock().is_running = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Delivery;
    use futures::FutureExt;
    use futures::future::BoxFuture;
    use std::collections::VecDeque;

    /// Answers each delivery with the next of these; without one it hangs.
    #[derive(Default)]
    struct Receiver {
        answers: Mutex<VecDeque<Result<(), DeliveryError>>>,
        delivered: Mutex<Vec<Delivery>>,
    }

    impl Connected for Receiver {
        fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
            self.delivered.lock().push(delivery.clone());
            let next = self.answers.lock().pop_front();
            async {
                match next {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
            .boxed()
        }
    }

    /// The channel `ops`, whose deliveries may take this many seconds.
    fn tests(answers: &[Result<(), DeliveryError>], seconds: u64) -> (TestNotifications, Arc<Receiver>) {
        let receiver = Arc::new(Receiver { answers: Mutex::new(answers.iter().cloned().collect()), ..Receiver::default() });
        let limits = Limits { timeout: Duration::from_secs(seconds), ..Limits::default() };
        let tests = TestNotifications::new(Clock::system(), None, CancellationToken::new());
        tests.replace("ops", Ok(Arc::<Receiver>::clone(&receiver)), limits);
        tests.replace("broken", Err(TestRefusal::Disabled("config.yaml:3:5: no url".to_owned())), limits);
        (tests, receiver)
    }

    fn refused() -> Result<(), DeliveryError> {
        Err(DeliveryError::refused("hooks.lan answered 404"))
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_is_one_attempt_with_its_result() {
        let (tests, receiver) = tests(&[Ok(()), refused()], 30);
        for expected in [Ok(()), refused()] {
            assert_eq!(tests.send("ops", "ada").await.unwrap().outcome, expected);
            tokio::time::sleep(PAUSE).await;
        }
        let delivered = receiver.delivered.lock();
        assert_eq!(delivered.len(), 2);
        assert!(delivered[0].alerts[0].seen.as_ref().unwrap().contains("requested by ada"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_that_hangs_is_waited_for_no_longer_than_a_user_waits() {
        for (seconds, message) in [(30, "no answer within 15 s"), (5, "no answer within 5 s")] {
            let (tests, _) = tests(&[], seconds);
            let TestResult { elapsed, outcome } = tests.send("ops", "ada").await.unwrap();
            assert_eq!((elapsed, outcome.unwrap_err().message.as_str()), (Duration::from_secs(seconds.min(15)), message));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tests_of_one_channel_follow_one_another_with_a_pause() {
        let (tests, receiver) = tests(&[], 30);
        let running = tests.send("ops", "ada");
        tokio::pin!(running);
        assert!((&mut running).now_or_never().is_none());
        tokio::time::advance(Duration::from_secs(12)).await;
        let seconds = Duration::from_secs;
        assert_eq!(tests.send("ops", "bob").await, Err(TestRefusal::Running { retry_after: seconds(3) }));
        assert!(running.await.is_ok());
        assert!(tests.send("ops", "ada").now_or_never().is_none(), "15 s have passed; the client of this one disconnects");
        tokio::time::advance(seconds(4)).await;
        assert_eq!(tests.send("ops", "ada").await, Err(TestRefusal::TooSoon { pause: PAUSE, retry_after: seconds(6) }));
        assert_eq!(receiver.delivered.lock().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_channel_that_cannot_be_used_says_why() {
        let (tests, _) = tests(&[], 30);
        assert!(tests.can_test("ops") && !tests.can_test("broken") && !tests.can_test("nothing"));
        assert_eq!(tests.send("nothing", "ada").await, Err(TestRefusal::Unknown));
        let error = tests.send("broken", "ada").await.unwrap_err();
        assert_eq!(error.to_string(), "the channel is disabled: config.yaml:3:5: no url");
    }

    #[tokio::test(start_paused = true)]
    async fn the_shutdown_does_not_wait_for_a_receiver() {
        let (tests, _) = tests(&[], 30);
        let sending = tests.send("ops", "ada");
        tokio::pin!(sending);
        assert!((&mut sending).now_or_never().is_none());
        tests.shutdown.cancel();
        assert_eq!(sending.await, Err(TestRefusal::Ending));
    }
}
