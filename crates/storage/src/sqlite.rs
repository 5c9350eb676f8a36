//! The embedded store, which needs no server: one file of SQLite.

mod backup;
mod connection;
mod failure;
mod key;
mod loading;
mod lock;
mod migrations;
mod owner;
mod place;
mod reading;
mod readers;
mod record;
mod writer;
mod writing;

use super::note::Note;
use super::records::{Commit, Incident, Transition};
use super::store::{Answer, Expired, Fold, IncidentQuery, Store, StoreSnapshot, TransitionQuery};
pub use backup::BackupError;
use history::{NodeId, StoredChunk, Tier};
use readers::Readers;
use schemars::JsonSchema;
use serde::Deserialize;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use writer::Writer;

const DEFAULT_PATH: &str = "platus.db";

/// `persistent_data_backend.data` of the type `sqlite`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Database file, relative to the folder of config.yaml. Default: `platus.db`. Platus creates the file, but not its folder, and does not
    /// start when the file cannot exist, unless `start_without_store` is `true`. SQLite writes further files beside it. Do not put it on a
    /// network file system.
    path: Option<String>,
}

/// A store in one file. One thread writes, and two connections read concurrently.
pub struct SqliteStore {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// Opens nothing yet. `folder` is that of config.yaml.
    ///
    /// # Errors
    ///
    /// When `path` names no file.
    pub fn new(settings: &Settings, folder: &Path) -> Result<Self, String> {
        let path = folder.join(settings.path.as_deref().unwrap_or(DEFAULT_PATH));
        if path.file_name().is_none() || settings.path.as_deref().is_some_and(|path| path.is_empty() || path.ends_with('/')) {
            return Err("`path` has to name a file, such as `platus.db`".to_owned());
        }
        Ok(Self::at(path))
    }

    /// The file `platus.db` in this folder. Opens nothing yet.
    pub fn beside(folder: &Path) -> Self {
        Self::at(folder.join(DEFAULT_PATH))
    }

    fn at(path: PathBuf) -> Self {
        // `:memory:` and `file:` have a special meaning for SQLite at the beginning of a name.
        let path = std::path::absolute(&path).unwrap_or(path);
        // The same file by another name must have the same lock.
        let path = fs::canonicalize(&path).unwrap_or(path);
        Self { writer: Writer::new(path.clone()), readers: Readers::new(path.clone()), path }
    }
}

impl Store for SqliteStore {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        Box::pin(self.writer.load(loading::load))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        let commit = commit.clone();
        Box::pin(self.writer.run(move |connection, path, owner| writing::commit(connection, path, owner, &commit)))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        let fold = fold.clone();
        Box::pin(self.writer.run(move |connection, path, owner| writing::fold(connection, path, owner, &fold)))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        let nodes = nodes.map(<[_]>::to_vec);
        Box::pin(self.readers.run(move |connection, _| reading::chunks(connection, tier, &slots, nodes.as_deref())))
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        let query = query.clone();
        Box::pin(self.readers.run(move |connection, path| reading::transitions(connection, path, &query)))
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        let query = query.clone();
        Box::pin(self.readers.run(move |connection, path| reading::incidents(connection, path, &query)))
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        Box::pin(self.readers.run(move |connection, path| reading::incident(connection, path, id)))
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        Box::pin(self.readers.run(move |connection, path| reading::notes(connection, path, incident, limit)))
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        let expired = expired.clone();
        Box::pin(self.writer.run(move |connection, path, owner| writing::prune(connection, path, owner, &expired)))
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.readers.close().await;
            self.writer.close().await
        })
    }
}
