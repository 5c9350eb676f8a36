//! Collects the answers to one ping, and decides how long to wait for more.

use super::answer;
use super::answer::{Said, Unread};
use super::request::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// Most workers of one service that have a row. The others are counted in its message.
pub(super) const MOST_WORKERS: usize = 1000;

/// How long to wait for unknown workers once all known ones have answered. Workers usually answer within 10 ms of one another, so
/// this finds new ones without a long wait.
const LINGER: Duration = Duration::from_millis(100);

/// The answers to one ping.
pub(super) struct RollCall {
    ticket: String,
    /// Known workers that have not answered yet.
    missing: BTreeSet<String>,
    /// Number of workers that received the ping, if the broker reports it.
    listeners: Option<usize>,
    answers: BTreeMap<String, Answer>,
    replies: usize,
    unread: BTreeMap<Unread, usize>,
    /// Number of workers above the limit.
    left_out: usize,
    asked: Instant,
    window: Duration,
    /// When the last known worker answered.
    complete: Option<Instant>,
}

/// The answer of one worker.
pub(super) struct Answer {
    pub(super) said: Said,
    /// Since the ping.
    pub(super) elapsed: Duration,
}

impl RollCall {
    /// `known` are the expected workers, `window` is the time to wait for answers.
    pub(super) fn new(request: &Request, known: BTreeSet<String>, window: Duration) -> Self {
        Self {
            ticket: request.ticket.clone(),
            missing: known,
            listeners: None,
            answers: BTreeMap::new(),
            replies: 0,
            unread: BTreeMap::new(),
            left_out: 0,
            asked: Instant::now(),
            window,
            complete: None,
        }
    }

    /// The ping is sent now.
    pub(super) fn begin(&mut self) {
        self.asked = Instant::now();
    }

    /// Sets the number of workers that received the ping.
    pub(super) fn heard_by(&mut self, listeners: usize) {
        self.listeners = Some(listeners);
    }

    /// Records a reply, unless it answers another ping.
    pub(super) fn take(&mut self, ticket: Option<&[u8]>, content_type: &str, body: &[u8]) {
        if ticket != Some(self.ticket.as_bytes()) {
            return;
        }
        self.replies += 1;
        let elapsed = self.asked.elapsed();
        match answer::read(content_type, body) {
            Err(reason) => *self.unread.entry(reason).or_default() += 1,
            Ok((name, _)) if self.answers.len() >= MOST_WORKERS && !self.answers.contains_key(&name) => self.left_out += 1,
            Ok((name, said)) => {
                if self.missing.remove(&name) && self.missing.is_empty() {
                    self.complete = Some(Instant::now());
                }
                self.answers.entry(name).or_insert(Answer { said, elapsed });
            }
        }
    }

    /// Whether all workers that received the ping have answered.
    pub(super) fn is_complete(&self) -> bool {
        self.listeners.is_some_and(|listeners| self.replies >= listeners)
    }

    /// Until when to wait for more answers.
    pub(super) fn ends(&self) -> Instant {
        let end = self.asked + self.window;
        match self.complete {
            Some(complete) => end.min(complete + LINGER),
            None => end,
        }
    }

    pub(super) fn answers(&self) -> &BTreeMap<String, Answer> {
        &self.answers
    }

    /// Number of answers, including those without a readable name.
    pub(super) fn replies(&self) -> usize {
        self.replies
    }

    pub(super) fn unread(&self, reason: Unread) -> usize {
        self.unread.get(&reason).copied().unwrap_or_default()
    }

    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(1);

    fn roll_call(known: &[&str]) -> RollCall {
        RollCall::new(&Request::new("celery"), known.iter().map(|name| (*name).to_owned()).collect(), WINDOW)
    }

    fn pong(roll_call: &mut RollCall, name: &str) {
        let ticket = roll_call.ticket.clone();
        roll_call.take(Some(ticket.as_bytes()), "application/json", format!(r#"{{"{name}": {{"ok": "pong"}}}}"#).as_bytes());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_waited_for_longer_than_needed() {
        let begin = Instant::now();
        let mut strangers = roll_call(&[]);
        pong(&mut strangers, "a");
        assert_eq!(strangers.ends(), begin + WINDOW);

        let mut known = roll_call(&["a", "b"]);
        tokio::time::advance(Duration::from_millis(10)).await;
        pong(&mut known, "a");
        pong(&mut known, "c");
        assert_eq!(known.ends(), begin + WINDOW);
        pong(&mut known, "b");
        assert_eq!(known.ends(), begin + Duration::from_millis(10) + LINGER);
        tokio::time::advance(Duration::from_millis(50)).await;
        pong(&mut known, "d");
        assert_eq!(known.ends(), begin + Duration::from_millis(10) + LINGER);
        assert!(!known.is_complete());

        let mut late = roll_call(&["a"]);
        tokio::time::advance(WINDOW - Duration::from_millis(10)).await;
        pong(&mut late, "a");
        assert_eq!(late.ends(), begin + Duration::from_millis(60) + WINDOW);
    }

    #[tokio::test]
    async fn a_broker_that_counts_ends_it() {
        let mut roll_call = roll_call(&["a"]);
        roll_call.heard_by(2);
        pong(&mut roll_call, "b");
        assert!(!roll_call.is_complete());
        pong(&mut roll_call, "b");
        assert!(roll_call.is_complete());
        assert_eq!((roll_call.answers().len(), roll_call.replies()), (1, 2));
    }

    #[tokio::test]
    async fn answers_to_other_questions_are_dropped() {
        let mut roll_call = roll_call(&[]);
        for ticket in [None, Some(&b"other"[..])] {
            roll_call.take(ticket, "application/json", br#"{"a": {"ok": "pong"}}"#);
        }
        assert_eq!(roll_call.replies(), 0);
    }

    #[tokio::test]
    async fn more_workers_than_anybody_has_are_counted() {
        let mut roll_call = roll_call(&[]);
        for number in 0..MOST_WORKERS + 7 {
            pong(&mut roll_call, &format!("worker@{number}"));
        }
        assert_eq!((roll_call.answers().len(), roll_call.left_out()), (MOST_WORKERS, 7));
    }
}
