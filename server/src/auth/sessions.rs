//! Sessions of the page: an encrypted and authenticated cookie, so that the server keeps nothing for them but which were ended.

use super::ended::EndedSessions;
use super::principal::Principal;
use super::session_key::SessionKey;
use super::users::Users;
use cookie::{Cookie, CookieJar, SameSite, time};
use rustls::crypto::ring;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a login lasts, whatever is done with it. A wall screen should not ask every morning.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a login lasts with which nothing is done.
const IDLE: Duration = Duration::from_secs(7 * 24 * 3600);

/// After so long a cookie in use is replaced by one that says so.
const RENEWAL: Duration = Duration::from_secs(3600);

const COOKIE: &str = "platus_session";

/// Tells sessions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Nothing where the system gives no random numbers.
    pub(super) fn random() -> Option<Self> {
        let mut id = [0; 16];
        ring::default_provider().secure_random.fill(&mut id).ok()?;
        Some(Self(id))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten().map(|id| Self(id.to_be_bytes()))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// Begins, resumes and ends sessions.
pub struct Sessions {
    users: Arc<Users>,
    key: SessionKey,
    ended: Arc<EndedSessions>,
}

/// The content of the cookie. Times are seconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Session {
    id: SessionId,
    user: String,
    fingerprint: [u8; 32],
    begun: u64,
    /// Up to [`RENEWAL`] before its last use.
    used: u64,
}

/// Somebody who is logged in.
#[derive(Debug)]
pub struct Resumed {
    pub principal: Principal,
    /// Present when the cookie is to be replaced by one that is as new as its use.
    renewed: Option<Session>,
}

impl Sessions {
    pub fn new(users: Arc<Users>, key: SessionKey, ended: Arc<EndedSessions>) -> Self {
        Self { users, key, ended }
    }

    /// The `Set-Cookie` header that logs this person in. `secure` when the page came over https.
    pub fn begin(&self, principal: &Principal, secure: bool) -> Option<String> {
        let fingerprint = self.users.fingerprint(&principal.name)?;
        let now = seconds_since_1970();
        let session = Session { id: SessionId::random()?, user: principal.name.clone(), fingerprint, begun: now, used: now };
        self.seal(&session, now, secure)
    }

    /// Who is logged in by this `Cookie` header. Of several session cookies the first valid one counts: another page of the same host,
    /// or of a domain above it, can set one of the same name.
    pub fn resume(&self, header: &str) -> Option<Resumed> {
        self.resume_at(header, seconds_since_1970())
    }

    fn resume_at(&self, header: &str, now: u64) -> Option<Resumed> {
        self.open(header).find_map(|session| self.resume_session(session, now))
    }

    fn resume_session(&self, session: Session, now: u64) -> Option<Resumed> {
        let (age, idle) = (now.checked_sub(session.begun)?, now.checked_sub(session.used)?);
        if age >= LIFETIME.as_secs() || idle >= IDLE.as_secs() || self.ended.contains(session.id) {
            return None;
        }
        let principal = self.users.resume(&session.user, &session.fingerprint)?;
        let renewed = (idle >= RENEWAL.as_secs()).then_some(Session { used: now, ..session });
        Some(Resumed { principal, renewed })
    }

    /// The `Set-Cookie` header that says that a session was used, when the cookie does not say so yet.
    pub fn renew(&self, resumed: &Resumed, secure: bool) -> Option<String> {
        self.seal(resumed.renewed.as_ref()?, seconds_since_1970(), secure)
    }

    /// Ends the sessions of this `Cookie` header, also for copies of the cookie. The result is the `Set-Cookie` header that
    /// logs out.
    pub async fn end(&self, header: &str) -> String {
        let now = seconds_since_1970();
        let end = |session: Session| self.ended.add(session.id, session.begun.saturating_add(LIFETIME.as_secs()), now);
        // All of them have ended before any is waited for.
        if let Some(change) = self.open(header).map(end).last() {
            self.ended.wait_until_kept(change).await;
        }
        cookie(String::new(), time::Duration::ZERO, false)
    }

    /// The sessions in a `Cookie` header, ended ones included. Cookies that are not ours are passed over.
    fn open<'a>(&'a self, header: &'a str) -> impl Iterator<Item = Session> + 'a {
        let sealed = Cookie::split_parse(header).filter_map(Result::ok).filter(|cookie| cookie.name() == COOKIE);
        let opened = sealed.filter_map(|cookie| CookieJar::new().private(self.key.key()).decrypt(cookie.into_owned()));
        opened.filter_map(|cookie| serde_json::from_str(cookie.value()).ok())
    }

    fn seal(&self, session: &Session, now: u64, secure: bool) -> Option<String> {
        let mut jar = CookieJar::new();
        jar.private_mut(self.key.key()).add((COOKIE, serde_json::to_string(session).ok()?));
        let sealed = jar.get(COOKIE)?.value().to_owned();
        let rest = LIFETIME.saturating_sub(Duration::from_secs(now.saturating_sub(session.begun)));
        Some(cookie(sealed, time::Duration::try_from(rest).ok()?, secure))
    }
}

