//! API keys: `Authorization: Bearer platus_…`. Only their digests are stored.

use super::principal::{Permission, Principal};
use super::users::Users;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use model::Roles;
use parking_lot::RwLock;
use rustls::crypto::ring;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The prefix of every key, so that secret scanners recognise it.
const PREFIX: &str = "platus_";

/// An API key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// For display. Unique.
    pub name: String,
    /// The user for whom it acts. Its permissions never exceed theirs.
    pub user: String,
    /// Its roles. `None`: those of its user.
    pub roles: Option<Roles>,
    pub scope: Permission,
    /// `None`: never.
    pub expires: Option<DateTime<Utc>>,
    pub digest: [u8; 32],
}

/// A new key. Its text cannot be shown again.
pub struct NewKey {
    pub text: String,
    pub digest: [u8; 32],
}

impl NewKey {
    /// `None` if the system provides no random numbers.
    pub fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        ring::default_provider().secure_random.fill(&mut bytes).ok()?;
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        let digest = digest(&text);
        Some(Self { text, digest })
    }
}

/// The current keys, which can be replaced at run time.
pub struct Keys {
    users: Arc<Users>,
    keys: RwLock<Vec<ApiKey>>,
}

impl Keys {
    pub fn new(users: Arc<Users>, keys: Vec<ApiKey>) -> Self {
        Self { users, keys: RwLock::new(keys) }
    }

    /// Replaces all keys.
    pub fn replace(&self, keys: Vec<ApiKey>) {
        *self.keys.write() = keys;
    }

    /// All keys, also expired ones.
    pub fn all(&self) -> Vec<ApiKey> {
        self.keys.read().clone()
    }

    /// The caller with this key. `None` if the key is unknown or expired, or its user does not exist.
    pub fn find(&self, text: &str) -> Option<Principal> {
        self.find_at(text, Utc::now())
    }

    fn find_at(&self, text: &str, now: DateTime<Utc>) -> Option<Principal> {
        // A key has as much entropy as its digest has bits, so that no slow hash is needed.
        let digest = text.starts_with(PREFIX).then(|| digest(text))?;
        let keys = self.keys.read();
        let key = keys.iter().find(|key| key.digest.ct_eq(&digest).into())?;
        if key.expires.is_some_and(|expires| expires <= now) {
            return None;
        }
        let user = self.users.principal(&key.user)?;
        Some(user.delegate(format!("{} ({})", key.user, key.name), key.roles.as_ref(), key.scope))
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::can_see;
    use chrono::TimeDelta;

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
        let keys = Keys::new(users, vec![key.clone(), gone]);
        let caller = keys.find_at(&made.text, now).unwrap();
        assert_eq!(caller.name, "dev (poller)");
        assert!(can_see(&caller, &roles(&["dev"])) && !can_see(&caller, &roles(&["ops"])) && !caller.is_operator());
        assert_eq!(keys.find_at(&made.text, now + TimeDelta::hours(1)), None);
        assert_eq!(keys.find_at(&orphan.text, now), None);
        for wrong in ["", PREFIX, &made.text[1..], &made.text.to_uppercase(), &format!("{} ", made.text)] {
            assert_eq!(keys.find_at(wrong, now), None, "{wrong}");
        }
        keys.replace(Vec::new());
        assert_eq!(keys.find_at(&made.text, now), None);
        assert!(made.text.starts_with(PREFIX) && made.text.len() == PREFIX.len() + 43);
        assert!(!format!("{key:?}").contains(&made.text[PREFIX.len()..]));
    }
}
