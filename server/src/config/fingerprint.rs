//! Whether two versions of the configuration say the same, wherever in the files they say it.

use std::hash::{DefaultHasher, Hash, Hasher};
use yaml::{Located, LocatedError, Location, Node};

/// Of a part of the configuration. It differs when the part says something else, with a chance of an error of 1 in 2⁶⁴. Only valid in the
/// process that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);

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
