use super::Vault;
use crate::VaultProperty;
use futures::FutureExt;
use parking_lot::Mutex;
use std::sync::Arc;
use yaml::{LocatedError, Secret};

/// Makes something from the values of its properties.
type Make<T> = Box<dyn Fn(&[VaultProperty], &[Secret]) -> Result<Arc<T>, LocatedError> + Send + Sync>;

/// Something with a part of its configuration in Vault: it is made when its values are known, and made again when they change.
pub struct Kept<T: ?Sized> {
    vault: Vault,
    properties: Vec<VaultProperty>,
    make: Make<T>,
    current: Mutex<Option<Current<T>>>,
}

struct Current<T: ?Sized> {
    values: Vec<Secret>,
    made: Arc<T>,
}

/// How new the values have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Usual,
    /// The last attempt with the known values failed: they may have changed.
    AfterFailure,
}

impl<T: ?Sized> Kept<T> {
    pub fn new(
        vault: Vault,
        properties: Vec<VaultProperty>,
        make: impl Fn(&[VaultProperty], &[Secret]) -> Result<Arc<T>, LocatedError> + Send + Sync + 'static,
    ) -> Self {
        Self { vault, properties, make: Box::new(make), current: Mutex::default() }
    }

    /// The result for the current values. Fails when a value was never read, and when the values are invalid.
    pub async fn made(&self, freshness: Freshness) -> Result<Arc<T>, LocatedError> {
        let values = self.vault.values(&self.properties, |vault, key| match freshness {
            Freshness::Usual => vault.get(key).boxed(),
            Freshness::AfterFailure => vault.get_again(key).boxed(),
        });
        let values = values.await?;
        let mut current = self.current.lock();
        match &*current {
            Some(current) if current.values == values => Ok(Arc::clone(&current.made)),
            _ => {
                let made = (self.make)(&self.properties, &values)?;
                *current = Some(Current { values, made: Arc::clone(&made) });
                Ok(made)
            }
        }
    }

    /// The latest result.
    pub fn latest(&self) -> Option<Arc<T>> {
        let current = self.current.lock();
        current.as_ref().map(|current| Arc::clone(&current.made))
    }
}
