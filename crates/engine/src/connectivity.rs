//! Whether Platus itself is cut off. Then everything looks as if it were down, and nothing is known of anything.

use super::{Service, fence};
use futures::future::join_all;
use model::{CheckError, Observation, ServiceId, State};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// What the row of a service says whose state cannot be told because of that.
pub const OFFLINE: &str = "monitor offline";

/// For so long it stands that the line is cut: thousands of checks fail within seconds then.
const STANDS: Duration = Duration::from_secs(3);

/// From one look to the next at least. However many checks find trouble, the landmarks are asked a few times a second at most.
const PAUSE: Duration = Duration::from_millis(250);

/// The services that are to be reached whatever else is wrong (`connectivity`): a gateway, a name server.
#[derive(Default)]
pub struct Connectivity {
    landmarks: Vec<Arc<Service>>,
    latest: Mutex<Option<Look>>,
}

/// When the landmarks were looked at last, and what that has told.
#[derive(Clone, Copy)]
struct Look {
    begun: Instant,
    cut_off: bool,
}

impl Connectivity {
    /// Those of the services that have these ids. One that cannot be checked tells nothing.
    pub fn new(services: &[Arc<Service>], ids: &[ServiceId]) -> Self {
        let is_landmark = |service: &&Arc<Service>| ids.contains(&service.id) && service.check.is_ok();
        Self { landmarks: services.iter().filter(is_landmark).cloned().collect(), latest: Mutex::default() }
    }

    /// The result of a check of a service, or, when it tells of trouble that is ours, that nothing is known.
    pub async fn judge(
        &self,
        service: &Service,
        result: Result<Vec<Observation>, CheckError>,
    ) -> Result<Vec<Observation>, CheckError> {
        let is_landmark = self.landmarks.iter().any(|landmark| landmark.id == service.id);
        if is_landmark || is_well(&result) || !self.is_cut_off().await { result } else { Err(CheckError::new(OFFLINE)) }
    }

    /// Whether nothing can be reached that is to be reached first. Never so where nothing is named.
    ///
    /// That something can be reached says nothing of a time before it was looked at: the line may have been cut since the last look.
    async fn is_cut_off(&self) -> bool {
        if self.landmarks.is_empty() {
            return false;
        }
        let asked = Instant::now();
        // Whoever has come while the look of another was waited for shares the next one with all who have.
        let mut latest = self.latest.lock().await;
        if let Some(Look { begun, cut_off }) = *latest {
            if begun >= asked || (cut_off && begun.elapsed() < STANDS) {
                return cut_off;
            }
            sleep_until(begun + PAUSE).await;
        }
        let begun = Instant::now();
        // They are looked at whenever their own turn is: what they were a minute ago says nothing.
        let results = join_all(self.landmarks.iter().map(|landmark| fence::run(landmark))).await;
        let cut_off = !results.iter().any(|(result, _)| is_well(result));
        if cut_off && latest.is_none_or(|before| !before.cut_off) {
            tracing::warn!("Nothing can be reached that `connectivity` names: Platus itself is cut off.");
        }
        *latest = Some(Look { begun, cut_off });
        cut_off
    }
}

fn is_well(result: &Result<Vec<Observation>, CheckError>) -> bool {
    result.as_ref().is_ok_and(|observations| observations.iter().all(|seen| seen.state == State::Operational))
}
