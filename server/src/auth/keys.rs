//! API keys: `Authorization: Bearer platus_…`. Only their digests are stored.

use super::api_key::{ApiKey, NewKey, digest_of};
use super::created_keys::{CreatedKey, CreatedKeys, MOST_KEYS};
use super::key_looks::KeyLooks;
use super::key_request::NewKeyRequest;
use super::principal::Principal;
use super::users::Users;
use chrono::{DateTime, Utc};
use model::KeyRefusal;
use parking_lot::{Mutex, RwLock};
use rustls::crypto::ring;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use storage::StoredKey;
use storage::write_requests::{WriteRequest, WriteRequests};
use subtle::ConstantTimeEq;
use tokio::sync::watch;

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The id of a key that an administrator created. Absent for a key of `keys.yaml`.
    pub id: Option<u64>,
    pub key: ApiKey,
    /// Absent for a key of `keys.yaml`.
    pub created: Option<DateTime<Utc>>,
    /// The administrator who created it. Absent for a key of `keys.yaml`.
    pub author: Option<String>,
    /// Its latest use. For a key of `keys.yaml` since the start of the process.
    pub used: Option<DateTime<Utc>>,
    /// Whether its user exists. Otherwise it is not valid.
    pub has_user: bool,
}

/// The current keys: those of `keys.yaml`, which can be replaced at run time, and those that administrators create.
pub struct Keys {
    users: Arc<Users>,
    file: RwLock<Vec<ApiKey>>,
    looks: KeyLooks,
    created: RwLock<CreatedKeys>,
    /// The latest use of each key since the start of the process, by digest.
    used: Mutex<HashMap<[u8; 32], DateTime<Utc>>>,
    changes: watch::Sender<()>,
    write_requests: WriteRequests,
    /// Writes come one after the other, so that none overtakes a later one.
    writing: tokio::sync::Mutex<()>,
}

impl Keys {
    /// Begins with the keys of the store. The keys of the file come with [`Keys::replace`].
    pub fn new(users: Arc<Users>, stored: Vec<StoredKey>, write_requests: WriteRequests, looks: KeyLooks) -> Self {
        let mut created = CreatedKeys::default();
        created.add_stored(stored);
        Self {
            users,
            file: RwLock::default(),
            looks,
            created: RwLock::new(created),
            used: Mutex::default(),
            changes: watch::Sender::new(()),
            write_requests,
            writing: tokio::sync::Mutex::default(),
        }
    }

    /// Replaces all keys of the file.
    pub fn replace(&self, keys: Vec<ApiKey>) {
        *self.file.write() = keys;
        self.forget_uses();
        self.changes.send_replace(());
    }

    /// Adds the keys of a store that was connected after the start.
    pub fn add_stored(&self, stored: Vec<StoredKey>) {
        self.created.write().add_stored(stored);
    }

