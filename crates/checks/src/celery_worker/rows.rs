//! Derives the rows: one for each worker that answered or was expected to, and one for all workers together if there is something
//! to report.

use super::answer::{Said, Unread};
use super::listeners::Listeners;
use super::memory::{LastAnswer, Silent};
use super::roll_call::{Answer, RollCall};
use crate::{Expectation, Observation, Phase};
use chrono::{DateTime, Local};
use model::State;
use std::time::Duration;

/// The facts of one check.
pub(super) struct Rows<'a> {
    /// Name of the row for all workers together.
    pub(super) node: &'a str,
    pub(super) control_exchange: &'a str,
    pub(super) answer_within: Duration,
    pub(super) min_workers: Option<usize>,
    pub(super) roll_call: RollCall,
    pub(super) silent: Vec<Silent>,
    pub(super) listeners: Listeners,
    /// Whether the previous check found no worker. The row that reported it is then shown once more, since a row that only
    /// disappears counts as removed, not as recovered.
    pub(super) was_deserted: bool,
}

impl Rows<'_> {
    pub(super) fn into_observations(self, phases: &[Phase]) -> Vec<Observation> {
        let all = self.all();
        let answered = self.roll_call.answers().iter().map(|(name, answer)| self.answered(name, answer));
        let silent = self.silent.iter().map(|silent| self.silent(silent));
        all.into_iter().chain(answered).chain(silent).map(|row| row.with_phases(phases.to_vec())).collect()
    }

    fn answered(&self, name: &str, answer: &Answer) -> Observation {
        let expected = format!("pong within {} s", self.answer_within.as_secs_f64());
        let (seen, message, state) = match &answer.said {
            Said::Pong => (format!("pong after {} ms", answer.elapsed.as_millis()), None, State::Operational),
            Said::Other(text) => (text.clone(), Some(text.clone()), State::Down),
        };
        let expectations = vec![Expectation::new(expected, seen, state == State::Operational)];
        Observation { message, expectations, ..Observation::new(name, state) }.with_elapsed(answer.elapsed)
    }

    fn silent(&self, silent: &Silent) -> Observation {
        let window = self.answer_within.as_secs_f64();
        let what = match self.listeners {
            Listeners::None | Listeners::AllAnswered => "not connected to the broker".to_owned(),
            Listeners::SomeSilent => format!("no answer within {window} s"),
        };
        let since = match silent.last {
            LastAnswer::At(time) => format!("it answered last at {}", clock(time)),
            LastAnswer::NoneSince(time) => format!("it has not answered since the first check at {}", clock(time)),
        };
        let expectations = vec![Expectation::new(format!("pong within {window} s"), "no answer", false)];
        Observation { expectations, ..Observation::new(&silent.name, State::Down) }.with_message(format!("{what}; {since}"))
    }

    /// The row for all workers together.
    fn all(&self) -> Option<Observation> {
        let pongs = self.roll_call.answers().values().filter(|answer| answer.said == Said::Pong).count();
        let expectations: Vec<_> = self
            .min_workers
            .map(|least| Expectation::new(format!("at least {}", workers(least)), format!("{pongs}"), pongs >= least))
            .into_iter()
            .collect();

        let complaints = [self.deserted(), self.too_few(&expectations), self.unread(), self.too_many()];
        let complaints: Vec<_> = complaints.into_iter().flatten().collect();
        if complaints.is_empty() && expectations.is_empty() && !self.was_deserted {
            return None;
        }
        // The first complaint is the most severe.
        let state = complaints.first().map_or(State::Operational, |(state, _)| *state);
        let texts: Vec<_> = complaints.into_iter().map(|(_, text)| text).collect();
        let message = if texts.is_empty() { format!("{} answered", workers(pongs)) } else { texts.join("; ") };
        Some(Observation { expectations, ..Observation::new(self.node, state) }.with_message(message))
    }

    /// No worker answered, and none was expected.
    fn deserted(&self) -> Option<(State, String)> {
        if self.roll_call.replies() > 0 || !self.silent.is_empty() {
            return None;
        }
        let exchange = self.control_exchange;
        Some((
            State::Down,
            match self.listeners {
                Listeners::SomeSilent => format!(
                    "no worker answered on {exchange}.pidbox within {} s, though workers are connected: busy or hung",
                    self.answer_within.as_secs_f64()
                ),
                Listeners::None | Listeners::AllAnswered => format!("no worker is connected to {exchange}.pidbox"),
            },
        ))
    }

    fn too_few(&self, expectations: &[Expectation]) -> Option<(State, String)> {
        expectations.iter().find(|expectation| !expectation.met).map(|few| (State::Unhealthy, few.complaint()))
    }

    /// Workers whose names are unknown.
    fn unread(&self) -> Option<(State, String)> {
        let of = |reason, what: &str| {
            let count = self.roll_call.unread(reason);
            (count > 0).then(|| format!("{} answered {what}", workers(count)))
        };
        let pickle = of(Unread::Pickle, "in pickle, which is never read, name unknown; let them use another `task_serializer`");
        let unknown = of(Unread::Unknown, "in a form that is not known, name unknown");
        let texts: Vec<_> = pickle.into_iter().chain(unknown).collect();
        (!texts.is_empty()).then(|| (State::Unknown, texts.join("; ")))
    }

    fn too_many(&self) -> Option<(State, String)> {
        let left_out = self.roll_call.left_out();
        (left_out > 0).then(|| (State::Unknown, format!("{} left out, for there are too many to show", workers(left_out))))
    }
}

