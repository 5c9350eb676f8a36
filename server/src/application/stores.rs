//! Which store there is.

use super::StartError;
use crate::config::Config;
use crate::storage::keeper::{self, Start};
use crate::storage::memory::MemoryStore;
use crate::storage::{Retention, Store};
use std::sync::Arc;

pub(super) async fn start(config: &Config) -> Result<Start, StartError> {
    let settings = &config.settings;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let retention = settings.retention.unwrap_or(Retention::IN_MEMORY);
    Ok(keeper::start(store, retention, settings.connect_timeout, false).await?)
}
