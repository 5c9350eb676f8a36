//! The result of one check of one service, on its way from the scheduler to the recorder.

use super::Service;
use chrono::{DateTime, FixedOffset};
use model::{CheckError, Observation};
use std::fmt;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The message of a row whose state is unknown because Platus itself is offline. The store keeps the message, so it also marks stored
/// rows and notifications: see [`is_offline_message`].
const OFFLINE: &str = "monitor offline";

/// The observations of one check, or the reason why there are none.
pub struct CheckResult {
    /// The service as it was configured for the check.
    pub service: Arc<Service>,
    pub result: Result<Vec<Observation>, CheckFailure>,
    /// When the check ended.
    pub checked: DateTime<FixedOffset>,
    /// Where to report that the result is stored and published; absent unless a user has requested the check.
    pub published: Option<oneshot::Sender<()>>,
}

/// Why a check has no observations. It says nothing about the nodes of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckFailure {
    /// The check could not determine the state.
    Check(CheckError),
    /// The check failed, and so did all reference services: Platus itself is offline.
    MonitorOffline,
}

impl From<CheckError> for CheckFailure {
    fn from(error: CheckError) -> Self {
        Self::Check(error)
    }
}

impl fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(error) => f.write_str(&error.message),
            Self::MonitorOffline => f.write_str(OFFLINE),
        }
    }
}

/// Whether a stored message stands for [`CheckFailure::MonitorOffline`]. Stores have no other mark of it.
pub fn is_offline_message(message: Option<&str>) -> bool {
    message == Some(OFFLINE)
}
