//! Cache of verified credentials, so that a program which polls every second does not cost a slow verification each time.

use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use rustls::crypto::ring;
use sha2::Sha256;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long after their last use credentials are accepted without another verification.
const FRESH: Duration = Duration::from_secs(60);

/// How long credentials count as known. Their requests are not delayed by the rate limiter.
const KNOWN: Duration = Duration::from_secs(24 * 3600);

/// Cached credentials at most. The least recently used are dropped.
const REMEMBERED: usize = 10_000;

/// A keyed digest of name, password and stored password. It reveals nothing about them outside of this process.
pub(super) type Seal = [u8; 32];

pub(super) struct CredentialCache {
    /// Random for each process, and never stored.
    key: [u8; 32],
    used: Mutex<HashMap<Seal, Instant>>,
}

/// What the cache knows of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Verified within the last minute.
    Fresh,
    /// Verified within the last day.
    Known,
    Unknown,
}

impl CredentialCache {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        // Without random numbers the key would be predictable, so nothing is cached.
        let is_random = ring::default_provider().secure_random.fill(&mut key).is_ok();
        if !is_random {
            tracing::warn!("The system provides no random numbers; credentials are verified each time.");
        }
        Self { key, used: Mutex::default() }
    }

    /// `fingerprint` is that of the user, so that a change of the password invalidates all entries.
    pub(super) fn seal(&self, name: &str, password: &str, fingerprint: &[u8; 32]) -> Option<Seal> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok().filter(|_| self.key != [0; 32])?;
        mac.update(fingerprint);
        mac.update(&u64::try_from(name.len()).unwrap_or(u64::MAX).to_le_bytes());
        mac.update(name.as_bytes());
        mac.update(password.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }

    /// What the cache knows of these credentials. Records their use if they are fresh.
    pub(super) fn standing(&self, seal: &Seal, now: Instant) -> Standing {
        let mut used = self.used.lock();
        let Some(last) = used.get_mut(seal) else { return Standing::Unknown };
        match now.saturating_duration_since(*last) {
            ago if ago < FRESH => {
                *last = now;
                Standing::Fresh
            }
            ago if ago < KNOWN => Standing::Known,
            _ => {
                used.remove(seal);
                Standing::Unknown
            }
        }
    }

    /// Records that they were verified.
    pub(super) fn note(&self, seal: Seal, now: Instant) {
        let mut used = self.used.lock();
        if used.len() >= REMEMBERED
            && !used.contains_key(&seal)
            && let Some(oldest) = used.iter().min_by_key(|(_, last)| **last).map(|(seal, _)| *seal)
        {
            used.remove(&oldest);
        }
        used.insert(seal, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_right_is_fresh_while_it_is_used_and_known_for_a_day() {
        let (verified, start) = (CredentialCache::new(), Instant::now());
        let seal = verified.seal("dev", "one", &[1; 32]).unwrap();
        assert_eq!(verified.standing(&seal, start), Standing::Unknown);
        verified.note(seal, start);
        let mut now = start;
        for _ in 0..10 {
            now += FRESH - Duration::from_secs(1);
            assert_eq!(verified.standing(&seal, now), Standing::Fresh);
        }
        assert_eq!(verified.standing(&seal, now + FRESH), Standing::Known);
        assert_eq!(verified.standing(&seal, now + KNOWN), Standing::Unknown);
    }

    #[test]
    fn every_part_of_the_credentials_counts() {
        let verified = CredentialCache::new();
        let seal = |name, password, fingerprint| verified.seal(name, password, &[fingerprint; 32]).unwrap();
        let right = seal("dev", "one", 1);
        for other in
            [seal("dev", "two", 1), seal("ops", "one", 1), seal("dev", "one", 2), seal("devo", "ne", 1), seal("", "devone", 1)]
        {
            assert_ne!(other, right);
        }
        assert_ne!(CredentialCache::new().seal("dev", "one", &[1; 32]).unwrap(), right);
    }

    #[test]
    fn memory_is_bounded() {
        let (verified, start) = (CredentialCache::new(), Instant::now());
        for number in 0..REMEMBERED + 50 {
            let seal = verified.seal(&number.to_string(), "", &[0; 32]).unwrap();
            verified.note(seal, start + Duration::from_millis(number as u64));
        }
        assert_eq!(verified.used.lock().len(), REMEMBERED);
    }
}
