//! The store in a MongoDB database, be it a standalone server or a replica set whose primary may change at any time.
//!
//! A standalone server has no transactions, but storing one document is atomic everywhere. So a commit is one document of `commits`
//! first, on disk at a majority of the members: that is the moment at which it is stored. Then it is put into the other collections by
//! changes that may be made twice and late, and `meta` says how far that has come. Whoever loads, or commits after a failure, finishes
//! what was left. A fold is done in the same way through `folds`. Neither is bound by the 16 MiB that a document may have, only the
//! samples of a commit are, and those are some kilobytes.
//!
//! While a commit is being applied, a query may see a part of it; when it has returned, all of it.
//!
//! Only one Platus may write to a database: the one that has loaded last, whose name stands in `meta`. Every other one gets an error
//! for its next commit, since it looks there after it has stored and before it calls that stored. So no commit is lost in silence: what
//! was there before the new name, the new one has read.

mod apply;
mod bulk;
mod failure;
mod key;
mod pruning;
mod reading;
mod records;
mod room;
mod schema;
mod session;
mod settings;
mod topology;
mod write_ahead;

pub use settings::Settings;

use super::records::{Commit, Incident, Transition};
use super::store::{Answer, Expired, Fold, IncidentQuery, Loaded, Store, StoreError, TransitionQuery};
use failure::Surroundings;
use futures::future::join_all;
use history::{NodeId, StoredChunk, Tier};
use net::mongodb::{TlsMode as MongoDbTlsMode, TlsOffer, ask_for_tls};
use room::Room;
use session::Session;
use settings::Access;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the servers may take to say whether they speak TLS. A commit has to be done within 2 s.
const TLS_OFFER: Duration = Duration::from_millis(500);

pub struct MongoDbStore {
    access: Access,
    surroundings: Surroundings,
    /// The driver, which connects anew by itself. Absent before the first load and after the end.
    room: Mutex<Option<Room>>,
    /// Absent until a load has succeeded.
    session: Mutex<Option<Arc<Session>>>,
    /// Set when something has failed since it was found out whether the servers speak TLS.
    is_in_doubt: AtomicBool,
}

impl MongoDbStore {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When settings do not fit together; says which, and holds no secret.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let access = settings.access()?;
        let hosts: Vec<_> = access.hosts.iter().map(ToString::to_string).collect();
        let surroundings = Surroundings {
            place: format!("{}/{}", hosts.join(","), access.database),
            database: access.database.clone(),
            username: access.credential.as_ref().and_then(|credential| credential.username.clone()),
        };
        if access.tls.settings().is_some_and(|_| !settings.verifies()) {
            tracing::warn!(store = surroundings.place, "Certificates are not verified: `verify` is false.");
        }
        let (room, session, is_in_doubt) = (Mutex::new(None), Mutex::new(None), AtomicBool::new(false));
        Ok(Self { access, surroundings, room, session, is_in_doubt })
    }

    /// The driver, another one when the servers turn out to speak TLS, or not to any more.
    async fn room(&self) -> Result<Room, StoreError> {
        let known = self.room.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known = match known {
            Some(room) if !self.is_in_doubt.swap(false, Ordering::Relaxed) => return Ok(room),
            known => known,
        };
        let before = known.as_ref().map(|room| room.speaks_tls);
        let speaks_tls = self.choose_tls(before).await;
        if let Some(room) = known {
            if room.speaks_tls == speaks_tls {
                return Ok(room);
            }
            tracing::info!(
                store = self.surroundings.place,
                speaks_tls,
                "The servers of the store speak TLS now, or do not any more."
            );
            room.close().await;
        }
        let room = Room::open(&self.access, &self.surroundings, speaks_tls)?;
        *self.room.lock().unwrap_or_else(PoisonError::into_inner) = Some(room.clone());
        Ok(room)
    }

    /// Whether to speak TLS: all members are asked in the same way, so all that answer have to speak it.
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
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let not_loaded = || StoreError::Away(format!("the data at {} have not been loaded", self.surroundings.place));
        let session = session.ok_or_else(not_loaded)?;
        let room = self.room().await?;
        if room.speaks_tls == session.room.speaks_tls {
            return Ok(session);
        }
        let session = Arc::new(Session::begin(room).await?);
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        Ok(session)
    }

    async fn begin(&self) -> Result<Loaded, StoreError> {
        let room = self.room().await?;
        let session = Session::begin(room.clone()).await?;
        let loaded = reading::load(&room, session.stored()).await?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
        Ok(loaded)
    }

    /// Takes note of a failure that another way to connect may end.
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
        self.surroundings.place.clone()
    }

    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(self.noted(self.begin()))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        Box::pin(self.noted(async { self.session().await?.commit(commit).await }))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        Box::pin(self.noted(async { self.session().await?.fold(fold).await }))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        Box::pin(self.noted(async move { reading::chunks(&self.session().await?.room, tier, slots, nodes).await }))
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        Box::pin(self.noted(async { reading::transitions(&self.session().await?.room, query).await }))
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        Box::pin(self.noted(async { reading::incidents(&self.session().await?.room, query).await }))
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        Box::pin(self.noted(async { pruning::prune(&self.session().await?.room, expired).await }))
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.session.lock().unwrap_or_else(PoisonError::into_inner).take();
            let room = self.room.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(room) = room {
                room.close().await;
            }
            Ok(())
        })
    }
}
