//! Connects to several addresses of a host and keeps the first connection (RFC 8305, "Happy Eyeballs").

use super::deadline::Deadline;
use super::host::{lacks_zone, zone_advice};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use system::exhaustion::Exhausted;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// Pause before the next address is tried as well.
const HEAD_START: Duration = Duration::from_millis(250);

/// Maximum number of addresses that are tried.
const MOST_ADDRESSES: usize = 16;

/// Maximum number of addresses that a message names.
const MOST_NAMED: usize = 4;

/// The attempt to connect to one address.
#[derive(Debug)]
pub(crate) struct Attempt {
    address: IpAddr,
    lacks_zone: bool,
    begun: Instant,
    /// Why it failed; absent while there is no answer.
    failed: Option<io::Error>,
}

/// The first connection, and the attempts before it that did not succeed.
#[derive(Debug)]
pub(crate) struct Winner {
    pub(crate) stream: TcpStream,
    pub(crate) address: SocketAddr,
    pub(crate) others: Vec<Attempt>,
}

/// Starts with the first address, and tries each further one after 250 ms, or immediately after a failure. Close to the deadline
/// the pauses are shorter, so that every address is tried. The error has one attempt for each address.
pub(crate) async fn race(addresses: &[SocketAddr], deadline: Deadline) -> Result<Winner, Vec<Attempt>> {
    let mut waiting = interleaved(addresses);
    let shares = u32::try_from(waiting.len()).unwrap_or(u32::MAX).saturating_add(1);
    let pause = HEAD_START.min(deadline.end.saturating_duration_since(Instant::now()) / shares);
    let mut running = FuturesUnordered::new();
    let mut attempts: Vec<Attempt> = Vec::new();
    loop {
        if let Some(address) = waiting.pop_front() {
            let number = attempts.len();
            attempts.push(Attempt { address: address.ip(), lacks_zone: lacks_zone(&address), begun: Instant::now(), failed: None });
            #[expect(clippy::disallowed_methods, reason = "this is the dialler")]
            running.push(async move { (number, address, TcpStream::connect(address).await) });
        }
        if running.is_empty() {
            return Err(attempts);
        }
        let wake = if waiting.is_empty() { deadline.end } else { deadline.end.min(Instant::now() + pause) };
        match timeout_at(wake, running.next()).await {
            Ok(Some((number, address, Ok(stream)))) => {
                attempts.remove(number);
                return Ok(Winner { stream, address, others: attempts });
            }
            Ok(Some((number, _, Err(error)))) => attempts[number].failed = Some(error),
            Ok(None) => {}
            Err(_) if Instant::now() >= deadline.end => return Err(attempts),
            Err(_) => {}
        }
    }
}

/// Alternates between IPv4 and IPv6, starting with the version of the first address, so that a version which does not work at all
/// costs only one pause. Otherwise the order of the resolver is kept.
fn interleaved(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let is_first = |address: &&SocketAddr| address.is_ipv4() == addresses[0].is_ipv4();
    let (first, second): (Vec<SocketAddr>, Vec<SocketAddr>) = addresses.iter().partition(is_first);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut order = VecDeque::new();
    while order.len() < MOST_ADDRESSES {
        let pair = [first.next(), second.next()];
        if pair == [None, None] {
            break;
        }
        order.extend(pair.into_iter().flatten());
    }
    order
}

impl Attempt {
    /// Why it failed; `None` when there was no answer.
    pub(crate) fn failed(&self) -> Option<&io::Error> {
        self.failed.as_ref()
    }

    /// Whether the failure says something about the server. It does not if this machine has no address of that IP version, or if a
    /// local server listens on only one of the addresses of `localhost`.
    pub(crate) fn is_of_interest(&self) -> bool {
        match self.failed.as_ref().map(io::Error::kind) {
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported) => false,
            Some(io::ErrorKind::ConnectionRefused) => !self.address.is_loopback(),
            _ => true,
        }
    }

    /// How to write the address, if it failed because the zone is missing.
    pub(crate) fn zone_advice(&self) -> Option<String> {
        self.failed.as_ref().filter(|_| self.lacks_zone)?;
        zone_advice(&SocketAddr::new(self.address, 0).to_string())
    }

    /// For example `192.0.2.1 no answer within 5 s`.
    fn describe(&self) -> String {
        let Self { address, lacks_zone, begun, failed } = self;
        match failed.as_ref().map(io::Error::kind) {
            None => format!("{address} no answer within {} s", seconds(begun.elapsed())),
            Some(io::ErrorKind::ConnectionRefused) => format!("{address} refused"),
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => format!("{address} no route"),
            Some(io::ErrorKind::ConnectionReset) => format!("{address} reset"),
            Some(io::ErrorKind::TimedOut) => format!("{address} no answer"),
            Some(io::ErrorKind::InvalidInput) if *lacks_zone => format!("{address} lacks the zone of a network interface"),
            Some(_) => failed.as_ref().map(|error| format!("{address} {error}")).unwrap_or_default(),
        }
    }
}