fn cookie(value: String, lifetime: time::Duration, secure: bool) -> String {
    Cookie::build((COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(lifetime)
        .to_string()
}

fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Roles;

    fn users(password: &str) -> Arc<Users> {
        Arc::new(Users::new([("dev".to_owned(), Roles::from_iter(["dev"]), Some(password))]))
    }

    fn sessions(password: &str, key: SessionKey) -> Sessions {
        Sessions::new(users(password), key, Arc::default())
    }

    fn dev() -> Principal {
        Principal::new("dev", Roles::from_iter(["dev"]))
    }

    fn header(set_cookie: &str) -> String {
        format!("other=1; {}", set_cookie.split(';').next().unwrap())
    }

    fn resumed(sessions: &Sessions, cookie: &str) -> Option<Principal> {
        sessions.resume(cookie).map(|resumed| resumed.principal)
    }

    #[tokio::test]
    async fn a_session_is_resumed_only_with_the_key_and_the_password_it_was_begun_with() {
        let key = SessionKey::random();
        let sessions = sessions("one", key.clone());
        let set_cookie = sessions.begin(&dev(), true).unwrap();
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=2592000"] {
            assert!(set_cookie.contains(attribute), "{set_cookie} lacks {attribute}");
        }
        assert!(!set_cookie.contains("dev"), "{set_cookie}");

        let cookie = header(&set_cookie);
        assert_eq!(resumed(&sessions, &cookie), Some(dev()));
        assert_eq!(resumed(&self::sessions("one", SessionKey::random()), &cookie), None);
        assert_eq!(resumed(&self::sessions("two", key), &cookie), None);
        for forged in ["", "platus_session", "platus_session=", "platus_session=e30", "platus_session=%00"] {
            assert_eq!(resumed(&sessions, forged), None, "{forged}");
        }
    }

    #[tokio::test]
    async fn a_logout_ends_every_copy_of_the_cookie_and_no_other_session() {
        let sessions = sessions("one", SessionKey::random());
        let first = header(&sessions.begin(&dev(), false).unwrap());
        let second = header(&sessions.begin(&dev(), false).unwrap());
        let cleared = sessions.end(&first).await;
        assert!(cleared.contains("Max-Age=0"), "{cleared}");
        assert_eq!(resumed(&sessions, &header(&cleared)), None);
        assert_eq!(resumed(&sessions, &first), None);
        assert_eq!(resumed(&sessions, &second), Some(dev()));
    }

    #[tokio::test]
    async fn of_several_cookies_of_the_name_the_valid_one_counts_and_a_logout_ends_all() {
        let sessions = sessions("one", SessionKey::random());
        let cookie = || header(&sessions.begin(&dev(), false).unwrap());
        let (ended, first, second) = (cookie(), cookie(), cookie());
        sessions.end(&ended).await;
        let sent = format!("platus_session=forged; {ended}; platus_session=; {first}; {second}");
        assert_eq!(resumed(&sessions, &sent), Some(dev()));
        sessions.end(&sent).await;
        assert_eq!((resumed(&sessions, &first), resumed(&sessions, &second)), (None, None));
    }

    #[test]
    fn a_session_ends_when_it_is_not_used_and_at_last_in_any_case() {
        let sessions = sessions("one", SessionKey::random());
        let mut cookie = header(&sessions.begin(&dev(), false).unwrap());
        let begun = sessions.open(&cookie).next().unwrap().begun;
        assert!(sessions.resume_at(&cookie, begun + RENEWAL.as_secs() - 1).unwrap().renewed.is_none());
        assert!(sessions.resume_at(&cookie, begun + IDLE.as_secs() - 1).is_some());
        assert!(sessions.resume_at(&cookie, begun + IDLE.as_secs()).is_none(), "nothing was done with it");

        let mut now = begun;
        while now + IDLE.as_secs() < begun + LIFETIME.as_secs() {
            now += IDLE.as_secs() - 1;
            let renewed = sessions.resume_at(&cookie, now).unwrap().renewed.unwrap();
            cookie = header(&sessions.seal(&renewed, now, false).unwrap());
        }
        assert!(sessions.resume_at(&cookie, begun + LIFETIME.as_secs() - 1).is_some());
        assert!(sessions.resume_at(&cookie, begun + LIFETIME.as_secs()).is_none(), "it was used all the time");
    }

    #[test]
    fn the_key_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.key");
        let first = sessions("one", SessionKey::load_or_create(&path).unwrap());
        let cookie = header(&first.begin(&dev(), false).unwrap());
        let second = sessions("one", SessionKey::load_or_create(&path).unwrap());
        assert_eq!(resumed(&second, &cookie), Some(dev()));
    }
}
