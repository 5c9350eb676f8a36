//! The database of each store, which outlives Platus, and may be killed as well.

#[cfg(feature = "mongodb")]
use crate::servers::mongod::Mongod;
use crate::servers::redis::RedisServer;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use storage::Store;
use storage::redis::RedisStore;
use storage::sqlite::SqliteStore;

/// As `docs/storage.md` recommends.
const REDIS_SETTINGS: [&str; 2] = ["--appendonly", "yes"];

pub(crate) enum Database {
    Sqlite,
    Redis(RedisServer),
    #[cfg(feature = "mongodb")]
    MongoDb(Mongod),
}

impl Database {
    pub(crate) fn redis() -> Self {
        Self::Redis(RedisServer::start(&REDIS_SETTINGS))
    }

    #[cfg(feature = "mongodb")]
    pub(crate) fn mongodb() -> Self {
        Self::MongoDb(Mongod::start(&[]))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Redis(_) => "redis",
            #[cfg(feature = "mongodb")]
            Self::MongoDb(_) => "mongodb",
        }
    }

    /// Its part of `config.yaml`.
    pub(crate) fn settings(&self) -> String {
        let data = match self {
            Self::Sqlite => "{path: platus.db}".to_owned(),
            Self::Redis(server) => format!("{{host: 127.0.0.1, port: {}}}", server.port),
            #[cfg(feature = "mongodb")]
            Self::MongoDb(server) => format!("{{host: '{}'}}", server.name()),
        };
        format!("persistent_data_backend: {{type: {}, data: {data}}}\n", self.name())
    }

    /// The store on it. Platus must not be running.
    pub(super) fn open(&self, folder: &Path) -> Arc<dyn Store> {
        match self {
            Self::Sqlite => Arc::new(SqliteStore::beside(folder)),
            Self::Redis(server) => {
                let settings = json!({"host": "127.0.0.1", "port": server.port});
                Arc::new(RedisStore::new(serde_json::from_value(settings).unwrap()).unwrap())
            }
            #[cfg(feature = "mongodb")]
            Self::MongoDb(server) => {
                // JSON is YAML, too.
                let settings = yaml::parse("config.yaml", &json!({"host": server.name()}).to_string()).unwrap();
                let settings = settings.read().unwrap_or_else(|error| panic!("{error}"));
                Arc::new(storage::mongodb::MongoDbStore::new(&settings).unwrap())
            }
        }
    }

    /// Kills the server, where there is one, and starts it on the files that it left.
    pub(super) fn kill_and_restart(&mut self) {
        match self {
            Self::Sqlite => {}
            Self::Redis(server) => {
                server.process.kill();
                server.start_again(&REDIS_SETTINGS);
            }
            #[cfg(feature = "mongodb")]
            Self::MongoDb(server) => {
                server.process.kill();
                server.restart();
            }
        }
    }
}
