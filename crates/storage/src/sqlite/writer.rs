//! The one thread that writes. It waits for the disk, so that no task has to.

use super::connection::Identity;
use super::lock::Lock;
use super::owner::Owner;
use super::{connection, place, trouble};
use crate::StoreError;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// Jobs that may wait. There is one task that writes and waits for its answers, so more are those that it has given up.
const WAITING: usize = 4;

type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// Hands work to the thread.
pub(super) struct Writer {
    path: PathBuf,
    jobs: Mutex<Option<SyncSender<Job>>>,
}

impl Writer {
    /// Starts nothing yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, jobs: Mutex::default() }
    }

    /// Has the thread do this with the database, for a new owner. The database is opened if need be.
    pub(super) async fn load<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.job(move |desk| {
            let owner = Owner::new()?;
            let loaded = desk.run(owner, work)?;
            desk.owner = Some(owner);
            Ok(loaded)
        })
        .await
    }

    /// Has the thread do this with the database, for the owner that was loaded for.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.job(move |desk| {
            let not_loaded = || StoreError::Away(format!("the data in {} have not been loaded", desk.path.display()));
            let owner = desk.owner.ok_or_else(not_loaded)?;
            desk.run(owner, work)
        })
        .await
    }

    /// Lets go of the database after all that was asked before, and ends the thread.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        if self.jobs.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Ok(());
        }
        let closed = self.job(Desk::close).await;
        *self.jobs.lock().unwrap_or_else(PoisonError::into_inner) = None;
        closed
    }

    async fn job<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Box::new(move |desk| {
            // Who has given up will ask again.
            if !answer.is_closed() {
                answer.send(work(desk)).ok();
            }
        }))?;
        answered.await.unwrap_or_else(|_| Err(self.ended()))
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match &*jobs {
            Some(sender) => sender.clone(),
            None => jobs.insert(self.start()?).clone(),
        };
        sender.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Away(format!("{} is busy with earlier work", self.path.display())),
            TrySendError::Disconnected(_) => {
                // The next job gets a new thread.
                *jobs = None;
                self.ended()
            }
        })
    }

    fn start(&self) -> Result<SyncSender<Job>, StoreError> {
        let (sender, jobs) = sync_channel(WAITING);
        let desk = Desk { path: self.path.clone(), lock: None, connection: None, identity: None, owner: None };
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || desk.work(&jobs));
        match thread {
            Ok(_) => Ok(sender),
            Err(error) => Err(StoreError::Away(format!("no thread can be started to write to {}: {error}", self.path.display()))),
        }
    }

    fn ended(&self) -> StoreError {
        StoreError::Away(format!("the thread that writes to {} has ended", self.path.display()))
    }
}

/// Why something could not be done with the database.
pub(super) enum Trouble {
    Sqlite(rusqlite::Error),
    Told(StoreError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Told(error)
    }
}

impl Trouble {
    pub(super) fn told(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => trouble::of(path, &error),
            Self::Told(error) => error,
        }
    }

    /// Whether a new connection may do better.
    pub(super) fn ends_connection(&self) -> bool {
        matches!(self, Self::Sqlite(error) if trouble::ends_connection(error))
    }
}

/// What the thread has. The fields are dropped in this order, so that the lock goes last.
struct Desk {
    path: PathBuf,
    connection: Option<Connection>,
    /// The file that was opened first.
    identity: Option<Identity>,
    /// Absent until a load has succeeded.
    owner: Option<Owner>,
    lock: Option<Lock>,
}

impl Desk {
    fn work(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            job(&mut self);
        }
    }

    fn run<T>(
        &mut self,
        owner: Owner,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        self.check_file()?;
        let path = self.path.clone();
        let done = work(self.connection()?, &path, owner);
        if done.as_ref().is_err_and(Trouble::ends_connection) {
            self.connection = None;
        }
        done.map_err(|trouble| trouble.told(&path))
    }

    /// A file that is deleted or replaced can still be written to, but nobody would find there what was stored.
    fn check_file(&self) -> Result<(), StoreError> {
        match self.identity {
            Some(identity) if Identity::of(&self.path).ok() != Some(identity) => Err(StoreError::Away(format!(
                "{} is gone or another file has taken its place: put it back, or restart Platus to work with what is there now",
                self.path.display()
            ))),
            _ => Ok(()),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.open()?,
        };
        Ok(self.connection.insert(connection))
    }

    fn open(&mut self) -> Result<Connection, StoreError> {
        if self.identity.is_none() {
            place::check(&self.path)?;
            // What was locked by an attempt before may have been another file.
            self.lock = None;
            self.lock = Some(Lock::take(&self.path)?);
        }
        let connection = connection::writing(&self.path)?;
        self.identity = Identity::of(&self.path).ok();
        Ok(connection)
    }

    fn close(&mut self) -> Result<(), StoreError> {
        let connection = self.connection.take();
        let closed =
            connection.map_or(Ok(()), |connection| connection.close().map_err(|(_, error)| trouble::of(&self.path, &error)));
        self.identity = None;
        self.owner = None;
        self.lock = None;
        closed
    }
}
