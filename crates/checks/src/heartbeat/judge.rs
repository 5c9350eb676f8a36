//! Derives the state of a job from its heartbeats. Pure.

use crate::Observation;
use crate::heartbeats::{Failure, Pulse};
use crate::plain_text::plain;
use model::{State, duration_text};
use std::time::{Duration, Instant};

/// When heartbeats of a job are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// Time between two successes.
    pub(super) every: Duration,
    pub(super) grace: Duration,
    /// Maximum duration of a run.
    pub(super) max_run: Duration,
}

/// The row of the job at `now`. Its elapsed time is the duration of the latest complete run.
pub(super) fn judge(node: &str, schedule: &Schedule, pulse: &Pulse, now: Instant) -> Observation {
    let (state, message) = match judgement(schedule, pulse, now) {
        Judgement::Pending(message) => {
            let pending = Observation { is_pending: true, ..Observation::new(node, State::Unknown) };
            return Observation { elapsed: pulse.last_run, ..pending.with_message(message) };
        }
        Judgement::State(state, message) => (state, message),
    };
    Observation { message, elapsed: pulse.last_run, ..Observation::new(node, state) }
}

enum Judgement {
    /// The job has not succeeded yet, and its first heartbeat is not overdue.
    Pending(String),
    State(State, Option<String>),
}

fn judgement(schedule: &Schedule, pulse: &Pulse, now: Instant) -> Judgement {
    let since = |then: Instant| now.saturating_duration_since(then);
    let running = pulse.running_since.map(since);
    if let Some(Err(failure)) = &pulse.last_end {
        return Judgement::State(State::Down, Some(complaint(failure)));
    }
    // Heartbeats that were sent while Platus was not running are lost, so a job that is late only because of that time may be
    // well.
    let is_doubtful = |silence: Duration, unheard: Duration, limit: Duration| silence.saturating_sub(unheard) <= limit;
    let doubt = |unheard| format!("; Platus was not running for {} of that, and does not know", duration_text(unheard));
    if let Some(running) = running.filter(|running| *running > schedule.max_run) {
        let most = duration_text(schedule.max_run);
        let message = format!("the job has been running for {}; it should be done within {most}", duration_text(running));
        return match is_doubtful(running, pulse.unheard_in_run, schedule.max_run) {
            true => Judgement::State(State::Unknown, Some(message + &doubt(pulse.unheard_in_run))),
            false => Judgement::State(State::Down, Some(message)),
        };
    }
    // A running job has the time of its run in addition. It is limited, so that a job that starts again and again without an end
    // becomes late.
    let due = schedule.every + schedule.grace + running.map_or(Duration::ZERO, |_| schedule.max_run);
    let silence = since(pulse.last_success.unwrap_or(pulse.known_since));
    let every = duration_text(schedule.every);
    let refused = pulse.refused_method.map(|method| format!("; a request with {method} came, which does not count: send POST"));
    let refused = refused.unwrap_or_default();
    if silence <= due {
        return match (pulse.last_success, running) {
            (Some(_), _) => Judgement::State(State::Operational, None),
            (None, Some(_)) => Judgement::Pending(format!("no heartbeat yet; the job is running{refused}")),
            (None, None) => Judgement::Pending(format!("no heartbeat yet; one is due every {every}{refused}")),
        };
    }
    let (state, doubt) = match is_doubtful(silence, pulse.unheard, due) {
        true => (State::Unknown, doubt(pulse.unheard)),
        false => (State::Down, String::new()),
    };
    let silence = duration_text(silence);
    let silence = match pulse.last_success {
        Some(_) => format!("no heartbeat for {silence}"),
        None => format!("no heartbeat in the {silence} since Platus has been listening"),
    };
    Judgement::State(state, Some(format!("{silence}; one was due every {every}{doubt}{refused}")))
}

