//! Slows down the guessing of passwords.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is counted, each with its own limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Counted {
    /// Wrong passwords from an address for a user.
    Pair(IpAddr, String),
    /// From an address for anybody: some passwords tried on many names.
    Address(IpAddr),
    /// For a user from anywhere: many addresses that work together.
    User(String),
}

/// How many wrong passwords are forgiven at once, and after how long one more is.
struct Limit {
    burst: u32,
    refill: Duration,
}

const PAIR: Limit = Limit { burst: 20, refill: Duration::from_secs(3) };
const ADDRESS: Limit = Limit { burst: 100, refill: Duration::from_secs(1) };
const USER: Limit = Limit { burst: 100, refill: Duration::from_secs(1) };

/// An address that has failed no more often than this for a user is not held up because of other addresses: whoever is right comes in,
/// however many others guess.
const CLEAN: u32 = 3;

/// Counts that are remembered. Beyond it those that began longest ago are forgotten.
const REMEMBERED: usize = 30_000;

/// Counts wrong passwords. Right ones are not its business, so that nobody who is known is held up by somebody who guesses.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<Counted, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    /// From when on the count is as it stands.
    since: Instant,
}

impl Counted {
    const fn limit(&self) -> &'static Limit {
        match self {
            Self::Pair(..) => &PAIR,
            Self::Address(_) => &ADDRESS,
            Self::User(_) => &USER,
        }
    }
}

impl Failures {
    /// With what has been forgiven by `now` taken off.
    fn at(self, now: Instant, limit: &Limit) -> Self {
        let passed = now.saturating_duration_since(self.since);
        let forgiven = u32::try_from(passed.as_millis() / limit.refill.as_millis()).unwrap_or(u32::MAX);
        match self.count.checked_sub(forgiven) {
            None | Some(0) => Self { count: 0, since: now },
            Some(count) => Self { count, since: self.since + limit.refill * forgiven },
        }
    }

    /// How long to wait for the next attempt.
    fn wait(self, now: Instant, limit: &Limit) -> Option<Duration> {
        (self.count >= limit.burst).then(|| (self.since + limit.refill).saturating_duration_since(now))
    }
}

impl Throttle {
    /// How long to wait before the next attempt; nothing when it may be made now.
    pub fn wait(&self, address: IpAddr, user: &str, now: Instant) -> Option<Duration> {
        let address = network(address);
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |counted: &Counted| failures.get(counted).map(|failures| failures.at(now, counted.limit()));
        let pair = at(&Counted::Pair(address, user.to_owned()));
        let of_pair = pair.and_then(|failures| failures.wait(now, &PAIR));
        let of_address = at(&Counted::Address(address)).and_then(|failures| failures.wait(now, &ADDRESS));
        let of_user = at(&Counted::User(user.to_owned())).and_then(|failures| failures.wait(now, &USER));
        let is_clean = pair.is_none_or(|failures| failures.count <= CLEAN);
        of_pair.max(of_address).max(of_user.filter(|_| !is_clean))
    }

    /// Takes note of a wrong password.
    pub fn failed(&self, address: IpAddr, user: &str, now: Instant) {
        let address = network(address);
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for counted in [Counted::Pair(address, user.to_owned()), Counted::Address(address), Counted::User(user.to_owned())] {
            make_room(&mut failures, &counted, now);
            let limit = counted.limit();
            let entry = failures.entry(counted).or_insert(Failures { count: 0, since: now });
            *entry = entry.at(now, limit);
            // Guessing on and on does not make the wait longer, since it is the same for whoever is right.
            entry.count = entry.count.saturating_add(1).min(limit.burst);
        }
    }
}

fn make_room(failures: &mut HashMap<Counted, Failures>, counted: &Counted, now: Instant) {
    if failures.len() < REMEMBERED || failures.contains_key(counted) {
        return;
    }
    failures.retain(|counted, failures| failures.at(now, counted.limit()).count > 0);
    if failures.len() >= REMEMBERED {
        // A quarter at once, so that an attack from everywhere does not cost a search each time.
        let mut ages: Vec<_> = failures.values().map(|failures| failures.since).collect();
        let quarter = ages.len() / 4;
        let (_, cut, _) = ages.select_nth_unstable(quarter);
        let cut = *cut;
        failures.retain(|_, failures| failures.since > cut);
    }
}

/// What belongs to one subscriber: the address, and of version 6 the first half, since the other half is theirs to choose.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
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
        for _ in 0..PAIR.burst {
            assert_eq!(throttle.wait(HERE, "admin", start), None);
            throttle.failed(HERE, "admin", start);
        }
        assert_eq!(throttle.wait(HERE, "admin", start), Some(PAIR.refill));
        assert_eq!(throttle.wait(HERE, "admin", start + PAIR.refill), None, "one is forgiven");
        throttle.failed(HERE, "admin", start + PAIR.refill);
        assert_eq!(throttle.wait(HERE, "admin", start + PAIR.refill), Some(PAIR.refill));
        assert_eq!(throttle.wait(HERE, "admin", start + PAIR.refill * 1000), None, "all are forgiven in time");
    }

    #[test]
    fn another_address_or_user_is_not_held_up() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        (0..PAIR.burst * 2).for_each(|_| throttle.failed(HERE, "admin", now));
        assert!(throttle.wait(HERE, "admin", now).is_some());
        assert_eq!(throttle.wait(THERE, "admin", now), None);
        assert_eq!(throttle.wait(HERE, "dev", now), None);
    }

    #[test]
    fn one_password_on_many_names_is_guessing_too() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        (0..ADDRESS.burst).for_each(|user| throttle.failed(HERE, &user.to_string(), now));
        assert_eq!(throttle.wait(HERE, "never tried", now), Some(ADDRESS.refill));
        assert_eq!(throttle.wait(THERE, "never tried", now), None);
    }

    #[test]
    fn many_addresses_that_guess_do_not_keep_a_clean_one_out() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let address = |number: u32| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number));
        for round in 0..10 {
            (0..1000).filter(|number| number % 10 >= round).for_each(|number| throttle.failed(address(number), "admin", now));
        }
        assert!(throttle.wait(address(9), "admin", now).is_some(), "it has guessed ten times");
        assert_eq!(throttle.wait(address(0), "admin", now), None, "it was wrong once");
        assert_eq!(throttle.wait(HERE, "admin", now), None);
    }

    #[test]
    fn a_subscriber_with_many_addresses_is_one() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let address = |network: u16, host: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host));
        (0..PAIR.burst as u16).for_each(|host| throttle.failed(address(1, host), "admin", now));
        assert!(throttle.wait(address(1, 999), "admin", now).is_some());
        assert_eq!(throttle.wait(address(2, 0), "admin", now), None);
        let mapped = IpAddr::V6(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped());
        assert_eq!(network(mapped), HERE);
    }

    #[test]
    fn memory_is_bounded() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for user in 0..REMEMBERED {
            throttle.failed(HERE, &user.to_string(), now + Duration::from_micros(user as u64));
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED);
    }
}
