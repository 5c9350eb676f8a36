use super::socket::EchoSocket;
use net::deadline::Deadline;
use net::excerpt::shortened;
use std::io::{self, ErrorKind};
use std::time::Duration;
use system::exhaustion::Exhausted;
use tokio::time::{Instant, timeout_at};

/// Pause between two pings.
const INTERVAL: Duration = Duration::from_millis(200);

/// Minimum time to wait for the last replies of a host that has replied before.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The pings of one check.
#[derive(Debug)]
pub(super) struct Round {
    /// Round-trip time of each ping; `None` without a reply.
    trips: Vec<Option<Duration>>,
    /// The error that the network reported, if any.
    pub(super) refusal: Option<String>,
}

impl Round {
    pub(super) fn new(trips: Vec<Option<Duration>>) -> Self {
        Self { trips, refusal: None }
    }

    /// Sends `count` pings and waits for the replies. Fails if the first cannot be sent, or if this machine runs out of a
    /// resource.
    pub(super) async fn of(count: u16, socket: &EchoSocket, deadline: Deadline) -> io::Result<Self> {
        let mut round = Self::new(Vec::new());
        let mut sent_at: Vec<Instant> = Vec::new();
        let mut refused = 0;
        while round.answered() + refused < usize::from(count) {
            let left_to_send = count - sent_at.len() as u16;
            let pause = if left_to_send > 0 { Some(INTERVAL) } else { round.patience() };
            let next = match (sent_at.last(), pause) {
                (None, _) => Instant::now(),
                (Some(last), Some(pause)) => deadline.end.min(*last + pause),
                (Some(_), None) => deadline.end,
            };
            match timeout_at(next, socket.receive()).await {
                Ok(Ok(sequence)) => round.note(sequence, &sent_at),
                Ok(Err(error)) if Exhausted::of(&error).is_some() => return Err(error),
                Ok(Err(error)) => {
                    refused += 1;
                    round.refusal = Some(refusal(&error));
                }
                Err(_) if left_to_send == 0 || next == deadline.end => break,
                Err(_) => {
                    let sequence = sent_at.len() as u16;
                    sent_at.push(Instant::now());
                    round.trips.push(None);
                    match socket.send(sequence).await {
                        Err(error) if sequence == 0 || Exhausted::of(&error).is_some() => return Err(error),
                        Err(error) => {
                            refused += 1;
                            round.refusal = Some(refusal(&error));
                        }
                        Ok(()) => {}
                    }
                }
            }
        }
        Ok(round)
    }

    /// Records a reply. Only the first reply to a ping counts.
    fn note(&mut self, sequence: u16, sent_at: &[Instant]) {
        let sequence = usize::from(sequence);
        if let (Some(trip), Some(sent)) = (self.trips.get_mut(sequence), sent_at.get(sequence)) {
            trip.get_or_insert(sent.elapsed());
        }
    }

    /// How long to wait for the last replies: a multiple of the slowest so far. `None`, until the deadline, if there were none.
    fn patience(&self) -> Option<Duration> {
        self.slowest().map(|slowest| SHORTEST_WAIT.max(slowest * 3))
    }

    pub(super) fn sent(&self) -> usize {
        self.trips.len()
    }

    pub(super) fn lost(&self) -> usize {
        self.sent() - self.answered()
    }

    /// In percent, with one decimal.
    pub(super) fn loss(&self) -> f64 {
        (self.lost() as f64 / self.sent().max(1) as f64 * 1000.0).round() / 10.0
    }

    pub(super) fn fastest(&self) -> Option<Duration> {
        self.answers().min()
    }

    pub(super) fn slowest(&self) -> Option<Duration> {
        self.answers().max()
    }

    /// `None` without a reply.
    pub(super) fn average(&self) -> Option<Duration> {
        let n_answers = u32::try_from(self.answered()).ok()?;
        self.answers().sum::<Duration>().checked_div(n_answers)
    }

    fn answered(&self) -> usize {
        self.answers().count()
    }

    fn answers(&self) -> impl Iterator<Item = Duration> {
        self.trips.iter().copied().flatten()
    }
}

fn refusal(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::HostUnreachable => "the network says: host unreachable".to_owned(),
        ErrorKind::NetworkUnreachable => "the network says: network unreachable".to_owned(),
        _ => shortened(&error.to_string()),
    }
}