/// The resource that this machine ran out of during an attempt. A missing address of one IP version does not count while the other
/// version works.
pub(crate) fn exhausted(attempts: &[Attempt]) -> Option<Exhausted> {
    let mut reasons = attempts.iter().filter_map(Attempt::failed).filter_map(Exhausted::of);
    let is_alike = common_failure(attempts).is_some();
    reasons.find(|reason| *reason != Exhausted::Ports || is_alike)
}

/// Whether all attempts failed on this machine, so that nothing is known about the server.
pub(crate) fn is_local(attempts: &[Attempt]) -> bool {
    exhausted(attempts).is_some() || (!attempts.is_empty() && attempts.iter().all(|attempt| attempt.zone_advice().is_some()))
}

/// For example `192.0.2.1 no answer within 5 s, 192.0.2.2 refused`.
pub(crate) fn describe<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> String {
    let described: Vec<_> = attempts.into_iter().map(Attempt::describe).collect();
    let rest = match described.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", described.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", "))
}

/// The reason of all attempts, if they failed for the same one.
pub(crate) fn common_failure(attempts: &[Attempt]) -> Option<&io::Error> {
    let first = attempts.first()?.failed()?;
    let is_same = |attempt: &Attempt| attempt.failed().is_some_and(|error| error.kind() == first.kind());
    attempts.iter().all(is_same).then_some(first)
}

/// With one decimal, or two below a second; trailing zeros are omitted.
fn seconds(elapsed: Duration) -> f64 {
    let scale = if elapsed < Duration::from_secs(1) { 100.0 } else { 10.0 };
    (elapsed.as_secs_f64() * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::BlackHole;
    use tokio::net::TcpListener;

    async fn open() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    async fn closed() -> SocketAddr {
        open().await.1
    }

    fn soon() -> Deadline {
        Deadline::after(Duration::from_millis(400))
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_leaves_time_for_the_next() {
        let hole = BlackHole::anywhere();
        let (_listener, good) = open().await;
        for timeout in [Duration::from_millis(300), Duration::from_secs(30)] {
            let winner = race(&[hole.address, good], Deadline::after(timeout)).await.unwrap();
            assert_eq!(winner.address, good);
            let [silent] = winner.others.as_slice() else { panic!("{winner:?}") };
            assert!(silent.failed().is_none() && silent.is_of_interest());
            assert!(describe(&winner.others).starts_with("127.0.0.1 no answer within 0."));
        }
    }

    #[tokio::test]
    async fn a_refusal_is_followed_by_the_next_at_once() {
        let (_listener, good) = open().await;
        let winner = race(&[closed().await, good], Deadline::after(Duration::from_secs(30))).await.unwrap();
        assert_eq!((winner.address, describe(&winner.others).as_str()), (good, "127.0.0.1 refused"));
        assert!(!winner.others[0].is_of_interest());
        let alone = race(&[good, closed().await], soon()).await.unwrap();
        assert!(alone.others.is_empty(), "{alone:?}");
    }

    #[tokio::test]
    async fn all_failed_addresses_are_named() {
        let hole = BlackHole::anywhere();
        let attempts = race(&[hole.address, closed().await], soon()).await.unwrap_err();
        let text = describe(&attempts);
        assert!(text.starts_with("127.0.0.1 no answer within 0.") && text.ends_with(" s, 127.0.0.1 refused"), "{text}");
        assert!(common_failure(&attempts).is_none());
        let attempts = race(&[closed().await, closed().await], soon()).await.unwrap_err();
        assert_eq!(common_failure(&attempts).unwrap().kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn versions_of_ip_take_turns() {
        let order = |addresses: &[&str]| {
            let addresses: Vec<SocketAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            interleaved(&addresses).iter().map(|address| address.ip().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            order(&["[::1]:1", "[::2]:1", "[::3]:1", "10.0.0.1:1", "10.0.0.2:1"]),
            ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]
        );
        assert_eq!(order(&["10.0.0.1:1", "[::1]:1"]), ["10.0.0.1", "::1"]);
        assert_eq!(order(&vec!["10.0.0.1:1"; 40]).len(), MOST_ADDRESSES);
        assert!(order(&[]).is_empty());
    }
}
