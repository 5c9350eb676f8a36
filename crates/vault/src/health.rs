use super::error::VaultError;
use chrono::{DateTime, FixedOffset, Local};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How Vault is, for the settings page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultHealth {
    /// Where it is, without credentials.
    pub address: String,
    /// Absent while it answers.
    pub trouble: Option<Trouble>,
}

/// Why values are as old as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Since when it gives no secrets. Those that were read before are used.
    pub since: DateTime<FixedOffset>,
    pub message: String,
}

/// Takes note of how Vault answers, and tells of a change once.
pub(super) struct Health {
    state: watch::Sender<VaultHealth>,
    latest: Mutex<Option<(VaultError, Instant)>>,
}

impl Health {
    pub(super) fn new(address: String) -> Self {
        Self { state: watch::Sender::new(VaultHealth { address, trouble: None }), latest: Mutex::default() }
    }

    pub(super) fn watch(&self) -> watch::Receiver<VaultHealth> {
        self.state.subscribe()
    }

    /// Why Vault did not answer, if that was so short a time ago that it need not be asked again. Thousands of values need not wait one
    /// after the other for a Vault that is away.
    pub(super) fn recent_trouble(&self, pause: Duration) -> Option<VaultError> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (error, at) = latest.as_ref()?;
        (error.kind == super::Kind::Away && at.elapsed() < pause).then(|| error.clone())
    }

    /// Whether the last answer was none.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.state.borrow().trouble.is_some()
    }

    pub(super) fn answered(&self) {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.state.send_if_modified(|health| {
            let trouble = health.trouble.take();
            if let Some(trouble) = &trouble {
                tracing::info!(since = %trouble.since, "Vault answers again.");
            }
            trouble.is_some()
        });
    }

    /// `has_values` says whether anything was read before that can be used meanwhile.
    pub(super) fn failed(&self, error: &VaultError, has_values: bool) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some((error.clone(), Instant::now()));
        self.state.send_if_modified(|health| match &mut health.trouble {
            Some(trouble) if trouble.message == error.to_string() => false,
            Some(trouble) => {
                trouble.message = error.to_string();
                true
            }
            trouble => {
                let meanwhile = match has_values {
                    true => "the last good ones are used",
                    false => "none was read before, so what needs one does not work",
                };
                tracing::warn!(vault = health.address, %error, "Vault does not give secrets; {meanwhile}.");
                *trouble = Some(Trouble { since: Local::now().fixed_offset(), message: error.to_string() });
                true
            }
        });
    }
}
