//! Secrets that are kept in Vault, or in what speaks as it does.
//!
//! Whoever needs a value asks [`Vault`] each time, and gets the one that was read a minute ago at most. When Vault cannot be asked, the
//! value that was read last goes on being used, since a monitor must not stop because of its keeper of secrets; the settings page says
//! since when that is so.

mod channel;
mod check;
mod client;
mod error;
mod health;
mod kept;
mod kv;
mod login;
mod transport;
mod wire;

pub use channel::connect as connect_channel;
pub use check::connect as connect_check;
pub use error::{Kind, VaultError};
pub use health::{Trouble, VaultHealth};

use crate::config::{LocatedError, Node, Secret, VaultBackend, VaultKey, VaultProperty};
use client::Client;
use futures::future::try_join_all;
use health::Health;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// After a failure Vault is left alone for so long, and so is a value that somebody suspects to be old.
const PAUSE: Duration = Duration::from_secs(5);

/// Values out of Vault. Copies share everything.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    client: Client,
    cache_ttl: Duration,
    /// One for each key that somebody has asked for; there are as many as the configuration names.
    values: Mutex<HashMap<VaultKey, Arc<tokio::sync::Mutex<Value>>>>,
    health: Health,
}

/// What is known of one key.
#[derive(Default)]
struct Value {
    /// The value that was read last, and when.
    good: Option<(Secret, Instant)>,
    /// Why it could not be read the last time, and when.
    bad: Option<(VaultError, Instant)>,
}

impl Vault {
    /// Prepares everything without touching the network.
    pub fn new(backend: &VaultBackend) -> Result<Self, LocatedError> {
        let client = Client::new(backend).map_err(|problem| LocatedError::without_place(problem).under("vault_backend"))?;
        let health = Health::new(backend.address());
        Ok(Self(Arc::new(Inner { client, cache_ttl: backend.cache_ttl, values: Mutex::default(), health })))
    }

    /// The value at this key, as it was a minute ago (`cache_ttl`) or later; an older one when Vault cannot be asked.
    ///
    /// Fails when it was never read, and when Vault says that it is not there.
    pub async fn get(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.get_younger(key, self.0.cache_ttl).await
    }

    /// The same for somebody to whom the value has been refused a moment ago: it may have been changed meanwhile.
    pub async fn get_again(&self, key: &VaultKey) -> Result<Secret, VaultError> {
        self.get_younger(key, PAUSE.min(self.0.cache_ttl)).await
    }

    async fn get_younger(&self, key: &VaultKey, age: Duration) -> Result<Secret, VaultError> {
        let value = {
            let mut values = self.0.values.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(values.entry(key.clone()).or_default())
        };
        // Whoever comes while it is being read gets what comes of that.
        let mut value = value.lock().await;
        if let Some((secret, read)) = &value.good
            && read.elapsed() < age
        {
            return Ok(secret.clone());
        }
        let failed_before = value.bad.as_ref().filter(|(_, at)| at.elapsed() < PAUSE).map(|(error, _)| error.clone());
        let failed_elsewhere = || self.0.health.recent_trouble(PAUSE);
        let error = match failed_before.or_else(failed_elsewhere) {
            Some(error) => error,
            None => match self.0.client.read(key).await {
                Ok(secret) => {
                    self.0.health.answered();
                    *value = Value { good: Some((secret.clone(), Instant::now())), bad: None };
                    return Ok(secret);
                }
                Err(error) => {
                    if error.kind == Kind::Missing {
                        self.0.health.answered();
                    } else {
                        self.0.health.failed(&error);
                    }
                    value.bad = Some((error.clone(), Instant::now()));
                    error
                }
            },
        };
        match &value.good {
            Some((secret, _)) if error.kind != Kind::Missing => Ok(secret.clone()),
            _ => Err(error),
        }
    }

    /// A map with all that is kept in Vault filled in.
    pub async fn fill(&self, node: &Node, properties: &[VaultProperty]) -> Result<Node, LocatedError> {
        let values = self.values(properties, Self::get).await?;
        Ok(node.with_values(properties.iter().zip(&values)))
    }

    /// The values of some properties; the error says which of them is wanting.
    async fn values<'a, F: Future<Output = Result<Secret, VaultError>>>(
        &'a self,
        properties: &'a [VaultProperty],
        get: impl Fn(&'a Self, &'a VaultKey) -> F,
    ) -> Result<Vec<Secret>, LocatedError> {
        let get = &get;
        let values = properties.iter().map(|VaultProperty { property, key }| async move {
            let told = |error: VaultError| format!("the secret `{key}` cannot be read from Vault: {error}");
            get(self, key).await.map_err(|error| LocatedError::new(&property.location, told(error)))
        });
        try_join_all(values).await
    }

    /// How Vault is.
    pub fn health(&self) -> watch::Receiver<VaultHealth> {
        self.0.health.watch()
    }

    /// Keeps the login alive until the end: renews what can be renewed before it expires, and logs in anew where it cannot.
    pub async fn tend(self, shutdown: CancellationToken) {
        shutdown.run_until_cancelled(self.0.client.tend()).await;
    }

    /// Writes the fields of one secret, in the place of all that it has held. For the command line.
    pub async fn write(&self, path: &str, fields: &serde_json::Map<String, serde_json::Value>) -> Result<(), VaultError> {
        self.0.client.write(path, fields).await
    }
}
