//! Passwords as `users.yaml` has them: plain, or an argon2 hash in PHC format.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a password is compared with. Neither printable nor serialisable.
#[derive(Clone)]
pub enum StoredPassword {
    /// It is not known yet; nothing matches it.
    Absent,
    /// The digest of a plain password. Comparing digests takes the same time whatever the length of what was typed.
    Plain([u8; 32]),
    /// A PHC string.
    Hash(String),
}

impl StoredPassword {
    /// Reads what stands in `users.yaml`. Text that only looks like a hash is a plain password.
    pub fn new(text: &str) -> Self {
        match PasswordHash::new(text) {
            Ok(_) if text.starts_with("$argon2") => Self::Hash(text.to_owned()),
            _ => Self::Plain(digest(text)),
        }
    }

    /// Whether verifying takes long enough that it must not run on an async thread.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Hash(_))
    }

    /// Whether this is the password.
    pub fn matches(&self, password: &str) -> bool {
        match self {
            Self::Absent => false,
            Self::Plain(expected) => expected.ct_eq(&digest(password)).into(),
            Self::Hash(phc) => {
                PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            }
        }
    }

    /// Changes when the password is changed. It tells nothing about the password to anybody without the key of the sessions, since it
    /// only ever stands in an encrypted cookie.
    pub fn fingerprint(&self) -> [u8; 32] {
        match self {
            Self::Absent => [0; 32],
            Self::Plain(password) => digest_bytes(password),
            Self::Hash(phc) => digest(phc),
        }
    }
}

/// Whether this was meant as a hash and cannot be one, for instance since it was cut off. As a plain password it would let in whoever has
/// seen the file.
pub fn is_broken_hash(text: &str) -> bool {
    let is_meant = ["$argon2id$", "$argon2i$", "$argon2d$"].iter().any(|begin| text.starts_with(begin));
    is_meant && PasswordHash::new(text).map_or(true, |hash| hash.hash.is_none())
}

/// Hashes a password with argon2id and a random salt, as a PHC string for `users.yaml`.
pub fn hash(password: &str) -> Result<String, Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn digest(text: &str) -> [u8; 32] {
    digest_bytes(text.as_bytes())
}

fn digest_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_that_is_cut_off_is_no_password() {
        let hashed = hash("admin").unwrap();
        assert!(!is_broken_hash(&hashed) && !is_broken_hash("admin") && !is_broken_hash("$argon2 is not a hash"));
        let (without_end, _) = hashed.rsplit_once('$').unwrap();
        for broken in [without_end, "$argon2id$v=19$m=19456,t=2,p=1$…", "$argon2id$v=19$broken", &format!("{hashed}$!!!")] {
            assert!(is_broken_hash(broken), "{broken}");
        }
    }

    #[test]
    fn plain_and_hashed_passwords_match_only_themselves() {
        for password in ["admin", "", "pässwörd", "12345", "$argon2 is not a hash", "a b\tc"] {
            let hashed = hash(password).unwrap();
            for stored in [StoredPassword::new(password), StoredPassword::new(&hashed)] {
                assert!(stored.matches(password), "{password}");
                assert!(!stored.matches(&format!("{password}x")), "{password}");
                assert!(!stored.matches("other"), "{password}");
            }
            assert!(StoredPassword::new(&hashed).is_slow());
            assert!(!StoredPassword::new(&hashed).matches(&hashed), "the hash itself is not the password");
        }
    }

    #[test]
    fn a_changed_password_has_another_fingerprint() {
        assert_ne!(StoredPassword::new("a").fingerprint(), StoredPassword::new("b").fingerprint());
        assert_eq!(StoredPassword::new("a").fingerprint(), StoredPassword::new("a").fingerprint());
        assert_ne!(StoredPassword::new(&hash("a").unwrap()).fingerprint(), StoredPassword::new(&hash("a").unwrap()).fingerprint());
    }
}
