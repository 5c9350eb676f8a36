//! Incidents by the day on which they began.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use model::{IncidentDay, State};

/// The days of the chart, today included.
const DAYS: u64 = 30;

/// The first instants of the last 30 days in a time zone, in order.
pub(super) fn begins<Z: TimeZone>(now: &DateTime<Z>) -> Vec<DateTime<FixedOffset>> {
    let (today, zone) = (now.date_naive(), now.timezone());
    let dates = (0..DAYS).rev().filter_map(|days| today.checked_sub_days(Days::new(days)));
    dates.filter_map(|date| midnight(date, &zone)).collect()
}

/// The first instant of a day. If a change of the clock skips it, the day begins with the change.
pub(super) fn midnight<Z: TimeZone>(date: NaiveDate, zone: &Z) -> Option<DateTime<FixedOffset>> {
    at(date.and_time(NaiveTime::MIN), zone)
}

/// The instant at which clocks show this; of two the first. A time that a change of the clock skips is an hour later.
pub(super) fn at<Z: TimeZone>(time: NaiveDateTime, zone: &Z) -> Option<DateTime<FixedOffset>> {
    let skipped = || zone.from_local_datetime(&time.checked_add_signed(TimeDelta::hours(1))?).earliest();
    zone.from_local_datetime(&time).earliest().or_else(skipped).map(|instant| instant.fixed_offset())
}

/// Counts incidents, given by their begin and worst state, by day. Those that began before the first day are left out.
pub(super) fn count(
    begins: &[DateTime<FixedOffset>],
    incidents: impl Iterator<Item = (DateTime<FixedOffset>, State)>,
) -> Vec<IncidentDay> {
    let mut days: Vec<_> = begins.iter().map(|begin| IncidentDay { begin: *begin, down: 0, others: 0 }).collect();
    for (since, worst) in incidents {
        let after = days.partition_point(|day| day.begin <= since);
        if let Some(day) = after.checked_sub(1).and_then(|index| days.get_mut(index)) {
            let count = if worst == State::Down { &mut day.down } else { &mut day.others };
            *count = count.saturating_add(1);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    fn at(text: &str) -> DateTime<FixedOffset> {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_at_midnight_also_when_the_clock_changes() {
        let now = at("2026-11-02T00:30:00+01:00").with_timezone(&Tz::Europe__Berlin);
        let begins = begins(&now);
        assert_eq!(begins.len(), 30);
        assert_eq!((begins[0], begins[29]), (at("2026-10-04T00:00:00+02:00"), at("2026-11-02T00:00:00+01:00")));
        let lengths: Vec<_> = begins.windows(2).map(|pair| (pair[1] - pair[0]).num_hours()).collect();
        assert_eq!(lengths.iter().filter(|hours| **hours == 25).count(), 1);
        assert_eq!(lengths.iter().filter(|hours| **hours == 24).count(), 28);
        // Here the clock goes from midnight to 1 o'clock.
        let date = NaiveDate::from_ymd_opt(2026, 9, 6).unwrap();
        assert_eq!(midnight(date, &Tz::America__Santiago), Some(at("2026-09-06T01:00:00-03:00")));
    }

    #[test]
    fn incidents_count_on_the_day_on_which_they_began() {
        let begins = [at("2026-11-01T00:00:00+01:00"), at("2026-11-02T00:00:00+01:00")];
        let incidents = [
            (at("2026-10-31T23:59:59+01:00"), State::Down),
            (at("2026-11-01T00:00:00+01:00"), State::Down),
            (at("2026-11-01T22:59:59Z"), State::Unhealthy),
            (at("2026-11-03T12:00:00Z"), State::Unknown),
            (at("2026-11-02T12:00:00Z"), State::Down),
        ];
        let days = count(&begins, incidents.into_iter());
        assert_eq!(days.iter().map(|day| (day.down, day.others)).collect::<Vec<_>>(), [(1, 1), (1, 1)]);
        assert!(count(&[], incidents.into_iter()).is_empty());
    }
}
