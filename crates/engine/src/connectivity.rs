//! Whether Platus itself is offline. Every target then seems to be down, and nothing is known of any of them.

use super::check_result::CheckFailure;
use super::{Service, Services, runner};
use futures::future::join_all;
use model::{CheckError, Observation, ServiceId, State};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How long a result "offline" is valid: within seconds of an outage, thousands of checks fail.
const VALID: Duration = Duration::from_secs(3);

/// The least time between two checks of the reference services, however many checks fail meanwhile.
const PAUSE: Duration = Duration::from_millis(250);

/// The reference services (`connectivity`): targets that are always reachable while Platus is online, for example a gateway or a name
/// server.
#[derive(Default)]
pub struct Connectivity {
    references: Vec<Arc<Service>>,
    latest: Mutex<Option<Probe>>,
}

/// The latest check of the reference services.
#[derive(Clone, Copy)]
struct Probe {
    begun: Instant,
    is_offline: bool,
}

impl Connectivity {
    /// The services with these ids are the references, except those that cannot be checked.
    pub fn new(services: &Services, ids: &[ServiceId]) -> Self {
        let references = ids.iter().filter_map(|id| services.get(id)).filter(|service| service.check.is_ok());
        Self { references: references.collect(), latest: Mutex::default() }
    }

    /// The result of a check of a service, or [`CheckFailure::MonitorOffline`] if the check failed while Platus is offline.
    pub async fn judge(
        &self,
        service: &Service,
        result: Result<Vec<Observation>, CheckError>,
    ) -> Result<Vec<Observation>, CheckFailure> {
        let is_reference = self.references.iter().any(|reference| reference.id == service.id);
        if is_reference || is_operational(&result) || !self.is_offline().await {
            result.map_err(CheckFailure::Check)
        } else {
            Err(CheckFailure::MonitorOffline)
        }
    }

    /// Whether no reference service is operational. Never if there are none.
    ///
    /// A result "online" says nothing about the time after it began: the connection may have failed since.
    async fn is_offline(&self) -> bool {
        if self.references.is_empty() {
            return false;
        }
        let asked = Instant::now();
        // All that wait for the lock share the probe of the first one.
        let mut latest = self.latest.lock().await;
        if let Some(Probe { begun, is_offline }) = *latest {
            if begun >= asked || (is_offline && begun.elapsed() < VALID) {
                return is_offline;
            }
            sleep_until(begun + PAUSE).await;
        }
        let begun = Instant::now();
        // Their own scheduled results may be a minute old.
        let results = join_all(self.references.iter().map(|reference| runner::run(reference))).await;
        let is_offline = !results.iter().any(|(result, _)| is_operational(result));
        if is_offline && latest.is_none_or(|before| !before.is_offline) {
            tracing::warn!("Platus is offline: no service of `connectivity` is reachable.");
        }
        *latest = Some(Probe { begun, is_offline });
        is_offline
    }
}

fn is_operational(result: &Result<Vec<Observation>, CheckError>) -> bool {
    result.as_ref().is_ok_and(|observations| observations.iter().all(|observation| observation.state == State::Operational))
}
