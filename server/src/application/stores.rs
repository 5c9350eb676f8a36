//! Starts the configured store.

use super::error::StartError;
use super::former_ids;
use crate::config::{Backend, Config};
use history::Retention;
use std::path::Path;
use std::sync::Arc;
use storage::memory::MemoryStore;
use storage::redis::RedisStore;
use storage::sqlite::SqliteStore;
use storage::writer::Start;
use storage::{Store, writer};
use vault::Vault;
use yaml::LocatedError;
use yaml::json_schema::{Places, TypeSchema, schema_of};

/// The values of `persistent_data_backend.type`.
const KINDS: [&str; 3] = ["mongodb", "redis", "sqlite"];

/// Starts the store: `persistent_data_backend`, by default `platus.db` beside `config.yaml`, or memory if `persistent_data` is off.
///
/// A configured file must be usable, unless `start_without_store` allows otherwise. A server may connect later, and the default file must
/// not keep Platus from starting; the page then shows the failure.
pub(super) async fn start(config: &Config) -> Result<Start, StartError> {
    let settings = &config.settings;
    let folder = config.file.parent().unwrap_or(Path::new(""));
    let (store, retention, may_go_without): (Arc<dyn Store>, _, _) = match &settings.persistent_data_backend {
        _ if !settings.persistent_data => (Arc::new(MemoryStore::default()), Retention::IN_MEMORY, false),
        Some(backend) => (open(backend, folder)?, Retention::default(), settings.may_start_without_store()),
        None => (Arc::new(SqliteStore::beside(folder)), Retention::default(), settings.may_start_without_store()),
    };
    let retention = settings.retention.unwrap_or(retention);
    let started = writer::start(store, retention, settings.connect_timeout, may_go_without, former_ids::of(config)).await;
    started.map_err(|error| match (&error, &settings.persistent_data_backend) {
        (writer::StartError::Misplaced { .. }, Some(backend)) => {
            let located = LocatedError::new(&backend.data.location, error.to_string());
            StartError::Configuration(located.under("persistent_data_backend.data"))
        }
        _ => StartError::Store(error),
    })
}

/// The embedded store of the configuration. Opens nothing yet.
///
/// # Errors
///
/// When the configuration has another store or none.
pub fn embedded(config: &Config) -> Result<SqliteStore, String> {
    let settings = &config.settings;
    let folder = config.file.parent().unwrap_or(Path::new(""));
    match &settings.persistent_data_backend {
        _ if !settings.persistent_data => {
            Err(format!("{}: nothing is stored, because `persistent_data` is `False`", config.file.display()))
        }
        None => Ok(SqliteStore::beside(folder)),
        Some(backend) if backend.kind.value == "sqlite" => open_sqlite(backend, folder).map_err(|error| error.to_string()),
        Some(backend) => {
            let text = format!("use the tools of `{}` for its backups; this command is for `sqlite`", backend.kind.value);
            Err(LocatedError::new(&backend.kind.location, text).under("persistent_data_backend.type").to_string())
        }
    }
}

fn open_sqlite(backend: &Backend, folder: &Path) -> Result<SqliteStore, LocatedError> {
    let under = |error: LocatedError| error.under("persistent_data_backend.data");
    let store = SqliteStore::new(&backend.data.read().map_err(under)?, folder);
    store.map_err(|text| under(LocatedError::new(&backend.data.location, text)))
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
        "sqlite" => Ok(Arc::new(open_sqlite(backend, folder)?)),
        unknown => {
            let error = LocatedError::unknown_word(format_args!("unknown store `{unknown}`"), unknown, &KINDS, "stores");
            Err(error.at(&backend.kind.location).under("persistent_data_backend.type"))
        }
    }
}

/// The JSON Schemas of `persistent_data_backend.data` by type.
pub fn schemas() -> Vec<(&'static str, TypeSchema)> {
    vec![
        #[cfg(feature = "mongodb")]
        ("mongodb", schema_of::<storage::mongodb::Settings>(Places::FilesAndVault)),
        ("redis", schema_of::<storage::redis::Settings>(Places::FilesAndVault)),
        ("sqlite", schema_of::<storage::sqlite::Settings>(Places::FilesAndVault)),
    ]
}

/// Fails when the store cannot be used as it is configured. Connects nothing.
pub fn check(backend: &Backend, folder: &Path) -> Result<(), LocatedError> {
    open(backend, folder).map(drop)
}

/// Reads the secrets of the store from Vault. Nothing can start without them.
pub(super) async fn fill_secrets(config: &mut Config, vault: &Vault) -> Result<(), LocatedError> {
    if let Some(backend) = config.settings.persistent_data_backend.as_mut().filter(|_| config.settings.persistent_data) {
        let filled = vault.fill(&backend.data, &backend.vault).await;
        backend.data = filled.map_err(|error| error.under("persistent_data_backend.data"))?;
    }
    Ok(())
}
