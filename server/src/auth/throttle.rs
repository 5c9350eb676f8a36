//! Slows down the guessing of passwords.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong passwords that are forgiven at once.
const BURST: u32 = 20;

/// After so long one more is forgiven.
const REFILL: Duration = Duration::from_secs(3);

/// Pairs of address and user that are remembered. Beyond it the one that failed longest ago is forgotten.
const REMEMBERED: usize = 10_000;

/// Counts wrong passwords by address and user, so that an attacker elsewhere does not keep the right user out.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<(IpAddr, String), Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    /// From when on the count is as it stands.
    since: Instant,
}

impl Failures {
    /// With what has been forgiven by `now` taken off.
    fn at(self, now: Instant) -> Self {
        let passed = now.saturating_duration_since(self.since);
        let forgiven = u32::try_from(passed.as_millis() / REFILL.as_millis()).unwrap_or(u32::MAX);
        match self.count.checked_sub(forgiven) {
            None | Some(0) => Self { count: 0, since: now },
            Some(count) => Self { count, since: self.since + REFILL * forgiven },
        }
    }
}

impl Throttle {
    /// How long to wait before the next attempt; nothing when it may be made now.
    pub fn wait(&self, address: IpAddr, user: &str, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = failures.get(&(address, user.to_owned()))?.at(now);
        (failures.count >= BURST).then(|| (failures.since + REFILL).saturating_duration_since(now))
    }

    /// Takes note of a wrong password.
    pub fn failed(&self, address: IpAddr, user: &str, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (address, user.to_owned());
        if failures.len() >= REMEMBERED && !failures.contains_key(&key) {
            failures.retain(|_, failures| failures.at(now).count > 0);
            if failures.len() >= REMEMBERED
                && let Some(oldest) = failures.iter().min_by_key(|(_, failures)| failures.since).map(|(key, _)| key.clone())
            {
                failures.remove(&oldest);
            }
        }
        let entry = failures.entry(key).or_insert(Failures { count: 0, since: now });
        *entry = entry.at(now);
        entry.count = entry.count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn a_burst_is_forgiven_then_one_at_a_time() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for _ in 0..BURST {
            assert_eq!(throttle.wait(HERE, "admin", start), None);
            throttle.failed(HERE, "admin", start);
        }
        assert_eq!(throttle.wait(HERE, "admin", start), Some(REFILL));
        assert_eq!(throttle.wait(HERE, "admin", start + REFILL), None, "one is forgiven");
        throttle.failed(HERE, "admin", start + REFILL);
        assert_eq!(throttle.wait(HERE, "admin", start + REFILL), Some(REFILL));
        assert_eq!(throttle.wait(HERE, "admin", start + REFILL * 1000), None, "all are forgiven in time");
    }

    #[test]
    fn another_address_or_user_is_not_held_up() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        (0..BURST * 2).for_each(|_| throttle.failed(HERE, "admin", now));
        assert!(throttle.wait(HERE, "admin", now).is_some());
        assert_eq!(throttle.wait(THERE, "admin", now), None);
        assert_eq!(throttle.wait(HERE, "dev", now), None);
    }

    #[test]
    fn memory_is_bounded() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for user in 0..REMEMBERED + 50 {
            throttle.failed(HERE, &user.to_string(), now);
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED);
    }
}
