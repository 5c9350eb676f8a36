use rustls::crypto::ring;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Identifies a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// `None` if the system provides no random numbers.
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
