//! What a user has entered, and when it is in force.

use crate::Hours;
use chrono::{DateTime, FixedOffset};
use parking_lot::Mutex;
use std::ops::Range;
use std::sync::Arc;
use storage::Silence;

type Instant = DateTime<FixedOffset>;

/// A silence, an acknowledgement, maintenance or a pause.
pub(super) struct Entry {
    pub(super) silence: Arc<Silence>,
    times: Times,
}

/// What is in force now.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    pub silence: Arc<Silence>,
    /// The end: of one that recurs, that of the present occurrence. Absent if it is not known.
    pub until: Option<Instant>,
}

enum Times {
    /// From the begin to the end of the silence.
    Whole,
    Recurring {
        hours: Hours,
        /// The end as of the second of the latest question: every check and every row asks, and time zones take longer than all else.
        latest: Mutex<Option<Latest>>,
    },
    /// The time zone is not known to this version.
    Never,
}

impl Entry {
    pub(super) fn new(silence: Arc<Silence>) -> Arc<Self> {
        let times = match silence.recurrence.clone().map(Hours::new) {
            None => Times::Whole,
            Some(Ok(hours)) => Times::Recurring { hours, latest: Mutex::default() },
            Some(Err(error)) => {
                tracing::warn!(silence = silence.id, %error, "A recurring silence is never in force.");
                Times::Never
            }
        };
        Arc::new(Self { silence, times })
    }

    /// Whether it is in force at this time, and until when. Recurring times begin and end with a second.
    pub(super) fn in_force(&self, now: Instant) -> Option<InForce> {
        if !self.silence.is_in_force(now) {
            return None;
        }
        let until = match &self.times {
            Times::Whole => self.silence.until,
            Times::Recurring { hours, latest } => Some(end(hours, latest, now)?),
            Times::Never => return None,
        };
        Some(InForce { silence: Arc::clone(&self.silence), until })
    }

    /// When it is in force within a time. What has no end is not part of it.
    pub(super) fn ranges(&self, time: &Range<Instant>) -> Vec<Range<Instant>> {
        let from = self.silence.from;
        match &self.times {
            Times::Whole => self.silence.until.map(|until| from..until).into_iter().collect(),
            Times::Recurring { hours, .. } => {
                let since = hours.ranges(time).into_iter().map(|range| range.start.max(from)..range.end);
                since.filter(|range| range.start < range.end).collect()
            }
            Times::Never => Vec::new(),
        }
    }
}

/// A second, and the end as of then.
type Latest = (i64, Option<Instant>);

fn end(hours: &Hours, latest: &Mutex<Option<Latest>>, now: Instant) -> Option<Instant> {
    let mut latest = latest.lock();
    match *latest {
        Some((second, end)) if second == now.timestamp() => end,
        _ => {
            let end = hours.end(now);
            *latest = Some((now.timestamp(), end));
            end
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::SilenceKind;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// Maintenance since a Saturday noon.
    fn entry(rule: &str) -> Arc<Entry> {
        let created = at("2026-11-28T12:00:00Z");
        Entry::new(Arc::new(Silence {
            id: 1,
            kind: SilenceKind::Maintenance,
            services: Vec::new(),
            author: "ops".to_owned(),
            comment: String::new(),
            created,
            from: created,
            until: None,
            recurrence: Some(serde_json::from_str(rule).unwrap()),
        }))
    }

    const NIGHTS: &str = r#"{"days": ["fri", "sat"], "from": "22:00", "to": "04:00", "zone": "Europe/Berlin"}"#;

    #[test]
    fn it_is_in_force_in_its_occurrences_since_it_was_entered() {
        let nights = entry(NIGHTS);
        for (now, until) in [
            ("2026-11-27T22:00:00Z", None),
            ("2026-11-28T20:59:59.999Z", None),
            ("2026-11-28T21:00:00Z", Some("2026-11-29T03:00:00Z")),
            ("2026-11-29T02:59:59.5Z", Some("2026-11-29T03:00:00Z")),
            ("2026-11-29T03:00:00Z", None),
            ("2026-11-28T23:00:00Z", Some("2026-11-29T03:00:00Z")),
            ("2026-12-04T21:00:00Z", Some("2026-12-05T03:00:00Z")),
        ] {
            let in_force = nights.in_force(at(now));
            assert_eq!(in_force.map(|it| it.until), until.map(|until| Some(at(until))), "{now}");
        }
    }

    #[test]
    fn the_past_before_it_was_entered_is_not_part_of_it() {
        // The end is on Friday evening in Berlin, so that the night of Saturday is not part of the time.
        let time = at("2026-11-20T00:00:00Z")..at("2026-12-04T22:00:00Z");
        let ranges: Vec<_> = entry(NIGHTS).ranges(&time).into_iter().map(|range| range.start).collect();
        assert_eq!(ranges.len(), 2, "{ranges:?}");
        assert!(ranges.contains(&at("2026-11-28T21:00:00Z")) && ranges.contains(&at("2026-12-04T21:00:00Z")));
        let open = entry(r#"{"from": "11:00", "to": "13:00", "last": "2026-11-28"}"#).ranges(&time);
        assert_eq!(open, [at("2026-11-28T12:00:00Z")..at("2026-11-28T13:00:00Z")]);
    }

    #[test]
    fn one_of_an_unknown_zone_is_never_in_force() {
        let lost = entry(r#"{"from": "00:00", "to": "00:00", "zone": "Mars/Olympus"}"#);
        assert_eq!(lost.in_force(at("2026-11-28T13:00:00Z")), None);
        assert!(lost.ranges(&(at("2026-11-28T00:00:00Z")..at("2026-11-30T00:00:00Z"))).is_empty());
    }
}
