//! Whether two versions of the configuration say the same, wherever in the files they say it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use yaml::{Located, LocatedError, Location, Node};

/// Of a part of the configuration. It differs when the part says something else, with a chance of an error of 1 in 2⁶⁴. Only valid in the
/// process that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

/// Of each key of a part of the configuration, so that a difference can be named. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KeyFingerprints(Arc<[(Box<str>, Fingerprint)]>);

/// The keys of `config.yaml` that are read once, at the start: what depends on them is made only then.
const FIXED: [&str; 15] = [
    "connect_timeout",
    "keys",
    "listen",
    "log_level",
    "notify",
    "persistent_data",
    "persistent_data_backend",
    "public_url",
    "retention",
    "session_key",
    "start_without_store",
    "tls",
    "trusted_proxies",
    "vault",
    "vault_backend",
];

/// What cannot change while Platus runs.
#[derive(Clone, Debug)]
pub struct FixedSettings(Vec<(&'static str, Located<Option<Fingerprint>>)>);

impl Fingerprint {
    /// Of these parts together.
    pub fn of(parts: &[&dyn Parts]) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.iter().for_each(|part| part.add_to(&mut hasher));
        Self(hasher.finish())
    }
}

/// What a fingerprint can be taken of.
pub trait Parts {
    fn add_to(&self, hasher: &mut DefaultHasher);
}

impl<T: Hash> Parts for T {
    fn add_to(&self, hasher: &mut DefaultHasher) {
        self.hash(hasher);
    }
}

impl KeyFingerprints {
    /// Of these keys and their parts. Of a key that is given twice the last counts.
    pub fn new(keys: impl IntoIterator<Item = (String, Fingerprint)>) -> Self {
        let mut sorted: Vec<(Box<str>, Fingerprint)> =
            keys.into_iter().map(|(key, fingerprint)| (key.into_boxed_str(), fingerprint)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        sorted.dedup_by(|(again, last), (key, kept)| {
            let is_same = again == key;
            if is_same {
                *kept = *last;
            }
            is_same
        });
        Self(sorted.into())
    }

    /// Those of `config.yaml` that a reload can change, except the channels.
    pub(super) fn of_settings(document: &Node) -> Self {
        let entries = document.entries().unwrap_or_default().iter();
        let entries = entries.filter(|entry| entry.key.value != "notify_backend" && !FIXED.contains(&entry.key.value.as_str()));
        Self::new(entries.map(|entry| (entry.key.value.clone(), Fingerprint::of(&[&entry.value]))))
    }

    /// The keys that only one of both has, or that differ, sorted.
    pub fn differences(&self, next: &Self) -> Vec<String> {
        let (now, next): (BTreeMap<_, _>, BTreeMap<_, _>) = (self.by_key(), next.by_key());
        let keys: BTreeSet<&str> = now.keys().chain(next.keys()).copied().collect();
        keys.into_iter().filter(|key| now.get(key) != next.get(key)).map(str::to_owned).collect()
    }

    fn by_key(&self) -> BTreeMap<&str, Fingerprint> {
        self.0.iter().map(|(key, fingerprint)| (&**key, *fingerprint)).collect()
    }
}

impl FixedSettings {
    /// Those of `config.yaml`, which is at `file`.
    pub(super) fn of(document: &Node, file: &str) -> Self {
        let absent = || Location { file: file.into(), line: 1, column: 1 };
        let fixed = |key: &'static str| {
            let node = document.get(key);
            let location = node.map_or_else(absent, |node| node.location.clone());
            (key, Located { value: node.map(|node| Fingerprint::of(&[node])), location })
        };
        Self(FIXED.into_iter().map(fixed).collect())
    }

    /// The keys that are not the same in `next`.
    pub fn changed_keys(&self, next: &Self) -> Vec<&'static str> {
        let changed = self.0.iter().zip(&next.0).filter(|((_, now), (_, next))| now.value != next.value);
        changed.map(|((key, _), _)| *key).collect()
    }

    /// An error for each setting that is not the same in `next`.
    pub fn differences(&self, next: &Self) -> Vec<LocatedError> {
        let changed = self.0.iter().zip(&next.0).filter(|((_, now), (_, next))| now.value != next.value);
        let error = |(_, (key, next)): (_, &(&str, Located<_>))| {
            LocatedError::new(
                &next.location,
                format!("`{key}` cannot change while Platus runs; restart Platus, or undo the change"),
            )
        };
        changed.map(error).collect()
    }
}
