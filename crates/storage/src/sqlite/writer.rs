//! The only thread that writes. It waits for the disk, so that no task has to.

use super::connection::Identity;
use super::failure::{self, Failure};
use super::lock::Lock;
use super::owner::Owner;
use super::{connection, place};
use crate::StoreError;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use tokio::sync::oneshot;

/// Jobs in the queue. Only one task writes, and it waits for the answers, so others are jobs that it stopped waiting for.
const WAITING: usize = 4;

type Job = Box<dyn FnOnce(&mut WriterThread) + Send>;

/// Sends work to the thread.
pub(super) struct Writer {
    path: PathBuf,
    jobs: Mutex<Option<SyncSender<Job>>>,
}

impl Writer {
    /// Starts nothing yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, jobs: Mutex::default() }
    }

    /// Has the thread do this with the database, for a new owner. It opens the database when necessary.
    pub(super) async fn load<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.job(move |desk| {
            let owner = Owner::new()?;
            let loaded = desk.run(owner, work)?;
            desk.owner = Some(owner);
            Ok(loaded)
        })
        .await
    }

    /// Has the thread do this with the database, for the current owner.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.job(move |desk| {
            let not_loaded = || StoreError::Away(format!("the data in {} have not been loaded", desk.path.display()));
            let owner = desk.owner.ok_or_else(not_loaded)?;
            desk.run(owner, work)
        })
        .await
    }

    /// Closes the database after all earlier jobs, and ends the thread.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        if self.jobs.lock().is_none() {
            return Ok(());
        }
        let closed = self.job(WriterThread::close).await;
        *self.jobs.lock() = None;
        closed
    }

    async fn job<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriterThread) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Box::new(move |desk| {
            // A caller that stopped waiting repeats its call.
            if !answer.is_closed() {
                answer.send(work(desk)).ok();
            }
        }))?;
        answered.await.unwrap_or_else(|_| Err(self.ended()))
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let mut jobs = self.jobs.lock();
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
        let desk = WriterThread { path: self.path.clone(), lock: None, connection: None, identity: None, owner: None };
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

/// The state of the thread. The fields are dropped in this order, so that the lock is released last.
struct WriterThread {
    path: PathBuf,
    connection: Option<Connection>,
    /// The file that was opened first.
    identity: Option<Identity>,
    /// Absent until a load has succeeded.
    owner: Option<Owner>,
    lock: Option<Lock>,
}

impl WriterThread {
    fn work(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            job(&mut self);
        }
    }

    fn run<T>(
        &mut self,
        owner: Owner,
        work: impl FnOnce(&mut Connection, &Path, Owner) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.check_file()?;
        let path = self.path.clone();
        let done = work(self.connection()?, &path, owner);
        if done.as_ref().is_err_and(Failure::ends_connection) {
            self.connection = None;
        }
        done.map_err(|failure| failure.into_error(&path))
    }

    /// Fails for a file that was deleted or replaced: writing would succeed, but the data would be lost.
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
            // An earlier attempt may have locked another file.
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
            connection.map_or(Ok(()), |connection| connection.close().map_err(|(_, error)| failure::of(&self.path, &error)));
        self.identity = None;
        self.owner = None;
        self.lock = None;
        closed
    }
}
