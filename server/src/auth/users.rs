use super::passwords::StoredPassword;
use super::roles::{Principal, Roles};
use super::throttle::Throttle;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Slow verifications at once. Each costs tens of milliseconds of a processor and 19 MiB, by design of the hash.
const VERIFICATIONS_AT_ONCE: usize = 2;

/// The people who may come in, and the door.
pub struct Users {
    users: HashMap<String, User>,
    throttle: Throttle,
    verifications: Semaphore,
}

struct User {
    principal: Principal,
    password: StoredPassword,
    fingerprint: [u8; 32],
}

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such user, or the password is another. Which of them is not told.
    Wrong,
    /// Too many wrong passwords from this address for this user.
    TooMany { retry_after: Duration },
}

impl Users {
    /// Takes name, roles and password (plain or PHC string) of each user.
    pub fn new<'a>(users: impl IntoIterator<Item = (String, Roles, &'a str)>) -> Self {
        let users = users.into_iter().map(|(name, roles, password)| {
            let password = StoredPassword::new(password);
            let fingerprint = fingerprint(&password, &roles);
            (name.clone(), User { principal: Principal { name, roles }, password, fingerprint })
        });
        Self { users: users.collect(), throttle: Throttle::default(), verifications: Semaphore::new(VERIFICATIONS_AT_ONCE) }
    }

    /// Finds out whether this is that user. Hashes are verified off the async threads, a few at a time.
    pub async fn authenticate(&self, name: &str, password: &str, address: IpAddr) -> Result<Principal, Refusal> {
        let user = self.users.get(name);
        // All names that nobody has count together: guessing names is guessing, too, and must not fill the memory.
        let counted_as = user.map_or("", |user| &user.principal.name);
        if let Some(retry_after) = self.throttle.wait(address, counted_as, Instant::now()) {
            return Err(Refusal::TooMany { retry_after });
        }
        if let Some(user) = user
            && self.verify(&user.password, password).await
        {
            return Ok(user.principal.clone());
        }
        self.throttle.failed(address, counted_as, Instant::now());
        Err(Refusal::Wrong)
    }

    /// The user of a session that was begun with this fingerprint. Nobody when password or roles have changed since.
    pub fn resume(&self, name: &str, fingerprint: &[u8; 32]) -> Option<Principal> {
        self.users.get(name).filter(|user| user.fingerprint == *fingerprint).map(|user| user.principal.clone())
    }

    /// What a session of this user is bound to.
    pub fn fingerprint(&self, principal: &Principal) -> Option<[u8; 32]> {
        self.users.get(&principal.name).map(|user| user.fingerprint)
    }

    async fn verify(&self, stored: &StoredPassword, password: &str) -> bool {
        if !stored.is_slow() {
            return stored.matches(password);
        }
        let Ok(_turn) = self.verifications.acquire().await else { return false };
        let (stored, password) = (stored.clone(), password.to_owned());
        tokio::task::spawn_blocking(move || stored.matches(&password)).await.unwrap_or(false)
    }
}

fn fingerprint(password: &StoredPassword, roles: &Roles) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(password.fingerprint());
    for role in roles.iter() {
        digest.update(u64::try_from(role.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(role.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::hash;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn roles(names: &[&str]) -> Roles {
        names.iter().copied().collect()
    }

    #[tokio::test]
    async fn the_right_password_opens_and_nothing_else_does() {
        let hashed = hash("s3cret").unwrap();
        let users = Users::new([
            ("plain".to_owned(), roles(&["dev"]), "pässwörd"),
            ("hashed".to_owned(), roles(&["admin"]), hashed.as_str()),
        ]);
        let dev = users.authenticate("plain", "pässwörd", HERE).await.unwrap();
        assert_eq!((dev.name.as_str(), dev.roles, false), ("plain", roles(&["dev"]), false));
        assert!(users.authenticate("hashed", "s3cret", HERE).await.unwrap().is_admin());
        for (name, password) in
            [("plain", ""), ("plain", "s3cret"), ("hashed", &hashed), ("nobody", "s3cret"), ("", ""), ("Plain", "pässwörd")]
        {
            assert_eq!(users.authenticate(name, password, HERE).await, Err(Refusal::Wrong), "{name}");
        }
    }

    #[tokio::test]
    async fn guessing_is_slowed_down_for_known_and_unknown_names() {
        for name in ["admin", "nobody"] {
            let users = Users::new([("admin".to_owned(), roles(&["admin"]), "admin")]);
            let mut refusal = Refusal::Wrong;
            for _ in 0..30 {
                refusal = users.authenticate(name, "guess", HERE).await.unwrap_err();
            }
            assert!(matches!(refusal, Refusal::TooMany { retry_after } if retry_after > Duration::ZERO), "{name}: {refusal:?}");
        }
    }

    #[test]
    fn a_session_ends_with_a_change_of_password_or_roles() {
        let before = Users::new([("dev".to_owned(), roles(&["dev"]), "one")]);
        let principal = Principal { name: "dev".into(), roles: roles(&["dev"]) };
        let fingerprint = before.fingerprint(&principal).unwrap();
        assert_eq!(before.resume("dev", &fingerprint), Some(principal));
        assert_eq!(Users::new([("dev".to_owned(), roles(&["dev"]), "two")]).resume("dev", &fingerprint), None);
        assert_eq!(Users::new([("dev".to_owned(), roles(&["ops"]), "one")]).resume("dev", &fingerprint), None);
        assert_eq!(Users::new([]).resume("dev", &fingerprint), None);
    }
}
