use super::passwords::StoredPassword;
use super::principal::Principal;
use super::roles::Roles;
use super::throttle::Throttle;
use super::verified::{Standing, Verified};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Slow verifications at once. Each costs tens of milliseconds of a processor and 19 MiB, by design of the hash. One alone leaves the
/// other processors to those who ask for the page.
const VERIFICATIONS_AT_ONCE: usize = 1;

/// Credentials that nobody has seen before and that may wait for their verification. Past that they are to come again: a flood of
/// guesses must not make a queue of minutes.
const WAITING: usize = 16;

/// When those whom the queue has no place for may come again.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// The people who may come in, and the door.
pub struct Users {
    users: RwLock<HashMap<String, Arc<User>>>,
    throttle: Throttle,
    verified: Verified,
    verifications: Semaphore,
    waiting: Semaphore,
    /// What the passwords of users are verified against who do not exist, where verifying is slow.
    nobody: StoredPassword,
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
    /// Too many wrong passwords from this address or for this user.
    TooMany { retry_after: Duration },
}

impl Users {
    /// Takes name, roles and password (plain or PHC string) of each user. One without a password cannot come in until
    /// [`Users::set_password`] gives one.
    pub fn new<'a>(users: impl IntoIterator<Item = (String, Roles, Option<&'a str>)>) -> Self {
        let users = users.into_iter().map(|(name, roles, password)| {
            let password = password.map_or(StoredPassword::Absent, StoredPassword::new);
            (name.clone(), Arc::new(User::new(Principal::new(name, roles), password)))
        });
        Self {
            users: RwLock::new(users.collect()),
            throttle: Throttle::default(),
            verified: Verified::new(),
            verifications: Semaphore::new(VERIFICATIONS_AT_ONCE),
            waiting: Semaphore::new(WAITING),
            nobody: StoredPassword::new(NOBODY),
        }
    }

    /// Gives a user another password (plain or PHC string). When it is another one, that ends their sessions.
    pub fn set_password(&self, name: &str, password: &str) {
        let mut users = self.users.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(user) = users.get_mut(name) {
            *user = Arc::new(User::new(user.principal.clone(), StoredPassword::new(password)));
        }
    }

    /// Finds out whether this is that user. Hashes are verified off the async threads, one after the other.
    pub async fn authenticate(&self, name: &str, password: &str, address: IpAddr) -> Result<Principal, Refusal> {
        let user = self.user(name);
        let seal = user.as_ref().and_then(|user| self.verified.seal(name, password, &user.fingerprint));
        let standing = seal.as_ref().map_or(Standing::Unknown, |seal| self.verified.standing(seal, Instant::now()));
        if let (Some(user), Standing::Fresh) = (&user, standing) {
            return Ok(user.principal.clone());
        }
        // All names that nobody has count together: guessing names is guessing, too, and must not fill the memory.
        let counted_as = if user.is_some() { name } else { "" };
        if standing == Standing::Unknown
            && let Some(retry_after) = self.throttle.wait(address, counted_as, Instant::now())
        {
            return Err(Refusal::TooMany { retry_after });
        }
        let is_right = self.verify(user.as_deref(), password, standing).await?;
        match user.filter(|_| is_right) {
            Some(user) => {
                seal.into_iter().for_each(|seal| self.verified.note(seal, Instant::now()));
                Ok(user.principal.clone())
            }
            None => {
                self.throttle.failed(address, counted_as, Instant::now());
                Err(Refusal::Wrong)
            }
        }
    }

    /// The user of a session that was begun with this fingerprint. Nobody when password or roles have changed since.
    pub fn resume(&self, name: &str, fingerprint: &[u8; 32]) -> Option<Principal> {
        self.user(name).filter(|user| user.fingerprint == *fingerprint).map(|user| user.principal.clone())
    }

    /// What a session of the user of this name is bound to.
    pub fn fingerprint(&self, name: &str) -> Option<[u8; 32]> {
        self.user(name).map(|user| user.fingerprint)
    }

    /// The user of this name, for whoever acts for them.
    pub fn principal(&self, name: &str) -> Option<Principal> {
        self.user(name).map(|user| user.principal.clone())
    }

    fn user(&self, name: &str) -> Option<Arc<User>> {
        self.users.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Takes the same time whether there is such a user or not, and whichever form their password has.
    async fn verify(&self, user: Option<&User>, password: &str, standing: Standing) -> Result<bool, Refusal> {
        let stored = user.map_or(&StoredPassword::Absent, |user| &user.password);
        let is_slow = stored.is_slow();
        if !is_slow && !self.has_slow_ones() {
            return Ok(stored.matches(password));
        }
        let busy = |_| Refusal::TooMany { retry_after: COME_AGAIN };
        let _place = match standing {
            Standing::Unknown => Some(self.waiting.try_acquire().map_err(busy)?),
            Standing::Fresh | Standing::Known => None,
        };
        let _turn = self.verifications.acquire().await.map_err(|_| Refusal::Wrong)?;
        let (stored, nobody, password) = (stored.clone(), self.nobody.clone(), password.to_owned());
        let verified = tokio::task::spawn_blocking(move || {
            let is_right = stored.matches(&password);
            if !is_slow {
                nobody.matches(&password);
            }
            is_right
        });
        Ok(verified.await.unwrap_or(false))
    }

    fn has_slow_ones(&self) -> bool {
        self.users.read().unwrap_or_else(PoisonError::into_inner).values().any(|user| user.password.is_slow())
    }
}

