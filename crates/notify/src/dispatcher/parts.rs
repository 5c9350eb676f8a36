//! What a dispatcher needs: its channel, and what is the same for all channels.

use super::limits::Limits;
use super::policy::{Confirmations, SuppressionSource};
use crate::Connected;
use std::sync::Arc;
use storage::write_requests::WriteRequests;
use system::clock::Clock;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A channel and its limits. Cheap to clone.
#[derive(Clone)]
pub struct Channel {
    pub name: String,
    pub kind: String,
    pub limits: Limits,
    pub connected: Arc<dyn Connected>,
    /// Why its configuration cannot be used; absent if it can.
    pub disabled: Option<String>,
}

/// What all dispatchers need.
#[derive(Clone)]
pub struct Parts {
    pub write_requests: WriteRequests,
    pub clock: Clock,
    pub suppression: Arc<dyn SuppressionSource>,
    pub confirmations: Arc<dyn Confirmations>,
    /// The address of the page.
    pub public_url: Option<Url>,
    pub shutdown: CancellationToken,
}
