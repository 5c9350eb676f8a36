//! The database of the driver, with the parts that all operations share: collections, write concerns and texts of errors.

use super::failure::ErrorContext;
use super::settings::Access;
use crate::StoreError;
use futures::TryStreamExt;
use mongodb::action::Find;
use mongodb::bson::Document;
use mongodb::error::Error;
use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, ServerMonitoringMode, WriteConcern};
use mongodb::{Client, Collection, Database};
use net::mongodb::{Guard, Route};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// Time limit of the search for a primary, and of a commit that waits for a majority. It is shorter than that of the caller, whose error
/// would not name the cause.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Time limit of other writes that wait for a majority. They can have megabytes to copy.
const LONG_PATIENCE: Duration = Duration::from_secs(8);

/// Time limit of a new connection.
const CONNECT: Duration = Duration::from_secs(2);

/// Time between two checks of a server that does not report changes itself. A hanging server is detected after this time and the one
/// above.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Maximum length of an answer in bytes, which MongoDB itself has.
const LONGEST_ANSWER: usize = 48_000_000;

/// Connections to a server at most: those of one commit, and of some who read.
const CONNECTIONS: u32 = 16;

/// The database and the context of its errors. Cheap to clone.
#[derive(Clone)]
pub struct Connection {
    client: Client,
    pub database: Database,
    pub errors: ErrorContext,
    pub speaks_tls: bool,
}

impl Connection {
    /// Makes the driver begin to connect, with TLS or without. Must be called within a Tokio runtime.
    pub fn open(access: &Access, errors: &ErrorContext, speaks_tls: bool) -> Result<Self, StoreError> {
        let failed = |error: &Error| errors.store_error(error);
        let mut options = ClientOptions::default();
        options.app_name = Some("platus".to_owned());
        options.hosts = access.hosts.clone();
        options.repl_set_name = access.replica_set.clone();
        options.credential = access.credential.clone();
        options.server_selection_timeout = Some(PATIENCE);
        options.connect_timeout = Some(CONNECT);
        options.heartbeat_freq = Some(HEARTBEAT);
        // A server that reports itself as the new primary ends an outage sooner.
        options.server_monitoring_mode = Some(ServerMonitoringMode::Stream);
        options.max_pool_size = Some(CONNECTIONS);
        options.write_concern = Some(sure(LONG_PATIENCE));
        // The primary itself knows all that a majority has confirmed. Just after an election it does not know yet *that* it is
        // confirmed, and reading with `majority` would miss the latest for a moment: a fold would then overwrite history.
        options.read_concern = Some(ReadConcern::local());
        let tls = access.tls.settings().filter(|_| speaks_tls).map(|tls| Arc::clone(&tls.config));
        let route = Route { tls, connect_timeout: CONNECT, longest_message: LONGEST_ANSWER };
        let guard = Guard::open(route).map_err(|error| failed(&error.into()))?;
        options.socks5_proxy = Some(guard.proxy());
        let client = Client::with_options(options).map_err(|error| failed(&error))?;
        let database = client.database(&access.database);
        Ok(Self { client, database, errors: errors.clone().with_guard(guard), speaks_tls })
    }

    pub fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }

    /// All results of a query. Callers bound their number.
    pub async fn read<T: DeserializeOwned + Send + Sync>(&self, find: Find<'_, Document>) -> Result<Vec<T>, StoreError> {
        let cursor = find.await.map_err(|error| self.store_error(&error))?;
        cursor.with_type::<T>().try_collect().await.map_err(|error| self.store_error(&error))
    }

    pub fn store_error(&self, error: &Error) -> StoreError {
        self.errors.store_error(error)
    }

    /// Ends the connections.
    pub async fn close(self) {
        self.client.shutdown().immediate(true).await;
    }
}

/// For writes that are stored once a majority has them on disk. On a standalone server that is the server.
pub fn sure(patience: Duration) -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(patience).build()
}

/// The same for writes that the recorder waits for.
pub fn soon() -> WriteConcern {
    sure(PATIENCE)
}

/// For writes that may be lost, because they are repeated.
pub fn unsure() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Nodes(1)).build()
}
