use super::credential_cache::{CredentialCache, Standing};
use super::login_rate_limiter::LoginRateLimiter;
use super::passwords::{Decoy, StoredPassword};
use super::principal::Principal;
use super::turns::{Claim, Turns};
use super::verifier;
use model::Roles;
use parking_lot::{RwLock, RwLockReadGuard};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `Retry-After` for a login that finds the queue full.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// The users and their authentication.
pub struct Users {
    people: RwLock<People>,
    rate_limiter: Arc<LoginRateLimiter>,
    credentials: CredentialCache,
    /// One verification at a time. Each costs tens of milliseconds of a processor and 19 MiB, by design of the hash, and the other
    /// processors stay with those who ask for the page.
    turns: Turns,
}

/// The users, and a decoy that matches the costs of their hashes.
struct People {
    by_name: HashMap<String, Arc<User>>,
    decoy: Decoy,
}

impl People {
    fn new(by_name: HashMap<String, Arc<User>>) -> Self {
        let decoy = Decoy::like(by_name.values().map(|user| &user.password));
        Self { by_name, decoy }
    }
}

struct User {
    principal: Principal,
    password: StoredPassword,
    fingerprint: [u8; 32],
}

/// The password of a user in another configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPassword<'a> {
    /// Plain or a PHC string.
    Given(&'a str),
    /// The one that the user has now.
    Kept,
    /// None until [`Users::set_password`] gives one.
    Absent,
}

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Unknown user or wrong password. The caller does not learn which.
    Wrong,
    /// Too many wrong passwords from this address or for this user.
    TooMany { retry_after: Duration },
}

