//! Rate limit of logins: counts wrong passwords per user, per network of several widths, and per pair of both.

use super::networks::{self, Network, Width};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// What is counted, each with its own limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Counted {
    /// Wrong passwords from a network for a user.
    Pair(Network, String),
    /// The same from one client, with a slower refill: they decide whether it is delayed because of others.
    Strikes(Network, String),
    /// Wrong passwords from a network for any user: a few passwords tried on many names.
    Network(Network),
    /// Wrong passwords for a user from anywhere: a distributed attack.
    User(String),
}

/// A token bucket: how many wrong passwords are allowed at once, and how long until one more is.
struct Limit {
    burst: u32,
    refill: Duration,
}

const fn limit(burst: u32, refill: u64) -> Limit {
    Limit { burst, refill: Duration::from_millis(refill) }
}

/// A client with at most so many wrong passwords for a user is not delayed because of other clients.
const CLEAN: u32 = 3;

const STRIKES: Limit = limit(CLEAN + 1, 600_000);
const USER: Limit = limit(100, 1000);

/// Counts in memory at most, each of some hundred bytes. The oldest are dropped.
const REMEMBERED: usize = 60_000;

/// Counts wrong passwords. Right ones are not counted and not delayed, so that an attacker cannot lock out a user.
#[derive(Default)]
pub(super) struct LoginRateLimiter {
    failures: Mutex<HashMap<Counted, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    /// When the count was last updated.
    since: Instant,
}

impl Counted {
    /// A wider network has more clients and so more failures, but fewer per client.
    const fn limit(&self) -> Limit {
        match self {
            Self::Pair(network, _) => match network.width {
                Width::Client => limit(20, 3000),
                Width::Home => limit(40, 2000),
                Width::Site | Width::Provider => limit(80, 1000),
            },
            Self::Network(network) => match network.width {
                Width::Client => limit(100, 1000),
                Width::Home => limit(200, 500),
                Width::Site => limit(400, 250),
                Width::Provider => limit(1600, 100),
            },
            Self::Strikes(..) => STRIKES,
            Self::User(_) => USER,
        }
    }
}

impl Failures {
    /// The count at `now`, after the refill.
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

impl LoginRateLimiter {
    /// How long to wait before the next attempt. `None` if it is allowed now.
    pub(super) fn wait(&self, address: IpAddr, user: &str, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock();
        let at = |counted: &Counted| failures.get(counted).map_or(0, |failures| failures.at(now, &counted.limit()).count);
        let wait = |counted: &Counted| failures.get(counted)?.at(now, &counted.limit()).wait(now, &counted.limit());
        let mut longest = None;
        let mut is_clean = false;
        for network in networks::of(address).filter(|network| network.width < Width::Provider) {
            if network.width == Width::Client {
                is_clean = at(&Counted::Strikes(network, user.to_owned())) <= CLEAN;
            }
            // IPv4 addresses are scarce, and a /24 often has unrelated clients: a client without failures is not delayed because of others.
            if network.net.addr().is_ipv4() && network.width > Width::Client && is_clean {
                continue;
            }
            longest = longest.max(wait(&Counted::Pair(network, user.to_owned()))).max(wait(&Counted::Network(network)));
        }
        longest.max(wait(&Counted::User(user.to_owned())).filter(|_| !is_clean))
    }

    /// The number of recent wrong passwords, from the networks of this address for any user, and from anywhere for this user. Those of the
    /// client itself for this user count longer.
    pub(super) fn suspicion(&self, address: IpAddr, user: &str, now: Instant) -> u32 {
        let failures = self.failures.lock();
        let of = |counted: Counted| failures.get(&counted).map_or(0, |failures| failures.at(now, &counted.limit()).count);
        let of_networks = networks::of(address).map(|network| {
            let strikes = if network.width == Width::Client { of(Counted::Strikes(network, user.to_owned())) } else { 0 };
            of(Counted::Network(network)) + strikes
        });
        of_networks.sum::<u32>() + of(Counted::User(user.to_owned()))
    }

    /// Counts a wrong password.
    pub(super) fn failed(&self, address: IpAddr, user: &str, now: Instant) {
        let mut failures = self.failures.lock();
        let mut note = |counted: Counted| {
            make_room(&mut failures, &counted, now);
            let limit = counted.limit();
            let entry = failures.entry(counted).or_insert(Failures { count: 0, since: now });
            *entry = entry.at(now, &limit);
            // More guesses do not extend the delay, because it also applies to the user with the right password.
            entry.count = entry.count.saturating_add(1).min(limit.burst);
        };
        for network in networks::of(address) {
            note(Counted::Network(network));
            if network.width < Width::Provider {
                note(Counted::Pair(network, user.to_owned()));
            }
            if network.width == Width::Client {
                note(Counted::Strikes(network, user.to_owned()));
            }
        }
        note(Counted::User(user.to_owned()));
    }
}

fn make_room(failures: &mut HashMap<Counted, Failures>, counted: &Counted, now: Instant) {
    if failures.len() < REMEMBERED || failures.contains_key(counted) {
        return;
    }
    failures.retain(|counted, failures| failures.at(now, &counted.limit()).count > 0);
    if failures.len() >= REMEMBERED {
        // A quarter at once, so that a distributed attack does not cost a search each time.
        let mut ages: Vec<_> = failures.values().map(|failures| failures.since).collect();
        let quarter = ages.len() / 4;
        let (_, cut, _) = ages.select_nth_unstable(quarter);
        let cut = *cut;
        failures.retain(|_, failures| failures.since > cut);
    }
}

#[cfg(test)]
mod tests;
