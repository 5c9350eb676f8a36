//! `maintenance`: planned work. No notifications are sent, and reports can exclude the time.

use super::declared::MAINTENANCE;
use super::notify::{each, read_hours, read_pattern, read_seconds, read_zone};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use croner::Cron;
use engine::suppression::{MaintenanceWindow, Recurring, Scope};
use std::str::FromStr;
use yaml::fields::Fields;
use yaml::{LocatedError, Node, Value};

/// One window or a list of them. Each has `hours`, or `cron` and `lasts`, or `from` and `until`.
pub(super) fn read_windows(node: &Node) -> Result<Vec<MaintenanceWindow>, Vec<LocatedError>> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let (windows, errors): (Vec<_>, Vec<_>) = nodes.iter().map(read_window).partition(Result::is_ok);
    let errors: Vec<_> = errors.into_iter().filter_map(Result::err).flatten().collect();
    if errors.is_empty() { Ok(windows.into_iter().filter_map(Result::ok).collect()) } else { Err(errors) }
}

fn read_window(node: &Node) -> Result<MaintenanceWindow, Vec<LocatedError>> {
    let mut fields = Fields::declared(node, MAINTENANCE);
    let scope = Scope {
        services: fields.read("services", |node| each(node, read_pattern)),
        types: fields.read("types", |node| each(node, Node::read)),
    };
    let zone = fields.read("zone", read_zone).unwrap_or(Tz::UTC);
    let mut times: Vec<Recurring> =
        fields.nested("hours", read_hours).unwrap_or_default().into_iter().map(Recurring::Hours).collect();
    let pattern = fields.read("cron", read_cron);
    let lasts = fields.read("lasts", |node| read_seconds(node, 60.0, 7.0 * 86_400.0));
    match (pattern, lasts.and_then(|lasts| TimeDelta::from_std(lasts).ok())) {
        (Some(pattern), Some(lasts)) => times.push(Recurring::Cron { pattern: Box::new(pattern), zone, lasts }),
        (None, None) => {}
        _ => fields
            .doubt(LocatedError::new(&node.location, "`cron` says when it begins and `lasts` for how long, in seconds; give both")),
    }
    let (from, until) =
        (fields.read("from", |node| read_instant(node, zone)), fields.read("until", |node| read_instant(node, zone)));
    match (from, until) {
        (Some(from), Some(until)) if from < until => times.push(Recurring::Once { from, until }),
        (Some(_), Some(_)) => fields.doubt(LocatedError::new(&node.location, "`until` is not after `from`")),
        (None, None) => {}
        _ => fields.doubt(LocatedError::new(&node.location, "give both `from` and `until`")),
    }
    let errors = fields.finish();
    if !errors.is_empty() {
        return Err(errors);
    }
    if times.is_empty() {
        let text = "this says not when; give `hours`, or `cron` and `lasts`, or `from` and `until`";
        return Err(vec![LocatedError::new(&node.location, text)]);
    }
    Ok(MaintenanceWindow { scope, times })
}

fn read_cron(node: &Node) -> Result<Cron, LocatedError> {
    let text: String = node.read()?;
    Cron::from_str(&text).map_err(|error| {
        LocatedError::new(
            &node.location,
            format!("expected a cron pattern such as \"0 2 * * 6\" (minute, hour, day, month, weekday): {error}"),
        )
    })
}

/// `2026-12-24 18:00` in the zone, or with its own offset.
fn read_instant(node: &Node, zone: Tz) -> Result<DateTime<FixedOffset>, LocatedError> {
    let text: String = node.read()?;
    let local = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .and_then(|local| local.and_local_timezone(zone).earliest())
        .map(|instant| instant.fixed_offset());
    local.or_else(|| DateTime::parse_from_rfc3339(&text).ok()).ok_or_else(|| {
        LocatedError::new(
            &node.location,
            "expected a time such as 2026-12-24 18:00 that there is in the zone, or 2026-12-24T18:00:00+01:00",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn read(text: &str) -> Result<Vec<MaintenanceWindow>, String> {
        let document = parse("config.yaml", text).unwrap();
        let read = read_windows(document.get("maintenance").unwrap());
        read.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    #[track_caller]
    fn check_error(text: &str, part: &str) {
        let error = read(&format!("maintenance: {text}\n")).unwrap_err();
        assert!(error.contains(part), "{error}");
    }

    /// The first error names the cause. Errors that only follow from it are not reported.
    #[track_caller]
    fn check_first(text: &str, part: &str) {
        let error = read(&format!("maintenance: {text}\n")).unwrap_err();
        let (_, first) = error.split_once(": ").unwrap();
        assert!(first.starts_with(part) || first.contains(&format!("key {part}")), "{error}");
        assert!(!error.contains("; config.yaml"), "{error}");
    }

    #[test]
    fn each_window_says_when_in_its_own_way() {
        let text = "maintenance:
  - {services: [db-*], hours: {days: sun, from: '02:00', to: '04:00', zone: Europe/Berlin}}
  - {types: Infra, cron: '0 2 * * 6', lasts: 3600, zone: Europe/Berlin}
  - {from: 2026-12-24 18:00, until: '2026-12-25T06:00:00+01:00', zone: Europe/Berlin}
";
        let windows = read(text).unwrap();
        assert_eq!(windows.len(), 3);
        assert!(windows[1].times[0].contains("2026-11-28T01:30:00Z".parse().unwrap()));
        assert!(windows[2].times[0].contains("2026-12-24T17:00:00Z".parse().unwrap()));
        assert!(!windows[2].times[0].contains("2026-12-25T05:00:00Z".parse().unwrap()));
    }

    #[test]
    fn windows_without_a_time_or_with_a_wrong_one_are_errors() {
        check_error("{services: [a]}", "says not when");
        check_error("{cron: '0 2 * * 6'}", "give both");
        check_error("{cron: 'every day', lasts: 60}", "expected a cron pattern");
        check_error("{from: 2026-12-24 18:00}", "give both `from` and `until`");
        check_error("{from: 2026-12-24 18:00, until: 2026-12-24 17:00}", "`until` is not after `from`");
        check_error("{from: tomorrow, until: 2026-12-24 17:00}", "expected a time such as");
        check_first("{cron: every day, lasts: 60}", "`cron`: expected a cron pattern");
        check_first("{cron: '0 2 * * 6', lasts: long}", "`lasts`: expected");
        check_first("{cron: '0 2 * * 6', last: 60}", "`last`");
        check_first("{from: tomorrow, until: 2026-12-24 17:00}", "`from`: expected a time such as");
        check_first("{from: 2026-12-24 18:00, untill: 2026-12-24 19:00}", "`untill`");
        check_first("{services: [a], hour: {from: '02:00', to: '04:00'}}", "`hour`");
        check_first("{from: 2026-12-24 18:00, until: 2026-12-24 17:00, zone: Europe/Berln}", "`zone`");
        check_error("{from: 2026-03-29 02:30, until: 2026-03-29 05:00, zone: Europe/Berlin}", "that there is in the zone");
    }
}
