//! Looks at the file of the API keys because of an unknown key, so that a new key is valid at once.

use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, timeout};

/// The least time between two looks, so that guessed keys cost no more than this. A caller waits no longer, either.
const BETWEEN: Duration = Duration::from_secs(1);

/// A request to look now. It is answered after the look.
pub type LookRequest = oneshot::Sender<()>;

/// Requests looks from the task that follows the file.
pub struct KeyLooks {
    requests: mpsc::Sender<LookRequest>,
    /// When the latest requested look began. Locked while it goes on.
    latest: Mutex<Option<Instant>>,
}

impl KeyLooks {
    /// With the requests, for the task that follows the file.
    pub fn new() -> (Self, mpsc::Receiver<LookRequest>) {
        let (requests, requested) = mpsc::channel(1);
        (Self { requests, latest: Mutex::default() }, requested)
    }

    /// Waits for a look at the file, unless one was requested just before.
    pub async fn look(&self) {
        let asked = Instant::now();
        // The disk may not answer.
        timeout(BETWEEN, async {
            let mut latest = self.latest.lock().await;
            if latest.is_some_and(|began| asked < began + BETWEEN) {
                return;
            }
            *latest = Some(Instant::now());
            let (done, looked) = oneshot::channel();
            if self.requests.try_send(done).is_ok() {
                looked.await.ok();
            }
        })
        .await
        .ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;

    /// The looks that a task has answered until it was asked no more, which is `within` for each.
    async fn answered(mut requested: mpsc::Receiver<LookRequest>, within: Duration) -> usize {
        let mut looks = 0;
        while let Some(done) = requested.recv().await {
            tokio::time::sleep(within).await;
            looks += 1;
            done.send(()).ok();
        }
        looks
    }

    #[tokio::test(start_paused = true)]
    async fn many_unknown_keys_are_one_look_a_second() {
        let (looks, requested) = KeyLooks::new();
        let asked = async {
            for _ in 0..3 {
                join_all((0..1_000).map(|_| looks.look())).await;
                tokio::time::sleep(BETWEEN / 2).await;
                looks.look().await;
                tokio::time::sleep(BETWEEN / 2).await;
            }
            drop(looks);
        };
        let ((), looks) = tokio::join!(asked, answered(requested, Duration::from_millis(1)));
        assert_eq!(looks, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_waits_for_the_look_but_not_for_a_disk_that_does_not_answer() {
        for (within, expected) in [(BETWEEN / 4, BETWEEN / 4), (BETWEEN * 60, BETWEEN)] {
            let (looks, requested) = KeyLooks::new();
            let began = Instant::now();
            let asked = async {
                looks.look().await;
                began.elapsed()
            };
            tokio::select! {
                waited = asked => assert_eq!(waited, expected),
                _ = answered(requested, within) => panic!("nothing is asked any more"),
            }
        }
    }
}