/// The hash of a password that nobody knows, with the costs that [`super::hash`] has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl User {
    fn new(principal: Principal, password: StoredPassword) -> Self {
        let fingerprint = fingerprint(&password, principal.roles());
        Self { principal, password, fingerprint }
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
            ("plain".to_owned(), roles(&["dev"]), Some("pässwörd")),
            ("hashed".to_owned(), roles(&["admin"]), Some(hashed.as_str())),
            ("later".to_owned(), roles(&["dev"]), None),
        ]);
        let dev = users.authenticate("plain", "pässwörd", HERE).await.unwrap();
        assert_eq!(dev, Principal::new("plain", roles(&["dev"])));
        assert!(users.authenticate("hashed", "s3cret", HERE).await.unwrap().is_admin());
        for (name, password) in [
            ("plain", ""),
            ("plain", "s3cret"),
            ("hashed", &hashed),
            ("nobody", "s3cret"),
            ("", ""),
            ("Plain", "pässwörd"),
            ("later", ""),
            ("later", "s3cret"),
        ] {
            assert_eq!(users.authenticate(name, password, HERE).await, Err(Refusal::Wrong), "{name}");
        }
        users.set_password("later", "s3cret");
        assert_eq!(users.authenticate("later", "s3cret", HERE).await.unwrap().name, "later");
    }

    #[tokio::test]
    async fn guessing_is_slowed_down_for_known_and_unknown_names() {
        for name in ["admin", "nobody"] {
            let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some("admin"))]);
            let mut refusal = Refusal::Wrong;
            for _ in 0..30 {
                refusal = users.authenticate(name, "guess", HERE).await.unwrap_err();
            }
            assert!(matches!(refusal, Refusal::TooMany { retry_after } if retry_after > Duration::ZERO), "{name}: {refusal:?}");
        }
    }

    #[tokio::test]
    async fn whoever_was_right_today_is_not_kept_out_by_others_at_the_same_address() {
        let hashed = hash("s3cret").unwrap();
        let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some(hashed.as_str()))]);
        users.authenticate("admin", "s3cret", HERE).await.unwrap();
        for _ in 0..30 {
            users.authenticate("admin", "guess", HERE).await.unwrap_err();
        }
        assert!(matches!(users.authenticate("admin", "guess", HERE).await, Err(Refusal::TooMany { .. })));
        assert_eq!(users.authenticate("admin", "s3cret", HERE).await.unwrap().name, "admin");
    }

    #[tokio::test]
    async fn a_flood_of_guesses_makes_no_queue() {
        let hashed = hash("s3cret").unwrap();
        let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some(hashed.as_str()))]);
        let guesses = (0..200u8).map(|host| {
            let users = &users;
            async move { users.authenticate("nobody", "guess", IpAddr::V4(Ipv4Addr::new(192, 0, 2, host))).await.unwrap_err() }
        });
        let refusals = futures::future::join_all(guesses).await;
        let verified = refusals.iter().filter(|refusal| **refusal == Refusal::Wrong).count();
        assert!(verified <= WAITING + 1, "{verified}");
    }

    #[test]
    fn nobody_costs_what_a_real_hash_costs() {
        let costs = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
        assert!(StoredPassword::new(NOBODY).is_slow());
        assert_eq!(costs(NOBODY), costs(&hash("s3cret").unwrap()));
    }

    #[test]
    fn a_session_ends_with_a_change_of_password_or_roles() {
        let before = Users::new([("dev".to_owned(), roles(&["dev"]), Some("one"))]);
        let principal = Principal::new("dev", roles(&["dev"]));
        let fingerprint = before.fingerprint("dev").unwrap();
        assert_eq!(before.resume("dev", &fingerprint), Some(principal));
        assert_eq!(Users::new([("dev".to_owned(), roles(&["dev"]), Some("two"))]).resume("dev", &fingerprint), None);
        assert_eq!(Users::new([("dev".to_owned(), roles(&["ops"]), Some("one"))]).resume("dev", &fingerprint), None);
        assert_eq!(Users::new([]).resume("dev", &fingerprint), None);
        before.set_password("dev", "two");
        assert_eq!(before.resume("dev", &fingerprint), None);
    }
}
