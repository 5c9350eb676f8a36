//! The stored form of reports, with times of day instead of instants.

use super::{Failure, Pulse};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{StoredEnd, StoredHeartbeat};
use std::time::{Duration, Instant};

impl Pulse {
    /// `now` and `today` are the same moment.
    pub(super) fn to_record(&self, now: Instant, today: DateTime<FixedOffset>) -> StoredHeartbeat {
        let time = |then: Instant| {
            let ago = TimeDelta::from_std(now.saturating_duration_since(then)).unwrap_or(TimeDelta::MAX);
            today.checked_sub_signed(ago).unwrap_or(today)
        };
        StoredHeartbeat {
            known_since: time(self.known_since),
            running_since: self.running_since.map(time),
            last_success: self.last_success.map(time),
            last_end: self.last_end.as_ref().map(|end| match end {
                Ok(()) => StoredEnd::Success,
                Err(Failure { exit_code, words }) => StoredEnd::Failure { exit_code: *exit_code, words: words.clone() },
            }),
            last_run: self.last_run.map(milliseconds),
            unheard: milliseconds(self.unheard),
        }
    }

    /// Times later than `today`, from a wrong clock, count as now.
    pub(super) fn from_record(record: &StoredHeartbeat, now: Instant, today: DateTime<FixedOffset>) -> Self {
        let instant = |time: DateTime<FixedOffset>| {
            let ago = (today - time).to_std().unwrap_or_default();
            now.checked_sub(ago).unwrap_or(now)
        };
        Self {
            running_since: record.running_since.map(instant),
            last_success: record.last_success.map(instant),
            last_end: record.last_end.as_ref().map(|end| match end {
                StoredEnd::Success => Ok(()),
                StoredEnd::Failure { exit_code, words } => Err(Failure { exit_code: *exit_code, words: words.clone() }),
            }),
            last_run: record.last_run.map(Duration::from_millis),
            unheard: Duration::from_millis(record.unheard),
            // Which outages were part of the run is not stored. Counting too much of them causes no false alert.
            unheard_in_run: Duration::from_millis(record.running_since.map_or(0, |_| record.unheard)),
            ..Self::new(instant(record.known_since))
        }
    }

    /// Adds the reports from before this process.
    pub(super) fn continue_from(&mut self, earlier: Self) {
        self.known_since = earlier.known_since;
        if self.last_success.is_none() {
            (self.last_success, self.unheard) = (earlier.last_success, earlier.unheard);
        }
        if self.last_end.is_none() {
            (self.last_end, self.last_run) = (earlier.last_end, earlier.last_run);
            if self.running_since.is_none() {
                (self.running_since, self.unheard_in_run) = (earlier.running_since, earlier.unheard_in_run);
            }
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heartbeats::{Beat, Heartbeats};
    use model::ServiceId;

    const TOKEN: &str = "0123456789abcdef";

    fn today() -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-28T12:00:00+01:00").unwrap()
    }

    fn failed() -> Beat {
        Beat::Failure(Failure::new(Some(3), b"disk full"))
    }

    /// What is stored of these beats, each with its second, two hours after the start.
    fn record(beats: &[(u64, Beat)]) -> StoredHeartbeat {
        let start = Instant::now();
        let mut pulse = Pulse::new(start);
        for (second, beat) in beats {
            pulse.note(beat.clone(), start + Duration::from_secs(*second));
        }
        pulse.to_record(start + Duration::from_secs(7200), today())
    }

    #[test]
    fn a_report_is_as_long_ago_after_a_restart() {
        let record = record(&[(600, Beat::Success), (1200, Beat::Start), (1260, failed()), (3600, Beat::Start)]);
        assert_eq!(record.last_success, Some(today() - TimeDelta::seconds(6600)));
        let now = Instant::now();
        let later = Pulse::from_record(&record, now, today() + TimeDelta::seconds(60));
        let ago = |seconds| now - Duration::from_secs(seconds);
        assert_eq!(later.known_since, ago(7260));
        assert_eq!((later.last_success, later.running_since), (Some(ago(6660)), Some(ago(3660))));
        assert_eq!(later.last_end, Some(Err(Failure { exit_code: Some(3), words: "disk full".to_owned() })));
        assert_eq!(later.last_run, Some(Duration::from_secs(60)));
        let set_back = Pulse::from_record(&record, now, today() - TimeDelta::days(1));
        assert_eq!(set_back.last_success, Some(now), "the clock was set back");
    }

    #[test]
    fn what_was_heard_in_this_process_wins_over_what_was_stored() {
        let service = ServiceId::new("backup");
        let stored = record(&[(600, Beat::Success), (1260, failed())]);
        for (beats, is_failure, is_running) in
            [(vec![], true, false), (vec![Beat::Start], true, true), (vec![Beat::Success], false, false)]
        {
            let heartbeats = Heartbeats::default();
            let registration = heartbeats.register(TOKEN, &service, &[]).unwrap();
            let is_success = beats.contains(&Beat::Success);
            for beat in beats {
                heartbeats.beat(TOKEN, beat).unwrap();
            }
            heartbeats.restore([(&service, &stored)].into_iter(), Some(today()));
            let pulse = registration.pulse();
            assert_eq!((matches!(pulse.last_end, Some(Err(_))), pulse.running_since.is_some()), (is_failure, is_running));
            assert!(pulse.last_success.is_some() && pulse.unheard.is_zero() == is_success);
        }
    }

    #[test]
    fn a_new_token_of_a_service_changes_nothing() {
        let (heartbeats, service) = (Heartbeats::default(), ServiceId::new("backup"));
        drop(heartbeats.register(TOKEN, &service, &[]).unwrap());
        heartbeats.restore([(&service, &record(&[(1, failed())]))].into_iter(), None);
        let registration = heartbeats.register("fedcba9876543210", &service, &[]).unwrap();
        assert!(matches!(registration.pulse().last_end, Some(Err(_))));
        assert_eq!(heartbeats.service("fedcba9876543210"), Some(service));
    }
}
