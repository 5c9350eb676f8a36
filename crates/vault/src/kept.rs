use super::Vault;
use crate::VaultProperty;
use futures::FutureExt;
use std::sync::{Arc, Mutex, PoisonError};
use yaml::{LocatedError, Secret};

/// How something is made of the values of its properties.
type Make<T> = Box<dyn Fn(&[VaultProperty], &[Secret]) -> Result<Arc<T>, LocatedError> + Send + Sync>;

/// Something whose configuration is kept in Vault in part: it is made when its values are there, and made anew when they change.
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
    /// What was made of the last ones has been of no use: they may have been changed.
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

    /// What is made of the values as they are now. Fails when one was never read, and when they do not fit.
    pub async fn made(&self, freshness: Freshness) -> Result<Arc<T>, LocatedError> {
        let values = self.vault.values(&self.properties, |vault, key| match freshness {
            Freshness::Usual => vault.get(key).boxed(),
            Freshness::AfterFailure => vault.get_again(key).boxed(),
        });
        let values = values.await?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            Some(current) if current.values == values => Ok(Arc::clone(&current.made)),
            _ => {
                let made = (self.make)(&self.properties, &values)?;
                *current = Some(Current { values, made: Arc::clone(&made) });
                Ok(made)
            }
        }
    }

    /// What was made last.
    pub fn latest(&self) -> Option<Arc<T>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|current| Arc::clone(&current.made))
    }
}
