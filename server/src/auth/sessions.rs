//! Sessions of the page. A session is an encrypted and authenticated cookie; the server stores only which sessions were revoked.

use super::principal::Principal;
use super::revoked_sessions::RevokedSessions;
use super::session_id::SessionId;
use super::session_key::SessionKey;
use super::users::Users;
use cookie::{Cookie, CookieJar, SameSite, time};
use model::BasePath;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Lifetime of a session. A wall screen should not need a login every morning.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// Lifetime of a session without requests.
const IDLE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How often the cookie of a session in use is renewed.
const RENEWAL: Duration = Duration::from_secs(3600);

const COOKIE: &str = "platus_session";

/// Begins, resumes and ends sessions.
pub struct Sessions {
    users: Arc<Users>,
    key: SessionKey,
    revoked: Arc<RevokedSessions>,
    /// For whose requests browsers send the cookie.
    path: String,
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

/// A valid session.
#[derive(Debug)]
pub struct Resumed {
    pub principal: Principal,
    /// `Some` if the cookie must be renewed.
    renewed: Option<Session>,
}

impl Sessions {
    pub fn new(users: Arc<Users>, key: SessionKey, revoked: Arc<RevokedSessions>) -> Self {
        Self { users, key, revoked, path: "/".to_owned() }
    }

    /// Of a site under this base path. Browsers do not send its cookies to other sites of the host.
    #[must_use]
    pub fn under(self, base: &BasePath) -> Self {
        Self { path: base.address("/"), ..self }
    }

    /// The `Set-Cookie` header of a new session. `secure` if the page was served over https.
    pub fn begin(&self, principal: &Principal, secure: bool) -> Option<String> {
        let fingerprint = self.users.fingerprint(&principal.name)?;
        let now = seconds_since_1970();
        let session = Session { id: SessionId::random()?, user: principal.name.clone(), fingerprint, begun: now, used: now };
        self.seal(&session, now, secure)
    }

    /// The session of this `Cookie` header. Of several session cookies the first valid one counts: another page of the same host,
    /// or of a domain above it, can set one of the same name.
    pub fn resume(&self, header: &str) -> Option<Resumed> {
        self.resume_at(header, seconds_since_1970())
    }

    fn resume_at(&self, header: &str, now: u64) -> Option<Resumed> {
        self.open(header).find_map(|session| self.resume_session(session, now))
    }

    fn resume_session(&self, session: Session, now: u64) -> Option<Resumed> {
        let (age, idle) = (now.checked_sub(session.begun)?, now.checked_sub(session.used)?);
        if age >= LIFETIME.as_secs() || idle >= IDLE.as_secs() || self.revoked.contains(session.id) {
            return None;
        }
        let principal = self.users.resume(&session.user, &session.fingerprint)?;
        let renewed = (idle >= RENEWAL.as_secs()).then_some(Session { used: now, ..session });
        Some(Resumed { principal, renewed })
    }

    /// The `Set-Cookie` header that renews the cookie, if that is due.
    pub fn renew(&self, resumed: &Resumed, secure: bool) -> Option<String> {
        self.seal(resumed.renewed.as_ref()?, seconds_since_1970(), secure)
    }

    /// Ends the sessions of this `Cookie` header, also for copies of the cookie. The result is the `Set-Cookie` header that
    /// logs out.
    pub async fn end(&self, header: &str) -> String {
        let now = seconds_since_1970();
        let end = |session: Session| self.revoked.add(session.id, session.begun.saturating_add(LIFETIME.as_secs()), now);
        // Revokes all before it waits for the disk.
        if let Some(change) = self.open(header).map(end).last() {
            self.revoked.wait_until_kept(change).await;
        }
        self.cookie(String::new(), time::Duration::ZERO, false)
    }

    /// The sessions in a `Cookie` header, revoked ones included. Other cookies are ignored.
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
        Some(self.cookie(sealed, time::Duration::try_from(rest).ok()?, secure))
    }

    fn cookie(&self, value: String, lifetime: time::Duration, secure: bool) -> String {
        Cookie::build((COOKIE, value))
            .path(self.path.as_str())
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(secure)
            .max_age(lifetime)
            .to_string()
    }
}

fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Roles;

    /// So long that the random text of a sealed cookie never contains it.
    const NAME: &str = "developer";

    fn users(password: &str) -> Arc<Users> {
        Arc::new(Users::new([(NAME.to_owned(), Roles::from_iter(["dev"]), Some(password))]))
    }

    fn sessions(password: &str, key: SessionKey) -> Sessions {
        Sessions::new(users(password), key, Arc::default())
    }

    fn dev() -> Principal {
        Principal::new(NAME, Roles::from_iter(["dev"]))
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
        assert!(!set_cookie.contains(NAME), "{set_cookie}");

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
    async fn the_cookie_of_a_site_under_a_base_path_is_for_this_site() {
        let sessions = sessions("one", SessionKey::random()).under(&BasePath::parse("/platus").unwrap());
        let begun = sessions.begin(&dev(), false).unwrap();
        let ended = sessions.end(&header(&begun)).await;
        for set_cookie in [begun, ended] {
            assert!(set_cookie.split("; ").any(|attribute| attribute == "Path=/platus/"), "{set_cookie}");
        }
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
