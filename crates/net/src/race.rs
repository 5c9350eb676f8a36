//! Connects to whichever of several addresses answers first (RFC 8305, "Happy Eyeballs").

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

/// How long an address is waited for before the next one is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// Most addresses that are tried.
const MOST_ADDRESSES: usize = 16;

/// Most addresses that are named in a message.
const MOST_NAMED: usize = 4;

/// What became of the connection to one address.
#[derive(Debug)]
pub struct Attempt {
    address: IpAddr,
    lacks_zone: bool,
    begun: Instant,
    /// How long it took to fail, and why. Absent while there is no answer.
    failed: Option<io::Error>,
}

/// A connection, and the addresses that were tried before it and did not answer.
#[derive(Debug)]
pub struct Winner {
    pub stream: TcpStream,
    pub address: SocketAddr,
    pub others: Vec<Attempt>,
}

/// Begins with the first address, and with each next one after a quarter of a second, or at once when one has failed. With little time
/// left until the deadline the pauses are shorter, so that every address gets a share. Fails with one attempt for each address.
pub async fn race(addresses: &[SocketAddr], deadline: Deadline) -> Result<Winner, Vec<Attempt>> {
    let mut waiting = interleaved(addresses);
    let shares = u32::try_from(waiting.len()).unwrap_or(u32::MAX).saturating_add(1);
    let pause = HEAD_START.min(deadline.end.saturating_duration_since(Instant::now()) / shares);
    let mut running = FuturesUnordered::new();
    let mut attempts: Vec<Attempt> = Vec::new();
    loop {
        if let Some(address) = waiting.pop_front() {
            let number = attempts.len();
            attempts.push(Attempt { address: address.ip(), lacks_zone: lacks_zone(&address), begun: Instant::now(), failed: None });
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

/// Alternates between the versions of IP, beginning with that of the first address, so that one which does not work at all costs a
/// single pause. The order is kept otherwise: the resolver has sorted them.
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
    pub fn failed(&self) -> Option<&io::Error> {
        self.failed.as_ref()
    }

    /// Whether it says something about the server. That this machine has no address of that version of IP does not, nor that a server
    /// on this machine listens on one of the addresses of `localhost` only.
    pub fn is_of_interest(&self) -> bool {
        match self.failed.as_ref().map(io::Error::kind) {
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported) => false,
            Some(io::ErrorKind::ConnectionRefused) => !self.address.is_loopback(),
            _ => true,
        }
    }

    /// How to write the address, when it failed for lack of the zone.
    pub fn zone_advice(&self) -> Option<String> {
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

/// What this machine had no more of for any of the addresses. That it has no address of one version of IP is no reason for the others.
pub fn exhausted(attempts: &[Attempt]) -> Option<Exhausted> {
    let mut reasons = attempts.iter().filter_map(Attempt::failed).filter_map(Exhausted::of);
    let is_alike = common_failure(attempts).is_some();
    reasons.find(|reason| *reason != Exhausted::Ports || is_alike)
}

/// Whether it is known that no address was tried to its end, and why: for lack of something on this side.
pub fn is_local(attempts: &[Attempt]) -> bool {
    exhausted(attempts).is_some() || (!attempts.is_empty() && attempts.iter().all(|attempt| attempt.zone_advice().is_some()))
}

/// For example `192.0.2.1 no answer within 5 s, 192.0.2.2 refused`.
pub fn describe<'a>(attempts: impl IntoIterator<Item = &'a Attempt>) -> String {
    let told: Vec<_> = attempts.into_iter().map(Attempt::describe).collect();
    let rest = match told.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", told.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", "))
}

/// The one reason of all attempts, if they have failed for the same one.
pub fn common_failure(attempts: &[Attempt]) -> Option<&io::Error> {
    let first = attempts.first()?.failed()?;
    let is_same = |attempt: &Attempt| attempt.failed().is_some_and(|error| error.kind() == first.kind());
    attempts.iter().all(is_same).then_some(first)
}

/// With one digit after the point, or two below a second, where they are not 0.
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
    async fn all_that_failed_are_told() {
        let hole = BlackHole::anywhere();
        let attempts = race(&[hole.address, closed().await], soon()).await.unwrap_err();
        let told = describe(&attempts);
        assert!(told.starts_with("127.0.0.1 no answer within 0.") && told.ends_with(" s, 127.0.0.1 refused"), "{told}");
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