fn workers(count: usize) -> String {
    if count == 1 { "1 worker".to_owned() } else { format!("{count} workers") }
}

fn clock(time: DateTime<Local>) -> impl std::fmt::Display {
    time.format("%Y-%m-%d %H:%M:%S")
}

#[cfg(test)]
mod tests {
    use super::super::request::Request;
    use super::*;
    use std::collections::BTreeSet;

    /// The rows after these answers: content type and body.
    fn rows(answers: &[(&str, &str)], min_workers: Option<usize>) -> Vec<(String, State, String)> {
        let request = Request::new("celery");
        let mut roll_call = RollCall::new(&request, BTreeSet::new(), Duration::from_secs(1));
        answers.iter().for_each(|(content_type, body)| {
            roll_call.take(Some(request.ticket.as_bytes()), content_type, body.as_bytes());
        });
        let rows = Rows {
            node: "broker",
            control_exchange: "celery",
            answer_within: Duration::from_secs(1),
            min_workers,
            roll_call,
            silent: Vec::new(),
            listeners: Listeners::SomeSilent,
            was_deserted: false,
        };
        let observations = rows.into_observations(&[]).into_iter();
        observations.map(|row| (row.node, row.state, row.message.unwrap_or_default())).collect()
    }

    #[track_caller]
    fn check(answers: &[(&str, &str)], min_workers: Option<usize>, expected: &[(&str, State, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(node, state, text)| ((*node).to_owned(), *state, (*text).to_owned())).collect();
        assert_eq!(rows(answers, min_workers), expected);
    }

    const PONG: (&str, &str) = ("application/json", r#"{"good@h": {"ok": "pong"}}"#);
    const ERROR: (&str, &str) = ("application/json", r#"{"bad@h": {"error": "KeyError('ping')"}}"#);

    #[tokio::test]
    async fn a_worker_that_answers_with_an_error_is_down_and_does_not_count() {
        let good = ("good@h", State::Operational, "");
        let bad = ("bad@h", State::Down, "answered with an error: KeyError('ping')");
        check(&[PONG, ERROR], None, &[bad, good]);
        let few = ("broker", State::Unhealthy, "expected at least 2 workers, got 1");
        check(&[PONG, ERROR], Some(2), &[few, bad, good]);
    }

    #[tokio::test]
    async fn answers_without_a_name_are_told_for_all() {
        let pickle = ("application/x-python-serialize", "");
        let text = "2 workers answered in pickle, which is never read, name unknown; let them use another `task_serializer`; \
                    1 worker answered in a form that is not known, name unknown";
        check(&[pickle, ("text/plain", "pong"), pickle], None, &[("broker", State::Unknown, text)]);
    }

    #[tokio::test]
    async fn what_is_left_out_is_counted() {
        let bodies: Vec<_> = (0..1003).map(|number| format!(r#"{{"w@{number}": {{"ok": "pong"}}}}"#)).collect();
        let answers: Vec<_> = bodies.iter().map(|body| ("application/json", body.as_str())).collect();
        let rows = rows(&answers, None);
        assert_eq!((rows.len(), rows[0].1), (1001, State::Unknown));
        assert_eq!(rows[0].2, "3 workers left out, for there are too many to show");
    }
}
