//! Secrets in Vault, or in a server with the same API.
//!
//! Before each run, a check asks [`Vault`] for its values and gets those that were read last, at once. A value older than a minute is read
//! again in the background. Only the first read of a value is waited for, so an unavailable Vault neither stops nor delays a check. The
//! settings page shows the begin of an outage.

mod client;
mod error;
mod health;
pub mod kept;
mod kv;
mod login;
pub mod settings;
mod transport;
mod values;
mod wire;

pub use error::{Kind, VaultError};
pub use health::{VaultHealth, VaultOutage};
pub use settings::{Credential, VaultBackend, VaultKey, VaultLogin, VaultProperty};

use client::Client;
use futures::future::try_join_all;
use health::Health;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use values::{Entry, Known, Values};
use yaml::{LocatedError, Node, Secret};

/// Pause after a failed request, and least age of a value before a failed check has it read again.
const PAUSE: Duration = Duration::from_secs(5);

/// How long a failed check waits for a newer value. Vault usually answers within milliseconds.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// Values from Vault. Clones share everything.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    client: Client,
    cache_ttl: Duration,
    values: Values,
    health: Health,
}

/// How long to wait for a value that is read again.
#[derive(Clone, Copy)]
enum Patience {
    /// Not at all: the known value is used meanwhile.
    None,
    /// A moment, while Vault answers.
    Short,
    /// Until it is read or reading failed.
    Full,
}

impl Vault {
    /// Prepares everything without touching the network.
    pub fn new(backend: &VaultBackend) -> Result<Self, LocatedError> {
        let client = Client::new(backend).map_err(|problem| LocatedError::without_place(problem).under("vault_backend"))?;
        let health = Health::new(backend.address());
        Ok(Self(Arc::new(Inner { client, cache_ttl: backend.cache_ttl, values: Values::default(), health })))
    }

    /// The value of this key as it was read last. One that is older than `cache_ttl` is read again in the background, for the next call.
    ///
    /// Waits only for the first read; each answer of Vault has a time limit. Fails when the value was never read, and when Vault answered
    /// that it does not exist.
    pub async fn get(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.get_younger(key, self.0.cache_ttl, Patience::None).await
    }

    /// The same, but a value older than `cache_ttl` is read first. The older one is used only when Vault is unavailable.
    pub async fn get_fresh(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.get_younger(key, self.0.cache_ttl, Patience::Full).await
    }

    /// The same for a check whose target has just refused the value: it may have changed meanwhile.
    pub async fn get_again(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.get_younger(key, PAUSE.min(self.0.cache_ttl), Patience::Short).await
    }

    async fn get_younger(&self, key: &VaultKey, age: Duration, patience: Patience) -> Result<Secret, VaultError> {
        let entry = self.0.values.entry(key);
        let Known { good, bad } = entry.known();
        if let Some((secret, read)) = &good
            && read.elapsed() < age
        {
            return Ok(secret.clone());
        }
        let failed_before = bad.filter(|(_, at)| at.elapsed() < PAUSE).map(|(error, _)| error);
        if let Some(error) = failed_before.or_else(|| self.0.health.recent_failure(PAUSE)) {
            return good.map(|(secret, _)| secret).ok_or(error);
        }
        let reading = self.read_beside(key, &entry);
        let Some((secret, _)) = good else {
            reading.await;
            return entry.outcome();
        };
        match patience {
            Patience::None => return Ok(secret),
            Patience::Short if self.0.health.is_out() => return Ok(secret),
            Patience::Short => {
                timeout(SECOND_LOOK, reading).await.ok();
            }
            Patience::Full => reading.await,
        }
        entry.outcome()
    }

    /// Starts reading a value, unless it is being read already. Reading continues when the check that waited for it is cancelled.
    fn read_beside(&self, key: &VaultKey, entry: &Arc<Entry>) -> impl Future<Output = ()> + use<> {
        let entry = Arc::clone(entry);
        if let Some(turn) = entry.begin() {
            let (vault, key, entry) = (self.clone(), key.clone(), Arc::clone(&entry));
            #[expect(clippy::disallowed_methods, reason = "the readers of the value notice when it ends")]
            tokio::spawn(async move {
                let read = vault.0.client.read(&key).await;
                match &read {
                    Err(error) if error.kind != Kind::Missing => {
                        vault.0.health.failed(error, vault.0.values.has_any());
                    }
                    _ => vault.0.health.answered(),
                }
                entry.take(read);
                drop(turn);
            });
        }
        async move { entry.wait().await }
    }

    /// The map with the values from Vault filled in.
    pub async fn fill(&self, node: &Node, properties: &[VaultProperty]) -> Result<Node, LocatedError> {
        let values = self.values(properties, Self::get_fresh).await?;
        Ok(settings::with_values(node, properties.iter().zip(&values)))
    }

    /// The values of some properties; the error names the one that is missing.
    async fn values<'a, F: Future<Output = Result<Secret, VaultError>>>(
        &'a self,
        properties: &'a [VaultProperty],
        get: impl Fn(&'a Self, &'a VaultKey) -> F,
    ) -> Result<Vec<Secret>, LocatedError> {
        let get = &get;
        let values = properties.iter().map(|VaultProperty { property, key }| async move {
            let text = |error: VaultError| format!("the secret `{key}` cannot be read from Vault: {error}");
            get(self, key).await.map_err(|error| LocatedError::new(&property.location, text(error)))
        });
        try_join_all(values).await
    }

    /// The state of Vault, and its changes.
    pub fn health(&self) -> watch::Receiver<VaultHealth> {
        self.0.health.watch()
    }

    /// How long ago the oldest of the values in use was read; absent while there are none.
    pub fn oldest_value(&self) -> Option<Duration> {
        self.0.values.oldest().map(|read| read.elapsed())
    }

    /// Renews the login before it expires, or logs in again where it cannot be renewed, until the shutdown.
    pub async fn tend(self, shutdown: CancellationToken) {
        shutdown.run_until_cancelled(self.0.client.tend()).await;
    }

    /// Replaces all fields of one secret. For the command line.
    pub async fn write(&self, path: &str, fields: &serde_json::Map<String, serde_json::Value>) -> Result<(), VaultError> {
        self.0.client.write(path, fields).await
    }
}
