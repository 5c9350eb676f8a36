//! The time from one load to the next: it knows what is stored, and completes an unfinished write before the next one.

use super::connection::Connection;
use super::records::{COMMITS, CommitBody, FOLDS, FoldBody, binary, number, unsigned};
use super::{apply, schema, write_ahead};
use crate::{Commit, Fold, StoreError};
use history::encode_journal;
use mongodb::bson::oid::ObjectId;
use parking_lot::Mutex;

pub struct Session {
    pub connection: Connection,
    /// Names this writer: each load is a new one.
    writer: ObjectId,
    progress: Mutex<Progress>,
}

#[derive(Clone, Copy)]
struct Progress {
    /// The last commit that is stored and applied.
    stored: u64,
    /// Number of the last fold that was begun.
    folds: i64,
    /// Something was begun and did not come to its end, so that more may be stored than has been applied.
    is_unsettled: bool,
}

impl Session {
    /// Begins to write, and finishes what was begun before.
    pub async fn begin(connection: Connection) -> Result<Self, StoreError> {
        let writer = ObjectId::new();
        schema::claim(&connection, writer).await?;
        let session = Self { connection, writer, progress: Mutex::new(Progress { stored: 0, folds: 0, is_unsettled: true }) };
        session.settle(None).await?;
        // A commit may have been stored anew by an attempt that was late, after it had been folded and dropped.
        let meta = schema::meta(&session.connection).await?;
        apply::drop_journal(&session.connection, meta.dropped).await?;
        write_ahead::sweep(&session.connection).await?;
        Ok(session)
    }

    /// Number of the last commit that is stored.
    pub fn stored(&self) -> u64 {
        self.progress().stored
    }

    pub async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        if commit.number <= self.stored() {
            return Ok(());
        }
        self.settle(Some(self.writer)).await?;
        if commit.number <= self.stored() {
            return Ok(());
        }
        self.update(|progress| progress.is_unsettled = true);
        let samples = (!commit.samples.is_empty()).then(|| binary(encode_journal(&commit.samples)));
        let (n, body) = (number(commit.number), CommitBody::of(commit));
        write_ahead::store(&self.connection, COMMITS, n, self.writer, samples, &body).await?;
        self.still_writes().await?;
        apply::commit(&self.connection, n, body).await?;
        self.update(|progress| (progress.stored, progress.is_unsettled) = (commit.number, false));
        Ok(())
    }

    pub async fn fold(&self, fold: &Fold) -> Result<(), StoreError> {
        self.settle(Some(self.writer)).await?;
        // Each attempt has a number of its own.
        let n = self.progress().folds + 1;
        self.update(|progress| (progress.folds, progress.is_unsettled) = (n, true));
        let body = FoldBody::of(fold, number(self.stored()));
        write_ahead::store(&self.connection, FOLDS, n, self.writer, None, &body).await?;
        self.still_writes().await?;
        apply::fold(&self.connection, n, body).await?;
        self.update(|progress| progress.is_unsettled = false);
        Ok(())
    }

    /// Whether what was just stored counts. Another writer that has begun since may have read what there was before this was there, and
    /// replaces it when it gives its number away again; or it has found and applied it, so that it must not be deleted here. One that
    /// begins after this has found it.
    async fn still_writes(&self) -> Result<(), StoreError> {
        if schema::meta(&self.connection).await?.writer == self.writer {
            return Ok(());
        }
        Err(schema::taken_over(&self.connection))
    }

    /// Does what was stored to be done and is not known to be done: by this writer, or at its beginning by all before it.
    async fn settle(&self, writer: Option<ObjectId>) -> Result<(), StoreError> {
        if !self.progress().is_unsettled {
            return Ok(());
        }
        let meta = schema::meta(&self.connection).await?;
        // What another has stored under a number of ours must not be taken for ours.
        if meta.writer != self.writer {
            return Err(schema::taken_over(&self.connection));
        }
        let mut applied = meta.applied;
        while let Some((n, body)) = write_ahead::next::<CommitBody>(&self.connection, COMMITS, applied, writer).await? {
            apply::commit(&self.connection, n, body).await?;
            applied = n;
        }
        let mut folded = meta.folded;
        while let Some((n, body)) = write_ahead::next::<FoldBody>(&self.connection, FOLDS, folded, writer).await? {
            apply::fold(&self.connection, n, body).await?;
            folded = n;
        }
        self.update(|progress| {
            progress.stored = progress.stored.max(unsigned(applied));
            progress.folds = progress.folds.max(folded);
            progress.is_unsettled = false;
        });
        Ok(())
    }

    fn progress(&self) -> Progress {
        *self.progress.lock()
    }

    fn update<T>(&self, update: impl FnOnce(&mut Progress) -> T) -> T {
        update(&mut self.progress.lock())
    }
}
