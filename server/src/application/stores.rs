//! Which store there is.

use super::StartError;
use crate::config::{Backend, Config};
use history::Retention;
use std::path::Path;
use std::sync::Arc;
use storage::memory::MemoryStore;
use storage::redis::RedisStore;
use storage::sqlite::SqliteStore;
use storage::writer::Start;
use storage::{Store, writer};
use yaml::{LocatedError, suggestion};

/// The words of `persistent_data_backend.type`.
const KINDS: [&str; 3] = ["mongodb", "redis", "sqlite"];

/// Begins to use the store that is configured: that of `persistent_data_backend`, `platus.db` beside `config.yaml` when there is none,
/// and memory alone when `persistent_data` is off.
///
/// A file that is configured must be usable, unless `start_without_store` says otherwise; a server may come later, and the file that
/// is not configured must not keep a monitor from starting. That a store cannot be used is shown on the page.
pub(super) async fn start(config: &Config) -> Result<Start, StartError> {
    let settings = &config.settings;
    let folder = config.file.parent().unwrap_or(Path::new(""));
    let (store, retention, may_go_without): (Arc<dyn Store>, _, _) = match &settings.persistent_data_backend {
        _ if !settings.persistent_data => (Arc::new(MemoryStore::default()), Retention::IN_MEMORY, false),
        Some(backend) => (open(backend, folder)?, Retention::default(), settings.may_start_without_store()),
        None => (Arc::new(SqliteStore::beside(folder)), Retention::default(), settings.may_start_without_store()),
    };
    let retention = settings.retention.unwrap_or(retention);
    let started = writer::start(store, retention, settings.connect_timeout, may_go_without).await;
    started.map_err(|error| match (&error, &settings.persistent_data_backend) {
        (writer::StartError::Misplaced { .. }, Some(backend)) => {
            let located = LocatedError::new(&backend.data.location, error.to_string());
            StartError::Configuration(located.under("persistent_data_backend.data"))
        }
        _ => StartError::Store(error),
    })
}

fn open(backend: &Backend, folder: &Path) -> Result<Arc<dyn Store>, LocatedError> {
    let under = |error: LocatedError| error.under("persistent_data_backend.data");
    let wrong = |text: String| under(LocatedError::new(&backend.data.location, text));
    match backend.kind.value.as_str() {
        #[cfg(feature = "mongodb")]
        "mongodb" => {
            let store = storage::mongodb::MongoDbStore::new(&backend.data.read().map_err(under)?);
            Ok(Arc::new(store.map_err(wrong)?))
        }
        #[cfg(not(feature = "mongodb"))]
        "mongodb" => Err(LocatedError::new(
            &backend.kind.location,
            "this build of Platus is without the store `mongodb`; build it with the Cargo feature `mongodb`",
        )),
        "redis" => {
            let store = RedisStore::new(backend.data.read().map_err(under)?);
            Ok(Arc::new(store.map_err(wrong)?))
        }
        "sqlite" => {
            let store = SqliteStore::new(&backend.data.read().map_err(under)?, folder);
            Ok(Arc::new(store.map_err(wrong)?))
        }
        unknown => {
            let known = suggestion(unknown, &KINDS, "stores");
            let error = LocatedError::new(&backend.kind.location, format!("unknown store `{unknown}`; {known}"));
            Err(error.under("persistent_data_backend.type"))
        }
    }
}
