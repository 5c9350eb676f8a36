use super::error::VaultError;
use chrono::{DateTime, FixedOffset, Local};
use parking_lot::Mutex;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// The state of Vault, for the settings page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultHealth {
    /// Its address, without credentials.
    pub address: String,
    /// Absent while it answers.
    pub outage: Option<VaultOutage>,
}

/// Why values are not refreshed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultOutage {
    /// Begin of the outage. Values that were read before are still used.
    pub since: DateTime<FixedOffset>,
    pub message: String,
}

/// Records how Vault answers, and logs each change once.
pub(super) struct Health {
    state: watch::Sender<VaultHealth>,
    latest: Mutex<Option<(VaultError, Instant)>>,
}

impl Health {
    pub(super) fn new(address: String) -> Self {
        Self { state: watch::Sender::new(VaultHealth { address, outage: None }), latest: Mutex::default() }
    }

    pub(super) fn watch(&self) -> watch::Receiver<VaultHealth> {
        self.state.subscribe()
    }

    /// The error of a failed request that ended less than `pause` ago. It spares thousands of values from waiting one after the other
    /// for a Vault that does not answer.
    pub(super) fn recent_failure(&self, pause: Duration) -> Option<VaultError> {
        let latest = self.latest.lock();
        let (error, at) = latest.as_ref()?;
        (error.kind == super::Kind::Away && at.elapsed() < pause).then(|| error.clone())
    }

    /// Whether the last request got no answer.
    pub(super) fn is_out(&self) -> bool {
        self.state.borrow().outage.is_some()
    }

    pub(super) fn answered(&self) {
        self.latest.lock().take();
        self.state.send_if_modified(|health| {
            let outage = health.outage.take();
            if let Some(outage) = &outage {
                tracing::info!(since = %outage.since, "Vault answers again.");
            }
            outage.is_some()
        });
    }

    /// `has_values` says whether earlier values can be used meanwhile.
    pub(super) fn failed(&self, error: &VaultError, has_values: bool) {
        *self.latest.lock() = Some((error.clone(), Instant::now()));
        self.state.send_if_modified(|health| match &mut health.outage {
            Some(outage) if outage.message == error.to_string() => false,
            Some(outage) => {
                outage.message = error.to_string();
                true
            }
            outage => {
                let meanwhile = match has_values {
                    true => "the values read last are used",
                    false => "no value was read before, so checks and channels that need one fail",
                };
                tracing::warn!(vault = health.address, %error, "Secrets cannot be read from Vault; {meanwhile}.");
                *outage = Some(VaultOutage { since: Local::now().fixed_offset(), message: error.to_string() });
                true
            }
        });
    }
}
