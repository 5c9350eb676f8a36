//! What the handlers need, as of the configuration that is in use.

use super::{Context, Settings};
use axum::extract::FromRef;
use std::sync::Arc;
use system::current::Current;

/// The context of requests that begin now. A request that has begun keeps the one with which it began.
#[derive(Clone)]
pub struct CurrentContext(Arc<Current<Context>>);

impl CurrentContext {
    pub fn new(context: Context) -> Self {
        Self(Arc::new(Current::new(Arc::new(context))))
    }

    /// The context now.
    pub fn get(&self) -> Arc<Context> {
        self.0.get()
    }

    /// Uses these settings from now on.
    pub fn replace_settings(&self, settings: Settings) {
        let context = Context::clone(&self.get());
        self.0.replace(Arc::new(Context { settings: Arc::new(settings), ..context }));
    }
}

impl FromRef<CurrentContext> for Arc<Context> {
    fn from_ref(current: &CurrentContext) -> Self {
        current.get()
    }
}