    /// Changes whenever a key may have been revoked.
    pub fn revocations(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// All keys, also expired ones.
    pub fn listed(&self) -> Vec<ListedKey> {
        let file: Vec<_> = self.file.read().iter().map(|key| self.list(None, key, None)).collect();
        let created = self.created.read();
        let created = created.iter().map(|(id, created)| self.list(Some(id), &created.key, Some(created)));
        file.into_iter().chain(created).collect()
    }

    fn list(&self, id: Option<u64>, key: &ApiKey, created: Option<&CreatedKey>) -> ListedKey {
        let used = self.used.lock().get(&key.digest).copied();
        ListedKey {
            id,
            created: created.map(|created| created.created),
            author: created.map(|created| created.author.clone()),
            used: used.or_else(|| created?.stored_use),
            has_user: self.users.principal(&key.user).is_some(),
            key: key.clone(),
        }
    }

    /// Creates and stores a key for an administrator. Its text cannot be shown again. While the store is unavailable, the key is valid and
    /// stored later.
    ///
    /// # Errors
    /// The name is taken, there are too many keys, or the process is ending.
    pub async fn create(&self, request: NewKeyRequest, author: &str) -> Result<(ListedKey, NewKey), KeyRefusal> {
        let made = NewKey::random().ok_or(KeyRefusal::NoRandomNumbers)?;
        let id = random_id().ok_or(KeyRefusal::NoRandomNumbers)?;
        let key = CreatedKey { key: request.key(made.digest), created: Utc::now(), author: author.to_owned(), stored_use: None };
        let listed = self.list(Some(id), &key.key, Some(&key));
        {
            let name = &key.key.name;
            let is_of_file = self.file.read().iter().any(|other| other.name == *name);
            let mut created = self.created.write();
            if is_of_file || created.iter().any(|(_, other)| other.key.name == *name) {
                return Err(KeyRefusal::NameTaken(name.clone()));
            }
            if created.len() >= MOST_KEYS {
                return Err(KeyRefusal::TooMany(MOST_KEYS));
            }
            created.insert(id, key);
        }
        if !self.save().await {
            self.created.write().remove(id);
            return Err(KeyRefusal::Ending);
        }
        Ok((listed, made))
    }

    /// Revokes a key that an administrator created. It is refused from now on, and streams that were opened with it end. `None` if there is
    /// none with this id.
    pub async fn revoke(&self, id: u64) -> Option<ApiKey> {
        let revoked = self.created.write().remove(id)?;
        self.forget_uses();
        self.changes.send_replace(());
        // Without a store that takes it, the process is ending; what waits is stored with the last changes.
        self.save().await;
        Some(revoked.key)
    }

    /// Stores the uses of the keys, and changes that are not stored yet.
    pub async fn keep(&self) {
        {
            let used = self.used.lock().clone();
            self.created.write().note_uses(|digest| used.get(digest).copied());
        }
        self.save().await;
    }

    /// Stores what is not stored yet. Returns `false` when the process is ending. A caller that stops waiting leaves the rest to the next.
    async fn save(&self) -> bool {
        let _turn = self.writing.lock().await;
        let mut unsaved = self.created.read().unsaved();
        if unsaved.is_empty() {
            return true;
        }
        let (keys, revoked) = (std::mem::take(&mut unsaved.keys), std::mem::take(&mut unsaved.revoked));
        let is_stored = self.write_requests.submit(WriteRequest { keys, revoked, ..WriteRequest::default() }).await;
        if is_stored {
            self.created.write().saved(&unsaved);
        }
        is_stored
    }

    /// Drops the uses of keys that no longer exist.
    fn forget_uses(&self) {
        let mut known: HashSet<[u8; 32]> = self.file.read().iter().map(|key| key.digest).collect();
        known.extend(self.created.read().iter().map(|(_, created)| created.key.digest));
        self.used.lock().retain(|digest, _| known.contains(digest));
    }

    /// The caller of a request with this key, which may be a new one of the file.
    pub async fn authenticate(&self, text: &str) -> Option<Principal> {
        let digest = digest_of(text)?;
        if self.with_digest(&digest).is_none() {
            self.looks.look().await;
        }
        self.find(text)
    }

    /// The caller with this key. `None` if the key is unknown or expired, or its user does not exist.
    pub fn find(&self, text: &str) -> Option<Principal> {
        self.find_at(text, Utc::now())
    }

    fn find_at(&self, text: &str, now: DateTime<Utc>) -> Option<Principal> {
        // A key has as much entropy as its digest has bits, so that no slow hash is needed.
        let digest = digest_of(text)?;
        let key = self.with_digest(&digest)?;
        if key.expires.is_some_and(|expires| expires <= now) {
            return None;
        }
        let user = self.users.principal(&key.user)?;
        self.used.lock().insert(digest, now);
        Some(user.delegate(format!("{} ({})", key.user, key.name), key.roles.as_ref(), key.scope))
    }

    fn with_digest(&self, digest: &[u8; 32]) -> Option<ApiKey> {
        let is_it = |key: &ApiKey| -> bool { key.digest.ct_eq(digest).into() };
        let of_file = self.file.read().iter().find(|key| is_it(key)).cloned();
        of_file.or_else(|| self.created.read().iter().map(|(_, created)| &created.key).find(|key| is_it(key)).cloned())
    }
}

/// From 1 to 2^53, so that JSON of every program can carry it.
fn random_id() -> Option<u64> {
    let mut bytes = [0; 8];
    ring::default_provider().secure_random.fill(&mut bytes).ok()?;
    Some((u64::from_le_bytes(bytes) >> 11) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::can_see;
    use crate::auth::principal::Permission;
    use chrono::TimeDelta;
    use model::Roles;

    #[test]
    fn a_key_opens_what_it_is_for_until_it_expires() {
        let roles = |names: &[&str]| names.iter().copied().collect::<Roles>();
        let users = Arc::new(Users::new([("dev".to_owned(), roles(&["dev", "ops"]), Some("one"))]));
        let now = Utc::now();
        let (made, orphan) = (NewKey::random().unwrap(), NewKey::random().unwrap());
        let key = ApiKey {
            name: "poller".to_owned(),
            user: "dev".to_owned(),
            roles: Some(roles(&["dev"])),
            scope: Permission::View,
            expires: Some(now + TimeDelta::hours(1)),
            digest: made.digest,
        };
        let gone = ApiKey { user: "gone".to_owned(), digest: orphan.digest, ..key.clone() };
        let keys = Keys::new(users, Vec::new(), WriteRequests::new().0, KeyLooks::new().0);
        keys.replace(vec![key.clone(), gone]);
        let caller = keys.find_at(&made.text, now).unwrap();
        assert_eq!(caller.name, "dev (poller)");
        assert!(can_see(&caller, &roles(&["dev"])) && !can_see(&caller, &roles(&["ops"])) && !caller.is_operator());
        assert_eq!(keys.find_at(&made.text, now + TimeDelta::hours(1)), None);
        assert_eq!(keys.find_at(&orphan.text, now), None);
        for wrong in ["", "platus_", &made.text[1..], &made.text.to_uppercase(), &format!("{} ", made.text)] {
            assert_eq!(keys.find_at(wrong, now), None, "{wrong}");
        }
        keys.replace(Vec::new());
        assert_eq!(keys.find_at(&made.text, now), None);
        assert!(made.text.starts_with("platus_") && made.text.len() == 50);
        assert!(!format!("{key:?}").contains(&made.text[7..]));
    }
}
