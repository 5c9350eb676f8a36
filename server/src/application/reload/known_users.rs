//! The users of the configuration that is in use, to name those that change.

use crate::config::{Fingerprint, KeyFingerprints, Password, User};
use crate::reload::{Changed, NamedDifferences};
use std::collections::BTreeMap;

/// What was configured of each user, by name.
pub(crate) struct KnownUsers(BTreeMap<String, KeyFingerprints>);

impl KnownUsers {
    pub(crate) fn new(users: &[User]) -> Self {
        Self(users.iter().map(|user| (user.name.clone(), fingerprints(user))).collect())
    }

    /// What these users would change.
    pub(super) fn differences(&self, next: &[User]) -> NamedDifferences {
        let next = Self::new(next);
        let mut differences = NamedDifferences::default();
        for (name, keys) in &next.0 {
            match self.0.get(name).map(|known| known.differences(keys)) {
                None => differences.added.push(name.clone()),
                Some(keys) if keys.is_empty() => {}
                Some(keys) => differences.changed.push(Changed { name: name.clone(), keys }),
            }
        }
        differences.removed = self.0.keys().filter(|name| !next.0.contains_key(*name)).cloned().collect();
        differences
    }
}

fn fingerprints(user: &User) -> KeyFingerprints {
    let roles: Vec<&str> = user.roles.iter().collect();
    let password = match &user.password {
        Password::Given(password) => Fingerprint::of(&[&password.expose()]),
        Password::Vault(key) => Fingerprint::of(&[key]),
    };
    KeyFingerprints::new([("role".to_owned(), Fingerprint::of(&[&roles])), ("password".to_owned(), password)])
}
