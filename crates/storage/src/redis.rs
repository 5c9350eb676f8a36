//! A store in Redis.
//!
//! The keys of Platus have a prefix. In addition, the state of each service is under its name with the fields of the Python program, for
//! scripts that read it there. All writes go through one script (`apply.lua`), which Redis runs as a whole.

mod settings;
mod keys;
mod member;
mod fields;
mod text;
mod operations;
mod load;
mod legacy;
mod query;
mod scan;
mod prune;
mod durability;
mod link;
mod server;

pub use settings::Settings;

use super::note::Note;
use super::records::{Commit, Incident, Transition};
use super::store::{Answer, Expired, Fold, IncidentQuery, Store, StoreError, StoreSnapshot, TransitionQuery};
use history::{NodeId, StoredChunk, Tier};
use keys::Keys;
use link::{Link, Request};
use operations::{Operations, bytes};
use parking_lot::Mutex;
use redis::Script;
use server::Server;
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Time limit of the answer to a write: the caller stops waiting after 2 s.
const WRITE: Duration = Duration::from_millis(1500);

/// Time limit of each answer to a read. A read can have many answers, and each is small.
const READ: Duration = Duration::from_secs(5);

/// Attempts of a write that another write with a higher number has overtaken.
const TURNS: usize = 5;

static APPLY: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("redis/apply.lua")));

/// The data below one prefix of one database.
pub struct RedisStore {
    server: Arc<Server>,
    db: u32,
    keys: Keys,
    writing: Link,
    reading: Link,
    /// Rises with each start, in the database too: late writes of an earlier process are not stored.
    epoch: AtomicU64,
    /// Rises with each write, in the database too: an abandoned write is never applied after a later one.
    turn: AtomicU64,
    /// Names of services that are keys of other programs, and for which a warning was logged.
    foreign: Mutex<HashSet<String>>,
}

impl RedisStore {
    /// Does not connect yet.
    ///
    /// # Errors
    /// When the settings do not fit together. The text says what to change.
    pub fn new(settings: Settings) -> Result<Self, String> {
        if settings.host.is_empty() {
            return Err("`host` is empty; give the name or address of Redis".to_owned());
        }
        if settings.prefix.is_empty() {
            return Err("`prefix` is empty; give what the keys are to begin with, such as `platus:`".to_owned());
        }
        let server = Arc::new(Server::new(&settings)?);
        if settings.tls && !settings.verify {
            tracing::warn!(redis = server.address(), "The certificate of the store is not verified: `verify` is false.");
        }
        Ok(Self {
            writing: Link::new(Arc::clone(&server), settings.response_limit(WRITE)?),
            reading: Link::new(Arc::clone(&server), settings.response_limit(READ)?),
            server,
            db: settings.db,
            keys: Keys { prefix: settings.prefix },
            epoch: AtomicU64::new(0),
            turn: AtomicU64::new(0),
            foreign: Mutex::default(),
        })
    }

    async fn start(&self) -> Result<StoreSnapshot, StoreError> {
        let epoch = load::take_place(&self.writing, &self.keys).await?;
        self.turn.store(0, Ordering::Relaxed);
        self.epoch.store(epoch, Ordering::Relaxed);
        self.try_rights().await?;
        durability::warn(&self.reading, &self.server.address()).await?;
        load::load(&self.reading, &self.keys).await
    }

    /// A script without the right to a command stops halfway. Therefore all its commands are tried at the start, on a key of their own.
    async fn try_rights(&self) -> Result<(), StoreError> {
        let key = self.keys.trial();
        let mut trial = Operations::new(&self.keys);
        for command in [
            "DEL KEY",
            "HSET KEY a 1",
            "HGET KEY a",
            "HGETALL KEY",
            "HEXISTS KEY a",
            "HKEYS KEY",
            "HDEL KEY a",
            "ZADD KEY 1 a",
            "ZRANGE KEY 0 0",
            "ZREM KEY a",
            "SADD KEY a",
            "SISMEMBER KEY a",
            "SREM KEY a",
            "TYPE KEY",
            "UNLINK KEY",
        ] {
            trial.add(command.split(' ').map(|word| bytes(if word == "KEY" { &key } else { word })));
        }
        self.apply(None, &trial).await
    }

    /// Runs the script. `number` is the number of a commit; absent for other writes.
    async fn apply(&self, number: Option<u64>, operations: &Operations<'_>) -> Result<(), StoreError> {
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        for _ in 0..TURNS {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) + 1;
            let mut script = APPLY.prepare_invoke();
            script.arg(&self.keys.prefix).arg(self.epoch.load(Ordering::Relaxed)).arg(turn).arg(&number).arg(&operations.words);
            let answer: Vec<String> = self.writing.ask(Request::Script(&script)).await?;
            match answer.split_first() {
                Some((word, foreign)) if word == "applied" => {
                    self.warn_of(foreign);
                    return Ok(());
                }
                Some((word, _)) if word == "stored" => return Ok(()),
                Some((word, _)) if word == "taken" => {
                    return Err(StoreError::Unusable(format!(
                        "another Platus has begun to write to {}; end one of them, or give it a `prefix` of its own",
                        self.place()
                    )));
                }
                _ => {}
            }
        }
        Err(StoreError::Away(format!("{} has too many concurrent writers", self.place())))
    }

    /// Logs one warning for each of these keys.
    fn warn_of(&self, names: &[String]) {
        // A panic under the lock would be one of the set's, which keeps itself whole.
        let mut warned = self.foreign.lock();
        for name in names {
            if warned.insert(name.clone()) {
                tracing::warn!(
                    redis = self.server.address(),
                    key = name,
                    "The key with the name of a service belongs to another program or is not permitted; it is left unchanged."
                );
            }
        }
    }

    async fn prune_some(&self, expired: &Expired) -> Result<bool, StoreError> {
        let (operations, is_full) = prune::operations(&self.reading, &self.keys, expired).await?;
        if !operations.words.is_empty() {
            self.apply(None, &operations).await?;
        }
        Ok(is_full)
    }
}

impl Store for RedisStore {
    fn kind(&self) -> &'static str {
        "redis"
    }

    fn place(&self) -> String {
        format!("{}, database {}, keys {}*", self.server.address(), self.db, self.keys.prefix)
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        Box::pin(self.start())
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        Box::pin(async { self.apply(Some(commit.number), &Operations::of_commit(&self.keys, commit)?).await })
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        Box::pin(async { self.apply(None, &Operations::of_fold(&self.keys, fold)?).await })
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        Box::pin(query::chunks(&self.reading, &self.keys, tier, slots, nodes))
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        Box::pin(query::transitions(&self.reading, &self.keys, query))
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        Box::pin(query::incidents(&self.reading, &self.keys, query))
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        Box::pin(query::incident(&self.reading, &self.keys, id))
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        Box::pin(query::notes(&self.reading, &self.keys, incident, limit))
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        Box::pin(self.prune_some(expired))
    }

    /// Nothing is pending: an answered write is stored.
    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.writing.close();
            self.reading.close();
            Ok(())
        })
    }
}
