//! File descriptors: how many this process may have, and who gets how many of them. Every connection, program and file needs one, so
//! that without shares a stranger who opens connections takes those that the checks and the store need.

use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};
use std::sync::OnceLock;

/// More are never asked for: this is enough for all shares, and some programs look at each number up to the limit when they start.
const ENOUGH: u64 = 65_536;

/// Below this number hardly anything works.
const TOO_FEW: u64 = 256;

/// A run of a check has this many at most: a program with its two outputs, its process and the pipe that starts it.
const OF_A_CHECK: u64 = 4;

/// The soft limit with which the process was started.
static INHERITED: OnceLock<Option<u64>> = OnceLock::new();

/// How many of each may exist at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Connections of clients to the page and the API. At most 8,192.
    pub connections: usize,
    /// Connections of one client address (of one /64 network with IPv6).
    pub connections_per_address: usize,
    /// Event streams, each of which has a connection. At most 2,000.
    pub streams: usize,
    /// Runs of checks. At most 2,048.
    pub checks: usize,
}

impl Shares {
    /// Half of the descriptors are for checks, a quarter is for clients. The rest belongs to the store, the channels and Vault.
    pub fn of(limit: u64) -> Self {
        let limit = limit.max(TOO_FEW);
        let share = |number: u64, most: usize| usize::try_from(number).map_or(most, |number| number.min(most));
        let connections = share(limit / 4, 8192);
        Self {
            connections,
            connections_per_address: connections / 4,
            streams: share(limit / 8, 2000),
            checks: share(limit / 2 / OF_A_CHECK, 2048),
        }
    }
}

/// Raises the soft limit of the process as far as the hard one allows, and returns it. Service managers set a low soft limit for the
/// sake of old programs, which this one is not.
pub fn raise_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    INHERITED.set(current).ok();
    let wanted = maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let Some(current) = current.filter(|current| *current < wanted) else { return current.unwrap_or(ENOUGH) };
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(limit = current, %error, "The limit of open files cannot be raised.");
            current
        }
    }
}

/// The limit as it is now.
pub fn limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH)
}

/// How many are in use. When not even one is left to find that out, as many as the limit allows.
pub fn open() -> u64 {
    let entries = std::fs::read_dir("/proc/self/fd").map(|entries| entries.count() as u64);
    // One of them was that of the folder itself.
    entries.map_or_else(|_| limit(), |entries| entries.saturating_sub(1))
}

/// Gives another process the soft limit that this one was started with: programs that use `select` break above 1,024.
pub fn restore_limit(process: Pid) -> Result<(), Errno> {
    let Some(Some(inherited)) = INHERITED.get() else { return Ok(()) };
    prlimit(Some(process), Resource::Nofile, Rlimit { current: Some(*inherited), maximum: getrlimit(Resource::Nofile).maximum })
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_from_the_limit_and_leave_some_for_the_rest() {
        let of = |limit| {
            let Shares { connections, connections_per_address, streams, checks } = Shares::of(limit);
            (connections, connections_per_address, streams, checks)
        };
        assert_eq!(of(1024), (256, 64, 128, 128));
        assert_eq!(of(ENOUGH), (8192, 2048, 2000, 2048));
        assert_eq!(of(0), of(TOO_FEW));
        for limit in [TOO_FEW, 1024, 4096, 16_384, ENOUGH] {
            let shares = Shares::of(limit);
            let used = shares.connections as u64 + shares.checks as u64 * OF_A_CHECK;
            assert!(used <= limit / 4 * 3, "{limit}: {shares:?}");
            assert!(shares.streams < shares.connections, "{limit}: {shares:?}");
        }
    }
}
