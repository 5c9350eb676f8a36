use super::socket::EchoSocket;
use net::deadline::Deadline;
use net::failure::shortened;
use std::io::{self, ErrorKind};
use std::time::Duration;
use system::exhaustion::Exhausted;
use tokio::time::{Instant, timeout_at};

/// Between two pings, so that they are no flood.
const INTERVAL: Duration = Duration::from_millis(200);

/// How long the last answers of a host that does answer are waited for at least.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The pings of one check.
#[derive(Debug)]
pub(super) struct Round {
    /// How long the answer to each that was sent took; `None` where none came.
    trips: Vec<Option<Duration>>,
    /// What the network said instead of an answer, if it did.
    pub(super) refusal: Option<String>,
}

impl Round {
    pub(super) fn new(trips: Vec<Option<Duration>>) -> Self {
        Self { trips, refusal: None }
    }

    /// Sends so many pings, and waits for what comes of them. Fails when the first cannot be sent, or this machine has
    /// nothing left to send another with.
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

    /// Of two answers to one ping the first counts.
    fn note(&mut self, sequence: u16, sent_at: &[Instant]) {
        let sequence = usize::from(sequence);
        if let (Some(trip), Some(sent)) = (self.trips.get_mut(sequence), sent_at.get(sequence)) {
            trip.get_or_insert(sent.elapsed());
        }
    }

    /// How long to wait for the last answers, which take about as long as those before them. Forever, if there were none.
    fn patience(&self) -> Option<Duration> {
        self.slowest().map(|slowest| SHORTEST_WAIT.max(slowest * 3))
    }

    pub(super) fn sent(&self) -> usize {
        self.trips.len()
    }

    pub(super) fn lost(&self) -> usize {
        self.sent() - self.answered()
    }

    /// In percent, with one digit after the point.
    pub(super) fn loss(&self) -> f64 {
        (self.lost() as f64 / self.sent().max(1) as f64 * 1000.0).round() / 10.0
    }

    pub(super) fn fastest(&self) -> Option<Duration> {
        self.answers().min()
    }

    pub(super) fn slowest(&self) -> Option<Duration> {
        self.answers().max()
    }

    /// `None` without any answer.
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
