use crate::machine::Policy;
use checks::Check;
use model::{Roles, ServiceId};
use std::sync::Arc;
use std::time::Duration;

/// All that the monitor needs to know of a service. Immutable for as long as the configuration is.
pub struct Service {
    pub id: ServiceId,
    /// `data.type`
    pub group: String,
    /// `data.name`
    pub name: String,
    /// The node of the one row that stands for the service while nothing is known of its nodes: its host.
    pub node: String,
    /// Who sees it, besides administrators.
    pub roles: Roles,
    /// How often it is checked.
    pub interval: Duration,
    /// How long one check may take.
    pub timeout: Duration,
    /// How often it is checked while trouble is not confirmed; as ever when absent.
    pub retry_interval: Option<Duration>,
    /// When somebody is told.
    pub policy: Policy,
    /// The services without which it cannot work.
    pub depends_on: Vec<ServiceId>,
    /// How it is checked, or why it cannot be: the reason is what its row says.
    pub check: Result<Arc<dyn Check>, String>,
}

impl Service {
    /// How long it may be between two checks for the time in between to count: two rounds that each take as long as they may. What is
    /// longer is a gap, in which nobody looked.
    pub fn longest_silence(&self) -> Duration {
        (self.interval + self.timeout) * 2
    }
}
