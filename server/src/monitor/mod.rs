//! Watching: when a check runs, what its observation means, and who hears of it.
//!
//! The flow goes one way: [`scheduler`] runs the checks behind the [`fence`] and sends what came of each to the [`recorder`]; the recorder lets
//! [`service_nodes`] and, below it, [`machine`] decide, has the [`ledger`] take it down and the store save it, and then publishes the
//! rows. Only `machine` decides states. At the start [`restore`] takes up what the store knows.

pub mod fence;
pub mod ledger;
pub mod machine;
pub mod recorder;
pub mod restore;
pub mod scheduler;
pub mod service_nodes;

#[cfg(test)]
pub mod testing;

use crate::auth::Roles;
use crate::plugins::Check;
use app::model::ServiceId;
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
    /// At so many checks in a row that did not find a node operational somebody is told.
    pub retries_before_notify: u32,
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
