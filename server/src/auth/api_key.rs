//! One API key. Only its digest is stored.

use super::principal::Permission;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use model::Roles;
use rustls::crypto::ring;
use sha2::{Digest, Sha256};

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

/// A digest as 64 hexadecimal digits.
pub fn hex_of_digest(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest with these digits. `None` if they are not 64 hexadecimal ones.
pub fn digest_of_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())?;
    }
    Some(digest)
}

/// The digest of a text that looks like a key. `None` for other texts.
pub(super) fn digest_of(text: &str) -> Option<[u8; 32]> {
    text.starts_with(PREFIX).then(|| digest(text))
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
