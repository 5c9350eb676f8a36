//! Texts of the page. Pure.

use crate::format;
use crate::model::{PhaseView, ServiceSettings};
use crate::texts::Text;
use crate::texts::dates::written;
use crate::texts::service_check as texts;
use crate::times::both;
use chrono::{DateTime, FixedOffset};

/// `09:37`, and on another day than `seen` `24 Nov 09:37`.
pub(super) fn moment(time: DateTime<FixedOffset>, seen: DateTime<FixedOffset>) -> String {
    let form = if is_same_day(time, seen) { "%H:%M" } else { "%-d %b %H:%M" };
    written(both(time, seen).0, form)
}

/// Whether two instants are on one day in the zone of the page.
pub(super) fn is_same_day(time: DateTime<FixedOffset>, other: DateTime<FixedOffset>) -> bool {
    let (time, other) = both(time, other);
    time.date_naive() == other.date_naive()
}

/// A number and its unit, which are shown in two sizes: `98.3` and `%`.
pub(super) fn split(text: &str) -> (String, String) {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    (number.to_owned(), unit.to_owned())
}

/// What is checked, as far as its configuration says it: `shop.example.org/health`.
pub(super) fn target(settings: &ServiceSettings) -> Option<String> {
    let value = |key: &str| {
        let entries = settings.properties.iter().chain(&settings.data);
        entries.filter(|entry| !entry.redacted).find(|entry| entry.key == key).map(|entry| entry.value.as_str())
    };
    let host = ["host", "hostname", "address", "url"].into_iter().find_map(value)?;
    let port = value("port").map(|port| format!(":{port}")).unwrap_or_default();
    let path = value("url").filter(|path| path.starts_with('/') && *path != host).unwrap_or_default();
    Some(format!("{host}{port}{path}"))
}

/// The phases of most checks, and what the page calls them.
const PHASES: [(&str, Text); 17] = [
    ("resolve", texts::resolve),
    ("connect", texts::connect),
    ("proxy", texts::proxy),
    ("tls", texts::tls),
    ("login", texts::login),
    ("first byte", texts::first_byte),
    ("body", texts::body),
    ("answer", texts::answer),
    ("answers", texts::answers),
    ("queue", texts::queue),
    ("start", texts::start),
    ("run", texts::run),
    ("status", texts::status),
    ("configuration", texts::configuration),
    ("credentials", texts::credentials),
    ("instances", texts::instances),
    ("status checks", texts::status_checks),
];

/// The name of a phase: `TLS handshake`. Others, such as the commands of a protocol, have the name that the check gives them.
pub(super) fn phase_name(name: &str) -> String {
    let known = PHASES.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    if let Some((_, text)) = known {
        return text().to_owned();
    }
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Which phase is much longer than usual: `First byte takes 8 times its usual time.`
pub(super) fn slow_phase(phases: &[PhaseView]) -> Option<String> {
    /// Microseconds. A short phase varies much.
    const NOTABLE: u64 = 20_000;
    let slow = |phase: &&PhaseView| phase.usual.is_some_and(|usual| phase.elapsed >= (usual * 3).max(usual + NOTABLE));
    let slowest = phases.iter().filter(slow).max_by_key(|phase| phase.elapsed - phase.usual.unwrap_or_default())?;
    let times = slowest.elapsed / slowest.usual?.max(1);
    let phase = phase_name(&slowest.name);
    Some(if times > 99 { texts::very_slow_phase(&phase) } else { texts::slow_phase(&phase, times) })
}

/// A measurement with its unit: `1,841`, `3.25 %`, `412 MB`.
pub(super) fn metric(value: f64, unit: &str) -> (String, String) {
    let (value, unit) = match unit {
        "B" => bytes(value),
        other => (value, other),
    };
    (format::measured(value), unit.to_owned())
}

fn bytes(value: f64) -> (f64, &'static str) {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"];
    let mut value = value;
    for unit in units {
        if value.abs() < 1_000.0 {
            return (value, unit);
        }
        value /= 1_000.0;
    }
    (value, "YB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::model::{ServiceId, SettingEntry};
    use crate::samples::at;

    #[test]
    fn a_moment_names_another_day() {
        assert_eq!(moment(at(-60), at(0)), "15:00");
        assert_eq!(moment(at(-24 * 60), at(0)), "29 Jul 16:00");
        assert_eq!(moment(at(-60).to_utc().fixed_offset(), at(0)), "15:00");
        assert_eq!(in_language(Language::French, || moment(at(-24 * 60), at(0))), "29 juil. 16:00");
    }

    #[test]
    fn the_target_is_host_port_and_path() {
        let settings = |entries: &[(&str, &str, bool)]| {
            let entry = |(key, value, redacted): &(&str, &str, bool)| SettingEntry {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                redacted: *redacted,
            };
            target(&ServiceSettings {
                id: ServiceId::new("shop"),
                group: "App".to_owned(),
                name: "shop".to_owned(),
                plugin: "rest_http".to_owned(),
                tags: Vec::new(),
                roles: Vec::new(),
                interval: 30.0,
                timeout: 5.0,
                properties: entries.iter().map(entry).collect(),
                data: Vec::new(),
                problem: None,
            })
        };
        let shop = [("host", "shop.lan", false), ("port", "8080", false), ("url", "/health", false)];
        assert_eq!(settings(&shop).as_deref(), Some("shop.lan:8080/health"));
        assert_eq!(settings(&[("host", "hidden", true)]), None);
        assert_eq!(settings(&[("url", "https://shop.lan/", false)]).as_deref(), Some("https://shop.lan/"));
    }

    fn phase(name: &str, elapsed: u64, usual: Option<u64>) -> PhaseView {
        PhaseView { name: name.to_owned(), elapsed, usual }
    }

    #[test]
    fn a_phase_that_takes_much_longer_than_usual_is_named() {
        let usual = [phase("resolve", 9_000, Some(1_000)), phase("tls", 44_000, Some(41_000)), phase("body", 1, None)];
        assert_eq!(slow_phase(&usual), None);
        let slow = [&usual[..], &[phase("first byte", 131_000, Some(16_000))]].concat();
        assert_eq!(slow_phase(&slow).as_deref(), Some("First byte takes 8 times its usual time."));
        assert_eq!(phase_name("tls"), "TLS handshake");
        in_language(Language::French, || {
            assert_eq!(slow_phase(&slow).as_deref(), Some("Premier octet\u{a0}: 8 fois la durée habituelle."));
            assert_eq!((phase_name("connect"), phase_name("ping")), ("Connexion".to_owned(), "Ping".to_owned()));
        });
    }

    #[test]
    fn the_names_of_phases_in_english_are_those_of_the_checks() {
        for (name, _) in PHASES.iter().filter(|(name, _)| *name != "tls") {
            assert_eq!(phase_name(name).to_lowercase(), *name);
        }
    }

    #[test]
    fn metrics_are_short() {
        let shown = |value, unit| {
            let (number, unit) = metric(value, unit);
            format!("{number} {unit}")
        };
        assert_eq!(shown(1_841.0, ""), "1,841 ");
        assert_eq!(shown(0.25, "%"), "0.25 %");
        assert_eq!(shown(412_300_000.0, "B"), "412 MB");
        assert_eq!(shown(-3.10, "ms"), "-3.1 ms");
        assert_eq!(in_language(Language::French, || [shown(1_841.0, ""), shown(0.25, "%")]), ["1\u{202f}841 ", "0,25 %"]);
    }
}