impl Users {
    /// Takes name, roles and password (plain or PHC string) of each user. One without a password cannot log in until
    /// [`Users::set_password`] gives one.
    pub fn new<'a>(users: impl IntoIterator<Item = (String, Roles, Option<&'a str>)>) -> Self {
        let users = users.into_iter().map(|(name, roles, password)| {
            let password = password.map_or(StoredPassword::Absent, StoredPassword::new);
            (name.clone(), Arc::new(User::new(Principal::new(name, roles), password)))
        });
        let people = RwLock::new(People::new(users.collect()));
        Self { people, rate_limiter: Arc::default(), credentials: CredentialCache::new(), turns: Turns::default() }
    }

    /// Replaces all users. Sessions of users that are removed, or whose password or roles have changed, end.
    pub fn replace<'a>(&self, users: impl IntoIterator<Item = (String, Roles, NewPassword<'a>)>) {
        let mut people = self.people.write();
        let users = users.into_iter().map(|(name, roles, password)| {
            let password = match password {
                NewPassword::Given(password) => StoredPassword::new(password),
                NewPassword::Kept => people.by_name.get(&name).map_or(StoredPassword::Absent, |user| user.password.clone()),
                NewPassword::Absent => StoredPassword::Absent,
            };
            (name.clone(), Arc::new(User::new(Principal::new(name, roles), password)))
        });
        let users = users.collect();
        *people = People::new(users);
    }

    /// Replaces the password of a user (plain or PHC string). A different password ends their sessions.
    pub fn set_password(&self, name: &str, password: &str) {
        let mut people = self.people.write();
        if let Some(user) = people.by_name.get_mut(name) {
            *user = Arc::new(User::new(user.principal.clone(), StoredPassword::new(password)));
            people.decoy = Decoy::like(people.by_name.values().map(|user| &user.password));
        }
    }

    /// Authenticates a user. Passwords are verified on a separate thread, one after the other. It takes the same time
    /// whether the user exists or not, and for each form of password.
    pub async fn authenticate(&self, name: &str, password: &str, address: IpAddr) -> Result<Principal, Refusal> {
        let user = self.user(name);
        let seal = user.as_ref().and_then(|user| self.credentials.seal(name, password, &user.fingerprint));
        let standing = || seal.as_ref().map_or(Standing::Unknown, |seal| self.credentials.standing(seal, Instant::now()));
        let before = standing();
        if let (Some(user), Standing::Fresh) = (&user, before) {
            return Ok(user.principal.clone());
        }
        // All unknown names count together: guessing names must be limited, too, and must not fill the memory.
        let counted_as = if user.is_some() { name } else { "" };
        let is_known = before == Standing::Known;
        let may_try = || match self.rate_limiter.wait(address, counted_as, Instant::now()) {
            Some(retry_after) if !is_known => Err(Refusal::TooMany { retry_after }),
            _ => Ok(()),
        };
        may_try()?;
        let suspicion = self.rate_limiter.suspicion(address, counted_as, Instant::now());
        let claim = Claim { address, user: counted_as, suspicion, is_known };
        let turn = self.turns.wait(claim).await.ok_or(Refusal::TooMany { retry_after: COME_AGAIN })?;
        // Another request with the same credentials may have been verified meanwhile.
        if let (Some(user), Standing::Fresh) = (&user, standing()) {
            return Ok(user.principal.clone());
        }
        // Those that had their turn before may have used up what is left for the networks and the user. One has a turn at a time, so that
        // no more are verified than the limit says.
        may_try()?;
        let stored = user.as_ref().map_or(StoredPassword::Absent, |user| user.password.clone());
        let (rate_limiter, decoy) = (Arc::clone(&self.rate_limiter), self.people().decoy.clone());
        let (password, counted_as) = (password.to_owned(), counted_as.to_owned());
        // The verification continues and counts even if the client disconnects.
        let verified = verifier::run(move || {
            let _turn = turn;
            let is_right = stored.matches(&password, &decoy);
            if !is_right {
                rate_limiter.failed(address, &counted_as, Instant::now());
            }
            is_right
        });
        let is_right = verified.await.unwrap_or(false);
        let user = user.filter(|_| is_right).ok_or(Refusal::Wrong)?;
        seal.into_iter().for_each(|seal| self.credentials.note(seal, Instant::now()));
        Ok(user.principal.clone())
    }

    /// The user of a session with this fingerprint. `None` if the password or the roles have changed since its login.
    pub fn resume(&self, name: &str, fingerprint: &[u8; 32]) -> Option<Principal> {
        self.user(name).filter(|user| user.fingerprint == *fingerprint).map(|user| user.principal.clone())
    }

    /// The fingerprint that binds sessions to the password and the roles of this user.
    pub fn fingerprint(&self, name: &str) -> Option<[u8; 32]> {
        self.user(name).map(|user| user.fingerprint)
    }

    /// The user of this name, without authentication. For API keys.
    pub fn principal(&self, name: &str) -> Option<Principal> {
        self.user(name).map(|user| user.principal.clone())
    }

    /// All users, without authentication, for display.
    pub fn all(&self) -> Vec<Principal> {
        self.people().by_name.values().map(|user| user.principal.clone()).collect()
    }

    fn user(&self, name: &str) -> Option<Arc<User>> {
        self.people().by_name.get(name).cloned()
    }

    fn people(&self) -> RwLockReadGuard<'_, People> {
        self.people.read()
    }
}

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
    use std::net::{Ipv4Addr, Ipv6Addr};

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
            ("unknown", "s3cret"),
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
        for name in ["admin", "unknown"] {
            let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some("admin"))]);
            let mut refusal = Refusal::Wrong;
            for _ in 0..30 {
                refusal = users.authenticate(name, "guess", HERE).await.unwrap_err();
            }
            assert!(matches!(refusal, Refusal::TooMany { retry_after } if retry_after > Duration::ZERO), "{name}: {refusal:?}");
        }
    }

    #[tokio::test]
    async fn guesses_at_the_same_time_are_limited_as_those_one_after_the_other() {
        let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some("s3cret"))]);
        let begun = Instant::now();
        let (burst, refill) = (20, Duration::from_secs(3));
        (1..burst).for_each(|_| users.rate_limiter.failed(HERE, "admin", begun));
        let guesses = (0..30).map(|_| users.authenticate("admin", "guess", HERE));
        let refusals = futures::future::join_all(guesses).await;
        let verified = refusals.iter().filter(|refused| **refused == Err(Refusal::Wrong)).count();
        // On a slow machine some are forgiven meanwhile.
        let forgiven = begun.elapsed().as_secs() / refill.as_secs();
        assert!((1..=1 + forgiven).contains(&u64::try_from(verified).unwrap()), "{verified} were verified, {forgiven} forgiven");
    }

    #[tokio::test]
    async fn a_user_who_logged_in_today_is_not_blocked_by_others_at_the_same_address() {
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
        let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some("s3cret"))]);
        let guesses = (0..200u8).map(|host| {
            let users = &users;
            async move { users.authenticate("unknown", "guess", IpAddr::V4(Ipv4Addr::new(192, 0, 2, host))).await.unwrap_err() }
        });
        let refusals = futures::future::join_all(guesses).await;
        let verified = refusals.iter().filter(|refusal| **refusal == Refusal::Wrong).count();
        assert!(verified < 50, "{verified}");
    }

    #[tokio::test]
    async fn a_first_login_succeeds_during_a_flood_from_one_site() {
        let names: Vec<_> = (0..14).map(|number| format!("user{number}")).collect();
        let users = Users::new(names.iter().map(|name| (name.clone(), roles(&["dev"]), Some("s3cret"))));
        let users = Arc::new(users);
        let guess = |number: u16| {
            let (users, address) = (Arc::clone(&users), Ipv6Addr::new(0x2001, 0xdb8, 7, number, 0, 0, 0, 1));
            tokio::spawn(async move { users.authenticate("user0", "guess", IpAddr::V6(address)).await })
        };
        for (number, name) in (0u16..).zip(&names) {
            // More than may wait; all have been asked for when the right one is.
            let mut flood: Vec<_> = (0..100).map(|of_burst| guess(number * 100 + of_burst)).collect();
            tokio::task::yield_now().await;
            let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, u8::try_from(number).unwrap()));
            assert_eq!(users.authenticate(name, "s3cret", address).await.map(|user| user.name).as_deref(), Ok(name.as_str()));
            // The rest of it would only make the test longer.
            flood.iter_mut().for_each(|guess| guess.abort());
        }
    }

    #[tokio::test]
    async fn a_guess_whose_client_has_hung_up_counts_all_the_same() {
        let users = Users::new([("admin".to_owned(), roles(&["admin"]), Some("s3cret"))]);
        let before = Instant::now();
        let mut guess = Box::pin(users.authenticate("admin", "guess", HERE));
        assert!(futures::poll!(&mut guess).is_pending());
        drop(guess);
        // It has its turn until it is done.
        users.authenticate("admin", "s3cret", IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1))).await.unwrap();
        assert!(users.rate_limiter.suspicion(HERE, "admin", before) > 0);
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
