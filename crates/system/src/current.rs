//! A value that is replaced as a whole while others read it.

use parking_lot::RwLock;
use std::fmt;
use std::sync::Arc;

/// The value as it is now. What a reader has taken stays as it was.
pub struct Current<T: ?Sized>(RwLock<Arc<T>>);

impl<T: ?Sized> Current<T> {
    pub fn new(value: Arc<T>) -> Self {
        Self(RwLock::new(value))
    }

    /// The value now.
    pub fn get(&self) -> Arc<T> {
        Arc::clone(&self.0.read())
    }

    /// Replaces the value for all who read it later.
    pub fn replace(&self, value: Arc<T>) {
        *self.0.write() = value;
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Current<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Current").field(&self.get()).finish()
    }
}