fn complaint(failure: &Failure) -> String {
    let failed = match failure.exit_code {
        Some(code) => format!("the job failed with exit code {code}"),
        None => "the job failed".to_owned(),
    };
    match plain(&failure.words) {
        words if words.is_empty() => failed,
        words => format!("{failed}: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heartbeats::Beat::{self, Start, Success};

    const MINUTE: u64 = 60;
    const HOUR: u64 = 3600;

    fn failed(code: Option<i64>, words: &str) -> Beat {
        Beat::Failure(Failure::new(code, words.as_bytes()))
    }

    /// A job that is due every hour, with five minutes of grace, after these beats, each with its second.
    #[track_caller]
    fn check_with(max_run: u64, beats: &[(u64, Beat)], second: u64, state: State, message: &str, elapsed: Option<u64>) {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut pulse = Pulse::new(start);
        for (second, beat) in beats {
            pulse.note(beat.clone(), after(*second));
        }
        let [every, grace, max_run] = [HOUR, 5 * MINUTE, max_run].map(Duration::from_secs);
        let seen = judge("node", &Schedule { every, grace, max_run }, &pulse, after(second));
        assert_eq!((seen.state, seen.message.as_deref().unwrap_or_default()), (state, message), "{beats:?} after {second} s");
        assert_eq!((seen.node.as_str(), seen.elapsed), ("node", elapsed.map(Duration::from_secs)));
    }

    #[track_caller]
    fn check(beats: &[(u64, Beat)], second: u64, state: State, message: &str, elapsed: Option<u64>) {
        check_with(HOUR + 5 * MINUTE, beats, second, state, message, elapsed);
    }

    #[test]
    fn a_job_that_was_never_heard_is_unknown_until_it_is_late() {
        let yet = "no heartbeat yet; one is due every 1 h";
        check(&[], 0, State::Unknown, yet, None);
        check(&[], 65 * MINUTE, State::Unknown, yet, None);
        let late = "no heartbeat in the 1 h 5 min since Platus has been listening; one was due every 1 h";
        check(&[], 65 * MINUTE + 1, State::Down, late, None);
    }

    #[test]
    fn a_job_waits_for_its_first_success_only_until_its_deadline() {
        let start = Instant::now();
        let schedule = Schedule { every: Duration::from_secs(60), grace: Duration::ZERO, max_run: Duration::from_secs(10) };
        let is_pending = |beats: &[Beat], second| {
            let mut pulse = Pulse::new(start);
            beats.iter().for_each(|beat| pulse.note(beat.clone(), start));
            judge("node", &schedule, &pulse, start + Duration::from_secs(second)).is_pending
        };
        for (beats, second, expected) in [
            (vec![], 0, true),
            (vec![], 60, true),
            (vec![], 61, false),
            (vec![Start], 10, true),
            (vec![Start], 11, false),
            (vec![failed(None, "")], 1, false),
            (vec![failed(None, ""), Start], 1, false),
            (vec![Success], 1, false),
            (vec![Success, Start], 1, false),
        ] {
            assert_eq!(is_pending(&beats, second), expected, "{beats:?} after {second} s");
        }
    }

    #[test]
    fn a_job_that_is_heard_in_time_is_operational() {
        check(&[(10, Success)], 10, State::Operational, "", None);
        check(&[(10, Success)], 10 + 65 * MINUTE, State::Operational, "", None);
        check(&[(10, Success)], 11 + 65 * MINUTE, State::Down, "no heartbeat for 1 h 5 min; one was due every 1 h", None);
        check(&[(10, Success)], 10 + 49 * HOUR, State::Down, "no heartbeat for 2 d 1 h; one was due every 1 h", None);
        check(&[(10, Success), (3 * HOUR, Success)], 3 * HOUR, State::Operational, "", None);
    }

    #[test]
    fn a_run_is_measured() {
        check(&[(10, Start), (40, Success)], 50, State::Operational, "", Some(30));
        check(&[(10, Start), (40, failed(None, ""))], 50, State::Down, "the job failed", Some(30));
        check(&[(10, Start), (40, Success), (50, Start)], 60, State::Operational, "", Some(30));
        check(&[(10, Start), (40, Success), (50, Success)], 60, State::Operational, "", None);
    }

    #[test]
    fn a_failure_counts_until_the_next_success() {
        let failure = || (10, failed(Some(3), "copying\ndisk\u{1b}[31m full\n"));
        let message = "the job failed with exit code 3: disk [31m full";
        check(&[failure()], 10, State::Down, message, None);
        check(&[failure()], 5 * HOUR, State::Down, message, None);
        check(&[failure(), (20, Start)], 30, State::Down, message, None);
        check(&[failure(), (20, Success)], 30, State::Operational, "", None);
        check(&[(1, Success), (10, failed(Some(255), ""))], 20, State::Down, "the job failed with exit code 255", None);
    }

    #[test]
    fn a_request_that_did_not_count_explains_the_silence() {
        let start = Instant::now();
        let [every, grace, max_run] = [HOUR, 0, HOUR].map(Duration::from_secs);
        let schedule = Schedule { every, grace, max_run };
        let seen = |pulse: &Pulse, second| judge("node", &schedule, pulse, start + Duration::from_secs(second)).message;
        let mut pulse = Pulse::new(start);
        pulse.refused_method = Some("GET");
        let refused = "; a request with GET came, which does not count: send POST";
        let yet = format!("no heartbeat yet; one is due every 1 h{refused}");
        assert_eq!(seen(&pulse, 10), Some(yet));
        let late = format!("no heartbeat in the 2 h since Platus has been listening; one was due every 1 h{refused}");
        assert_eq!(seen(&pulse, 2 * HOUR), Some(late));
        pulse.note(Success, start);
        pulse.refused_method = Some("HEAD");
        assert_eq!(seen(&pulse, 10), None);
        let silent = "no heartbeat for 2 h; one was due every 1 h; a request with HEAD came, which does not count: send POST";
        assert_eq!(seen(&pulse, 2 * HOUR).as_deref(), Some(silent));
    }

    #[test]
    fn a_run_must_end() {
        let running = "no heartbeat yet; the job is running";
        check(&[(10, Start)], 20, State::Unknown, running, None);
        let limit = 10 + 65 * MINUTE;
        check(&[(10, Start)], limit, State::Unknown, running, None);
        let message = "the job has been running for 1 h 5 min; it should be done within 1 h 5 min";
        check(&[(10, Start)], limit + 1, State::Down, message, None);

        let runs = [(1, Success), (HOUR, Start)];
        check_with(10 * MINUTE, &runs, HOUR + 10 * MINUTE, State::Operational, "", None);
        let message = "the job has been running for 10 min 1 s; it should be done within 10 min";
        check_with(10 * MINUTE, &runs, HOUR + 10 * MINUTE + 1, State::Down, message, None);
    }

    #[test]
    fn a_job_that_only_ever_begins_is_late() {
        let mut beats = vec![(0, Success)];
        beats.extend((1..30).map(|run| (run * 5 * MINUTE, Start)));
        let (in_time, late) = (75 * MINUTE, 76 * MINUTE);
        let until = |second| beats.iter().filter(|(at, _)| *at <= second).cloned().collect::<Vec<_>>();
        check_with(10 * MINUTE, &until(in_time), in_time, State::Operational, "", None);
        let message = "no heartbeat for 1 h 16 min; one was due every 1 h";
        check_with(10 * MINUTE, &until(late), late, State::Down, message, None);
    }

    #[test]
    fn what_was_not_heard_because_platus_was_not_running_is_not_known() {
        let start = Instant::now();
        let [every, grace, max_run] = [HOUR, 5 * MINUTE, 10 * MINUTE].map(Duration::from_secs);
        let schedule = Schedule { every, grace, max_run };
        let judged = |beats: &[Beat], unheard: u64, second: u64| {
            let mut pulse = Pulse::new(start);
            beats.iter().for_each(|beat| pulse.note(beat.clone(), start));
            pulse.unheard = Duration::from_secs(unheard);
            pulse.unheard_in_run = pulse.unheard;
            let seen = judge("node", &schedule, &pulse, start + Duration::from_secs(second));
            (seen.state, seen.message.unwrap_or_default())
        };
        let late = "no heartbeat for 2 h; one was due every 1 h";
        let doubt = "; Platus was not running for 55 min of that, and does not know";
        assert_eq!(judged(&[Success], 55 * MINUTE, HOUR), (State::Operational, String::new()));
        assert_eq!(judged(&[Success], 55 * MINUTE, 2 * HOUR), (State::Unknown, format!("{late}{doubt}")));
        assert_eq!(judged(&[Success], 54 * MINUTE, 2 * HOUR), (State::Down, late.to_owned()));
        let silent = "no heartbeat in the 2 h since Platus has been listening; one was due every 1 h";
        assert_eq!(judged(&[], 55 * MINUTE, 2 * HOUR), (State::Unknown, format!("{silent}{doubt}")));
        let running = "the job has been running for 1 h; it should be done within 10 min";
        assert_eq!(judged(&[Start], 55 * MINUTE, HOUR), (State::Unknown, format!("{running}{doubt}")));
        assert_eq!(judged(&[Start], 5 * MINUTE, HOUR), (State::Down, running.to_owned()));
        assert_eq!(judged(&[failed(Some(3), "")], 55 * MINUTE, HOUR).0, State::Down);
        // A run that started after the outage was reported from its start.
        let mut pulse = Pulse::new(start);
        pulse.unheard = Duration::from_secs(3 * HOUR);
        pulse.unheard_in_run = pulse.unheard;
        pulse.note(Start, start);
        let seen = judge("node", &schedule, &pulse, start + Duration::from_secs(HOUR));
        assert_eq!((seen.state, seen.message.as_deref()), (State::Down, Some(running)));
    }
}
