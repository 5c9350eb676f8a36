use history::Tier;
use history::{NodeId, StoredChunk};
use parking_lot::Mutex;
use std::future::pending;
use std::ops::RangeInclusive;
use storage::memory::MemoryStore;
use storage::{
    Answer, Commit, Expired, Fold, Incident, IncidentQuery, Note, Store, StoreError, StoreSnapshot, Transition, TransitionQuery,
};

/// A store in memory that answers as a test wants it to.
#[derive(Default)]
pub(crate) struct MoodyStore {
    memory: MemoryStore,
    mood: Mutex<Mood>,
}

#[derive(Clone, Default)]
pub(crate) enum Mood {
    #[default]
    Willing,
    Failing(StoreError),
    /// It can be read, and that is all: a replica set without a primary, for instance.
    Unwritable(StoreError),
    /// It never answers.
    Silent,
}

impl MoodyStore {
    pub(crate) fn becomes(&self, mood: Mood) {
        *self.mood.lock() = mood;
    }

    fn mood(&self) -> Mood {
        self.mood.lock().clone()
    }

    /// For what writes, or prepares to.
    fn answer_to_writing<'a, T: Send + 'a>(&'a self, willing: impl FnOnce() -> Answer<'a, T>) -> Answer<'a, T> {
        match self.mood() {
            Mood::Unwritable(error) => Box::pin(std::future::ready(Err(error))),
            _ => self.answer(willing),
        }
    }

    fn answer<'a, T: Send + 'a>(&'a self, willing: impl FnOnce() -> Answer<'a, T>) -> Answer<'a, T> {
        match self.mood() {
            Mood::Willing | Mood::Unwritable(_) => willing(),
            Mood::Failing(error) => Box::pin(std::future::ready(Err(error))),
            Mood::Silent => Box::pin(pending()),
        }
    }
}

impl Store for MoodyStore {
    fn kind(&self) -> &'static str {
        self.memory.kind()
    }

    fn place(&self) -> String {
        self.memory.place()
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        self.answer_to_writing(|| self.memory.load())
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        self.answer_to_writing(|| self.memory.commit(commit))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        self.answer_to_writing(|| self.memory.fold(fold))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        self.answer(|| self.memory.chunks(tier, slots, nodes))
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        self.answer(|| self.memory.transitions(query))
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        self.answer(|| self.memory.incidents(query))
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        self.answer(|| self.memory.incident(id))
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        self.answer(|| self.memory.notes(incident, limit))
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        self.answer_to_writing(|| self.memory.prune(expired))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.answer(|| self.memory.close())
    }
}
