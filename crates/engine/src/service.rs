use crate::machine::Policy;
use checks::Check;
use model::{Roles, ServiceId};
use std::sync::Arc;
use std::time::Duration;

/// The configuration of one service, as far as the engine needs it. Immutable.
pub struct Service {
    pub id: ServiceId,
    /// `data.type`
    pub group: String,
    /// `data.name`
    pub name: String,
    /// The node of the placeholder row, which is shown while the nodes are unknown: the host of the service.
    pub node: String,
    /// The roles that see it, besides administrators.
    pub roles: Roles,
    /// The time between two checks.
    pub interval: Duration,
    /// The longest duration of one check.
    pub timeout: Duration,
    /// The time between two checks while a failure is soft. Default: `interval`.
    pub retry_interval: Option<Duration>,
    /// When incidents open and end, and which notifications they cause.
    pub policy: Policy,
    /// The services that it needs.
    pub depends_on: Vec<ServiceId>,
    /// The check, or the reason why there is none, which is the message of the row.
    pub check: Result<Arc<dyn Check>, String>,
}

impl Service {
    /// Where the service is among others on the page and in the API.
    pub fn rank(&self) -> (&str, &str, &ServiceId) {
        (&self.group, &self.name, &self.id)
    }

    /// The longest time between two checks that counts as continuous: two intervals and timeouts. A longer time is a gap without data.
    pub fn longest_gap(&self) -> Duration {
        (self.interval + self.timeout) * 2
    }
}
