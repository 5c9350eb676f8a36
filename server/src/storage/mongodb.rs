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
//! Only one Platus may write to a database. There is no lease that would see to it: the one that has loaded last wins, and the other
//! ends with an error as soon as both want the same number, but may have lost commits by then.

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
mod write_ahead;

pub use settings::Settings;

use super::history::Tier;
use super::model::{Commit, Incident, NodeId, Transition};
use super::store::{Answer, Expired, Fold, IncidentQuery, Loaded, Store, StoreError, StoredChunk, TransitionQuery};
use failure::Surroundings;
use room::Room;
use session::Session;
use settings::Access;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

pub struct MongoDbStore {
    access: Access,
    surroundings: Surroundings,
    /// The driver, which connects anew by itself. Absent before the first load and after the end.
    room: Mutex<Option<Room>>,
    /// Absent until a load has succeeded.
    session: Mutex<Option<Arc<Session>>>,
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
        if access.tls.as_ref().is_some_and(|_| !settings.verifies()) {
            tracing::warn!(store = surroundings.place, "Certificates are not verified: `verify` is false.");
        }
        Ok(Self { access, surroundings, room: Mutex::new(None), session: Mutex::new(None) })
    }

    fn room(&self) -> Result<Room, StoreError> {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        match &*room {
            Some(room) => Ok(room.clone()),
            None => Ok(room.insert(Room::open(&self.access, &self.surroundings)?).clone()),
        }
    }

    fn session(&self) -> Result<Arc<Session>, StoreError> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).clone();
        session.ok_or_else(|| StoreError::Away(format!("the data at {} have not been loaded", self.surroundings.place)))
    }

    async fn begin(&self) -> Result<Loaded, StoreError> {
        let room = self.room()?;
        let session = Session::begin(room.clone()).await?;
        let loaded = reading::load(&room, session.stored()).await?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(session));
        Ok(loaded)
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
        Box::pin(self.begin())
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        Box::pin(async { self.session()?.commit(commit).await })
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        Box::pin(async { self.session()?.fold(fold).await })
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        Box::pin(async move { reading::chunks(&self.session()?.room, tier, slots, nodes).await })
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        Box::pin(async { reading::transitions(&self.session()?.room, query).await })
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        Box::pin(async { reading::incidents(&self.session()?.room, query).await })
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        Box::pin(async { pruning::prune(&self.session()?.room, expired).await })
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
