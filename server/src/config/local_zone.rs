//! The name of the time zone of this machine.

use chrono::{DateTime, FixedOffset, Local, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone in which `chrono::Local` has its times, by its name. `None` if it has none, as with a rule in `TZ`, or if none of the names on
/// this machine fits: an image may have the file of one zone and the name of another.
#[expect(clippy::disallowed_methods, reason = "this is the configuration")]
pub fn local_zone() -> Option<Tz> {
    let variable = std::env::var("TZ").ok();
    let named = variable.as_deref().map(|name| name.trim_start_matches(':').to_owned());
    let system = || iana_time_zone::get_timezone().ok();
    let names = [named.or_else(system), Some("UTC".to_owned())];
    names.into_iter().flatten().filter_map(|name| name.parse().ok()).find(|zone| is_same(zone, &Local, Utc::now()))
}

/// Whether both zones have the same offsets around this time: every ten days of two years.
fn is_same(zone: &impl TimeZone, other: &impl TimeZone, now: DateTime<Utc>) -> bool {
    let mut days = (-36..36).map(|step| now + TimeDelta::days(step * 10));
    let offset = |time: DateTime<FixedOffset>| *time.offset();
    days.all(|day| offset(day.with_timezone(zone).fixed_offset()) == offset(day.with_timezone(other).fixed_offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_the_same_when_their_clocks_are() {
        let now = DateTime::from_timestamp(1_795_561_200, 0).unwrap();
        assert!(is_same(&Tz::Europe__Berlin, &Tz::Europe__Paris, now));
        // In winter their clocks show the same.
        assert!(!is_same(&Tz::Europe__Berlin, &Tz::Africa__Lagos, now));
        assert!(!is_same(&Tz::UTC, &Tz::Europe__London, now));
    }

    #[test]
    fn the_zone_of_this_machine_has_its_offset() {
        if let Some(zone) = local_zone() {
            let now = Utc::now();
            assert_eq!(now.with_timezone(&zone).naive_local(), now.with_timezone(&Local).naive_local());
        }
    }
}
