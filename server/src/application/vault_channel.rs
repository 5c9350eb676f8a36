use crate::config::Backend;
use futures::FutureExt;
use futures::future::BoxFuture;
use notify::{ChannelConfig, ChannelTypes, Connected, Delivery, DeliveryError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vault::Vault;
use vault::kept::{Freshness, Kept};
use vault::settings::with_values;
use yaml::LocatedError;

/// Connects a channel with data in Vault. Until the data is read, messages wait.
pub fn connect(channel_types: &ChannelTypes, backend: &Backend, vault: &Vault) -> Result<Box<dyn Connected>, LocatedError> {
    let connect = channel_types.connector(&backend.kind)?;
    let backend = backend.clone();
    let kept = Kept::new(vault.clone(), backend.vault.clone(), move |properties, values| {
        let data = with_values(&backend.data, properties.iter().zip(values));
        connect(&ChannelConfig { kind: backend.kind.clone(), data }).map(Arc::from)
    });
    Ok(Box::new(KeptChannel { kept, has_failed: AtomicBool::new(false) }))
}

struct KeptChannel {
    kept: Kept<dyn Connected>,
    /// Whether the last delivery has failed; the next one then asks for values that are new.
    has_failed: AtomicBool,
}

impl Connected for KeptChannel {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        async {
            let failed = self.has_failed.swap(true, Ordering::Relaxed);
            let freshness = if failed { Freshness::AfterFailure } else { Freshness::Usual };
            let channel =
                self.kept.made(freshness).await.map_err(|error| DeliveryError::later(error.without_folder().to_string()))?;
            channel.deliver(delivery).await?;
            self.has_failed.store(false, Ordering::Relaxed);
            Ok(())
        }
        .boxed()
    }

    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        async {
            let made = self.kept.made(Freshness::Usual).await;
            made.map_err(|error| DeliveryError::later(error.without_folder().to_string()))?.test_connection().await
        }
        .boxed()
    }
}
