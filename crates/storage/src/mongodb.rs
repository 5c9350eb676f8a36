//! The store in a MongoDB database, on a standalone server or a replica set whose primary can change at any time.
//!
//! A standalone server has no transactions, but storing one document is atomic everywhere. So a commit is first one document of `commits`,
//! on disk at a majority of the members: at that moment it is stored. Then idempotent changes put it into the other collections, and
//! `meta` has the progress. A load, and a commit after a failure, complete unfinished changes. A fold works in the same way through
//! `folds`. Neither is limited by the 16 MiB of a document, except the samples of a commit, which are some kilobytes.
//!
//! While a commit is being applied, a query may see a part of it; when it has returned, all of it.
//!
//! Only one Platus may write to a database: the one that loaded last, whose id is in `meta`. Every other one gets an error for its next
//! commit, because it checks that id after it has stored a commit and before it reports success. So no commit is lost silently: the new
//! writer has read everything that was stored before its id.

mod apply;
mod bulk;
mod connection;
mod failure;
mod key;
mod pruning;
mod reading;
mod records;
mod schema;
mod session;
mod settings;
mod topology;
mod write_ahead;

pub use settings::Settings;

use super::note::Note;
use super::records::{Commit, Incident, Transition};
use super::store::{Answer, Expired, Fold, IncidentQuery, Store, StoreError, StoreSnapshot, TransitionQuery};
use connection::Connection;
use failure::ErrorContext;
use futures::future::join_all;
use history::{NodeId, StoredChunk, Tier};
use net::mongodb::{TlsMode as MongoDbTlsMode, TlsOffer, ask_for_tls};
use parking_lot::Mutex;
use session::Session;
use settings::Access;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Time limit of asking the servers whether they support TLS. A commit must end within 2 s.
const TLS_OFFER: Duration = Duration::from_millis(500);

/// A store in one database of MongoDB.
pub struct MongoDbStore {
    access: Access,
    errors: ErrorContext,
    /// The driver, which reconnects by itself. Absent before the first load and after the end.
    connection: Mutex<Option<Connection>>,
    /// Absent until a load has succeeded.
    session: Mutex<Option<Arc<Session>>>,
    /// Set when a call has failed since the servers were asked about TLS.
    is_in_doubt: AtomicBool,
}

impl MongoDbStore {
    /// Does not connect yet.
    ///
    /// # Errors
    /// When settings contradict each other. The text names them, and contains no secret.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let access = settings.access()?;
        let hosts: Vec<_> = access.hosts.iter().map(ToString::to_string).collect();
        let errors = ErrorContext {
            place: format!("{}/{}", hosts.join(","), access.database),
            database: access.database.clone(),
            username: access.credential.as_ref().and_then(|credential| credential.username.clone()),
            guard: None,
        };
        if access.tls.settings().is_some_and(|_| !settings.verifies()) {
            tracing::warn!(store = errors.place, "Certificates are not verified: `verify` is false.");
        }
        let (connection, session, is_in_doubt) = (Mutex::new(None), Mutex::new(None), AtomicBool::new(false));
        Ok(Self { access, errors, connection, session, is_in_doubt })
    }

    /// The driver; a new one when the servers have begun or stopped to support TLS.
    async fn connection(&self) -> Result<Connection, StoreError> {
        let known = self.connection.lock().clone();
        let known = match known {
            Some(connection) if !self.is_in_doubt.swap(false, Ordering::Relaxed) => return Ok(connection),
            known => known,
        };
        let before = known.as_ref().map(|connection| connection.speaks_tls);
        let speaks_tls = self.choose_tls(before).await;
        if let Some(connection) = known {
            if connection.speaks_tls == speaks_tls {
                return Ok(connection);
            }
            tracing::info!(
                store = self.errors.place,
                speaks_tls,
                "The servers of the store have changed whether they support TLS."
            );
            connection.close().await;
        }
        let connection = Connection::open(&self.access, &self.errors, speaks_tls)?;
        *self.connection.lock() = Some(connection.clone());
        Ok(connection)
    }

    /// Whether to use TLS: connections to all members are alike, so all that answer must support it.
    async fn choose_tls(&self, before: Option<bool>) -> bool {
        match self.access.tls {
            MongoDbTlsMode::Never => return false,
            MongoDbTlsMode::Always(_) => return true,
            MongoDbTlsMode::IfOffered(_) => {}
        }
        let offers = join_all(self.access.addresses.iter().map(|address| ask_for_tls(address, TLS_OFFER))).await;
        let is_any = |offer| offers.contains(&offer);
        match (is_any(TlsOffer::Tls), is_any(TlsOffer::Plain)) {
            (false, false) => before.unwrap_or(false),
            (tls, plain) => tls && !plain,
        }
    }

    async fn session(&self) -> Result<Arc<Session>, StoreError> {
        let session = self.session.lock().clone();
        let not_loaded = || StoreError::Away(format!("the data at {} have not been loaded", self.errors.place));
        let session = session.ok_or_else(not_loaded)?;
        let connection = self.connection().await?;
        if connection.speaks_tls == session.connection.speaks_tls {
            return Ok(session);
        }
        let session = Arc::new(Session::begin(connection).await?);
        *self.session.lock() = Some(Arc::clone(&session));
        Ok(session)
    }

    async fn begin(&self) -> Result<StoreSnapshot, StoreError> {
        let connection = self.connection().await?;
        let session = Session::begin(connection.clone()).await?;
        let loaded = reading::load(&connection, session.stored()).await?;
        *self.session.lock() = Some(Arc::new(session));
        Ok(loaded)
    }

    /// Records a failure that a change of TLS may have caused.
    async fn noted<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let done = work.await;
        if matches!(done, Err(StoreError::Away(_))) && matches!(self.access.tls, MongoDbTlsMode::IfOffered(_)) {
            self.is_in_doubt.store(true, Ordering::Relaxed);
        }
        done
    }
}

impl Store for MongoDbStore {
    fn kind(&self) -> &'static str {
        "mongodb"
    }

    fn place(&self) -> String {
        self.errors.place.clone()
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        Box::pin(self.noted(self.begin()))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        Box::pin(self.noted(async { self.session().await?.commit(commit).await }))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        Box::pin(self.noted(async { self.session().await?.fold(fold).await }))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        Box::pin(self.noted(async move { reading::chunks(&self.session().await?.connection, tier, slots, nodes).await }))
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        Box::pin(self.noted(async { reading::transitions(&self.session().await?.connection, query).await }))
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        Box::pin(self.noted(async { reading::incidents(&self.session().await?.connection, query).await }))
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        Box::pin(self.noted(async move { reading::incident(&self.session().await?.connection, id).await }))
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        Box::pin(self.noted(async move { reading::notes(&self.session().await?.connection, incident, limit).await }))
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        Box::pin(self.noted(async { pruning::prune(&self.session().await?.connection, expired).await }))
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.session.lock().take();
            let connection = self.connection.lock().take();
            if let Some(connection) = connection {
                connection.close().await;
            }
            Ok(())
        })
    }
}
