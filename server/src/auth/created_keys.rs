//! API keys that administrators create while Platus runs: in memory, and from there in the store. No request waits for the store to be
//! authenticated.

use super::api_key::{ApiKey, digest_of_hex, hex_of_digest};
use super::principal::Permission;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use storage::StoredKey;

/// Most keys at the same time.
pub(super) const MOST_KEYS: usize = 1_000;

/// How old the stored time of the latest use may become.
const USE_INTERVAL: TimeDelta = TimeDelta::hours(1);

/// A key that an administrator created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CreatedKey {
    pub key: ApiKey,
    pub created: DateTime<Utc>,
    pub author: String,
    /// The latest use that the store has.
    pub stored_use: Option<DateTime<Utc>>,
}

/// All of them, and which of them the store does not have yet.
#[derive(Debug, Default)]
pub(super) struct CreatedKeys {
    keys: BTreeMap<u64, CreatedKey>,
    /// The number of the latest change to each key that the store does not have as it is here. A key that is not in `keys` was revoked.
    unsaved: BTreeMap<u64, u64>,
    changes: u64,
}

/// What the store does not have yet.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    pub keys: Vec<StoredKey>,
    pub revoked: Vec<u64>,
    changes: BTreeMap<u64, u64>,
}

impl Unsaved {
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl CreatedKeys {
    pub fn iter(&self) -> impl Iterator<Item = (u64, &CreatedKey)> {
        self.keys.iter().map(|(id, key)| (*id, key))
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Adds what the store has. A key that was revoked before the store connected is not added.
    pub fn add_stored(&mut self, stored: Vec<StoredKey>) {
        for stored in stored {
            let (id, name) = (stored.id, stored.name.clone());
            if self.unsaved.contains_key(&id) {
                continue;
            }
            match read(stored) {
                Some(key) => drop(self.keys.insert(id, key)),
                None => tracing::error!(
                    key = name,
                    "An API key in the store cannot be read, perhaps of a newer Platus; it is not valid."
                ),
            }
        }
    }

    pub fn insert(&mut self, id: u64, key: CreatedKey) {
        self.keys.insert(id, key);
        self.change(id);
    }

    pub fn remove(&mut self, id: u64) -> Option<CreatedKey> {
        let removed = self.keys.remove(&id)?;
        self.change(id);
        Some(removed)
    }

    /// Notes the latest use of each key, for the store. `used` has it by digest.
    pub fn note_uses(&mut self, used: impl Fn(&[u8; 32]) -> Option<DateTime<Utc>>) {
        let mut noted = Vec::new();
        for (id, key) in &mut self.keys {
            let Some(latest) = used(&key.key.digest) else { continue };
            if key.stored_use.is_none_or(|stored| latest - stored >= USE_INTERVAL) {
                key.stored_use = Some(latest);
                noted.push(*id);
            }
        }
        noted.into_iter().for_each(|id| self.change(id));
    }

    pub fn unsaved(&self) -> Unsaved {
        let mut unsaved = Unsaved { changes: self.unsaved.clone(), ..Unsaved::default() };
        for id in self.unsaved.keys() {
            match self.keys.get(id) {
                Some(key) => unsaved.keys.push(written(*id, key)),
                None => unsaved.revoked.push(*id),
            }
        }
        unsaved
    }

    /// The store has this now. Later changes stay.
    pub fn saved(&mut self, saved: &Unsaved) {
        self.unsaved.retain(|id, change| saved.changes.get(id) != Some(change));
    }

    fn change(&mut self, id: u64) {
        self.changes += 1;
        self.unsaved.insert(id, self.changes);
    }
}

fn written(id: u64, key: &CreatedKey) -> StoredKey {
    let CreatedKey { key, created, author, stored_use } = key;
    let ApiKey { name, user, roles, scope, expires, digest } = key;
    StoredKey {
        id,
        name: name.clone(),
        user: user.clone(),
        roles: roles.as_ref().map(|roles| roles.iter().map(str::to_owned).collect()),
        scope: scope.scope().to_owned(),
        digest: hex_of_digest(digest),
        created: created.fixed_offset(),
        author: author.clone(),
        expires: expires.map(|expires| expires.fixed_offset()),
        used: stored_use.map(|used| used.fixed_offset()),
    }
}

/// `None` for a key of a newer version, or one that another program wrote.
fn read(stored: StoredKey) -> Option<CreatedKey> {
    let StoredKey { id: _, name, user, roles, scope, digest, created, author, expires, used } = stored;
    let key = ApiKey {
        name,
        user,
        roles: roles.map(|roles| roles.iter().map(String::as_str).collect()),
        scope: Permission::of_scope(&scope)?,
        expires: expires.map(|expires| expires.to_utc()),
        digest: digest_of_hex(&digest)?,
    };
    Some(CreatedKey { key, created: created.to_utc(), author, stored_use: used.map(|used| used.to_utc()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    fn key(name: &str) -> CreatedKey {
        let key = ApiKey {
            name: name.to_owned(),
            user: "dev".to_owned(),
            roles: Some(["dev"].into_iter().collect()),
            scope: Permission::Operate,
            expires: Some(noon().to_utc()),
            digest: [7; 32],
        };
        CreatedKey { key, created: noon().to_utc(), author: "ada".to_owned(), stored_use: None }
    }

    #[test]
    fn what_is_stored_comes_back() {
        let mut keys = CreatedKeys::default();
        keys.insert(1, key("ci"));
        let unsaved = keys.unsaved();
        assert_eq!(unsaved.keys[0].digest, "07".repeat(32));
        let mut again = CreatedKeys::default();
        again.add_stored(unsaved.keys.clone());
        assert_eq!(again.iter().collect::<Vec<_>>(), [(1, &key("ci"))]);
        assert!(again.unsaved().is_empty());
        let unknown = StoredKey { id: 2, scope: "everything".to_owned(), ..unsaved.keys[0].clone() };
        let broken = StoredKey { id: 3, digest: "07".to_owned(), ..unsaved.keys[0].clone() };
        again.add_stored(vec![unknown, broken]);
        assert_eq!(again.len(), 1, "a key that cannot be read is not valid");
    }

    #[test]
    fn a_change_during_a_write_is_written_later() {
        let mut keys = CreatedKeys::default();
        keys.insert(1, key("ci"));
        let first = keys.unsaved();
        keys.remove(1).unwrap();
        keys.saved(&first);
        let second = keys.unsaved();
        assert_eq!((second.keys.len(), second.revoked.as_slice()), (0, &[1][..]));
        keys.add_stored(first.keys);
        assert_eq!(keys.len(), 0, "a revoked key does not come back from the store");
        keys.saved(&second);
        assert!(keys.unsaved().is_empty());
    }

    #[test]
    fn the_latest_use_is_stored_once_an_hour() {
        let (mut keys, noon) = (CreatedKeys::default(), noon().to_utc());
        keys.insert(1, key("ci"));
        keys.saved(&keys.unsaved());
        for (minutes, stored) in [(0, true), (59, false), (60, true), (61, false)] {
            keys.note_uses(|_| Some(noon + TimeDelta::minutes(minutes)));
            let unsaved = keys.unsaved();
            assert_eq!(!unsaved.is_empty(), stored, "{minutes}");
            keys.saved(&unsaved);
        }
        keys.note_uses(|_| None);
        assert!(keys.unsaved().is_empty());
    }
}
