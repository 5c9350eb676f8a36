//! Sessions of the page: an encrypted and authenticated cookie, so that the server keeps nothing for them.

use super::roles::Principal;
use super::users::Users;
use cookie::time;
use cookie::{Cookie, CookieJar, Key, SameSite};
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a login lasts. A wall screen should not ask every morning.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

const COOKIE: &str = "platus_session";

/// The key that cookies are encrypted with.
#[derive(Clone)]
pub struct SessionKey(Key);

impl SessionKey {
    /// A new key, for as long as the process lives.
    pub fn random() -> Self {
        Self(Key::generate())
    }

    /// The key in this file, which is made, readable by its owner only, when it is absent: a restart then logs nobody out.
    pub fn load_or_create(path: &Path) -> io::Result<Self> {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                let key = Key::generate();
                file.write_all(key.master())?;
                file.sync_all()?;
                Ok(Self(key))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut bytes = Vec::new();
                OpenOptions::new().read(true).open(path)?.take(1024).read_to_end(&mut bytes)?;
                let key = Key::try_from(bytes.as_slice()).map_err(|_| {
                    io::Error::new(io::ErrorKind::InvalidData, "it does not hold a key; delete it, and a new one is made")
                })?;
                Ok(Self(key))
            }
            Err(error) => Err(error),
        }
    }
}

/// Begins, resumes and ends sessions.
pub struct Sessions {
    users: Arc<Users>,
    key: SessionKey,
}

/// The content of the cookie.
#[derive(Serialize, Deserialize)]
struct Session {
    user: String,
    fingerprint: [u8; 32],
    /// Seconds since 1970.
    begun: u64,
}

impl Sessions {
    pub fn new(users: Arc<Users>, key: SessionKey) -> Self {
        Self { users, key }
    }

    /// The `Set-Cookie` header that logs this person in. `secure` when the page came over https.
    pub fn begin(&self, principal: &Principal, secure: bool) -> Option<String> {
        let fingerprint = self.users.fingerprint(principal)?;
        let session = Session { user: principal.name.clone(), fingerprint, begun: seconds_since_1970() };
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key.0).add((COOKIE, serde_json::to_string(&session).ok()?));
        let sealed = jar.get(COOKIE)?.value().to_owned();
        Some(cookie(sealed, time::Duration::try_from(LIFETIME).ok()?, secure))
    }

    /// Who is logged in by this `Cookie` header.
    pub fn resume(&self, header: &str) -> Option<Principal> {
        let sealed = Cookie::split_parse(header).filter_map(Result::ok).find(|cookie| cookie.name() == COOKIE)?.into_owned();
        let opened = CookieJar::new().private(&self.key.0).decrypt(sealed)?;
        let session: Session = serde_json::from_str(opened.value()).ok()?;
        let age = seconds_since_1970().checked_sub(session.begun)?;
        if age >= LIFETIME.as_secs() {
            return None;
        }
        self.users.resume(&session.user, &session.fingerprint)
    }

    /// The `Set-Cookie` header that logs out.
    pub fn end(&self) -> String {
        cookie(String::new(), time::Duration::ZERO, false)
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
    use crate::auth::Roles;

    fn users(password: &str) -> Arc<Users> {
        Arc::new(Users::new([("dev".to_owned(), Roles::from_iter(["dev"]), password)]))
    }

    fn header(set_cookie: &str) -> String {
        format!("other=1; {}", set_cookie.split(';').next().unwrap())
    }

    #[test]
    fn a_session_is_resumed_only_with_the_key_and_the_password_it_was_begun_with() {
        let key = SessionKey::random();
        let sessions = Sessions::new(users("one"), key.clone());
        let dev = Principal { name: "dev".into(), roles: Roles::from_iter(["dev"]) };
        let set_cookie = sessions.begin(&dev, true).unwrap();
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=2592000"] {
            assert!(set_cookie.contains(attribute), "{set_cookie} lacks {attribute}");
        }
        assert!(!set_cookie.contains("dev"), "{set_cookie}");

        let cookie = header(&set_cookie);
        assert_eq!(sessions.resume(&cookie), Some(dev));
        assert_eq!(Sessions::new(users("one"), SessionKey::random()).resume(&cookie), None);
        assert_eq!(Sessions::new(users("two"), key).resume(&cookie), None);
        assert_eq!(sessions.resume(&header(&sessions.end())), None);
        for forged in ["", "platus_session", "platus_session=", "platus_session=e30", "platus_session=%00"] {
            assert_eq!(sessions.resume(forged), None, "{forged}");
        }
    }

    #[test]
    fn the_key_survives_a_restart_and_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.key");
        let dev = Principal { name: "dev".into(), roles: Roles::from_iter(["dev"]) };
        let first = Sessions::new(users("one"), SessionKey::load_or_create(&path).unwrap());
        let cookie = header(&first.begin(&dev, false).unwrap());
        let second = Sessions::new(users("one"), SessionKey::load_or_create(&path).unwrap());
        assert_eq!(second.resume(&cookie), Some(dev));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        std::fs::write(&path, "short").unwrap();
        assert_eq!(SessionKey::load_or_create(&path).err().unwrap().kind(), io::ErrorKind::InvalidData);
    }
}
