//! A few connections that only read, so that history is read while a commit is written.

use super::failure::Failure;
use super::{connection, failure};
use crate::StoreError;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Concurrent queries.
const READERS: usize = 2;

pub(super) struct Readers {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, places: Arc::new(Semaphore::new(READERS)), idle: Arc::default() }
    }

    /// Reads on a thread that may wait for the disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &Path) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Err(StoreError::Away(format!("{} is closed", self.path.display())));
        };
        let (path, idle) = (self.path.clone(), Arc::clone(&self.idle));
        let reading = tokio::task::spawn_blocking(move || {
            // It is held here, so that a cancelled query still counts.
            let _place = place;
            let kept = idle.lock().pop();
            let connection = match kept {
                Some(connection) => connection,
                None => connection::reading(&path).map_err(|error| failure::of(&path, &error))?,
            };
            let done = read(&connection, &path);
            if !done.as_ref().is_err_and(Failure::ends_connection) {
                idle.lock().push(connection);
            }
            done.map_err(|failure| failure.into_error(&path))
        });
        reading.await.unwrap_or_else(|error| Err(StoreError::Away(format!("reading {} failed: {error}", self.path.display()))))
    }

    /// Waits for running queries, and closes the connections. The next query opens one again.
    pub(super) async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        let _places = self.places.acquire_many(all).await;
        self.idle.lock().clear();
    }
}
