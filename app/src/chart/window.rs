//! The range of time on the page, as its address says it.

use crate::format;
use crate::texts::chart as texts;
use crate::times::{Zone, local};
use chrono::{DateTime, SecondsFormat};

/// A range that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// In the address: `24h`.
    pub name: &'static str,
    /// Milliseconds.
    pub length: i64,
}

impl Preset {
    /// On the page: `24 h`, `7 d`, `1 y`.
    pub fn label(self) -> String {
        match self.length {
            YEAR => texts::year().to_owned(),
            length => format::age(length),
        }
    }
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

pub const PRESETS: [Preset; 7] = [
    Preset { name: "1h", length: HOUR },
    Preset { name: "6h", length: 6 * HOUR },
    Preset { name: "24h", length: DAY },
    Preset { name: "7d", length: 7 * DAY },
    Preset { name: "30d", length: 30 * DAY },
    Preset { name: "90d", length: 90 * DAY },
    Preset { name: "1y", length: YEAR },
];

/// The range without any in the address.
const DEFAULT: Preset = PRESETS[2];

/// The shortest range, in milliseconds.
const SHORTEST: i64 = 60_000;

/// The longest range, in milliseconds.
const LONGEST: i64 = 11 * YEAR;

/// The range of time on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The latest time, until now.
    Latest(Preset),
    /// From a time until now, in milliseconds since 1970.
    Since(i64),
    /// Between two times in milliseconds since 1970; the first one is earlier.
    Between(i64, i64),
}

/// What is wrong with the range in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongRange {
    /// `range` is none of the presets.
    Preset,
    /// `from` is not a time.
    From,
    /// `to` is not a time.
    To,
    /// `from` is not before `to`.
    Order,
    /// There is `to` without `from`.
    NoFrom,
}

impl Window {
    /// Reads the parameters `range`, `from` and `to` of the address. Times without an offset are in `zone`. In place of what is wrong
    /// there is another range: a page with that is better than none.
    pub fn read(range: Option<&str>, from: Option<&str>, to: Option<&str>, zone: &Zone) -> (Self, Option<WrongRange>) {
        let time = |text: Option<&str>| text.map(|text| time_in(text, zone).ok_or(()));
        let preset = PRESETS.into_iter().find(|preset| Some(preset.name) == range);
        let latest = Self::Latest(preset.unwrap_or(DEFAULT));
        match (time(from), time(to)) {
            (Some(Ok(from)), Some(Ok(to))) if to > from => (Self::Between(from, to), None),
            (Some(Ok(_)), Some(Ok(_))) => (latest, Some(WrongRange::Order)),
            (Some(Ok(from)), None) => (Self::Since(from), None),
            (Some(Ok(from)), Some(Err(()))) => (Self::Since(from), Some(WrongRange::To)),
            (Some(Err(())), _) => (latest, Some(WrongRange::From)),
            (None, Some(_)) => (latest, Some(WrongRange::NoFrom)),
            (None, None) if range.is_some() && preset.is_none() => (latest, Some(WrongRange::Preset)),
            (None, None) => (latest, None),
        }
    }

    /// A range that a user has selected, at least a minute.
    pub fn between(from: i64, to: i64) -> Self {
        let (from, to) = (from.min(to), from.max(to));
        Self::Between(from, to.max(from + SHORTEST))
    }

    /// The begin and the end in milliseconds since 1970.
    pub fn at(self, now: i64) -> (i64, i64) {
        let (from, to) = match self {
            Self::Latest(preset) => (now - preset.length, now),
            Self::Since(from) => (from, now),
            Self::Between(from, to) => (from, to.min(now.max(from + SHORTEST))),
        };
        (from.min(to - SHORTEST).max(to - LONGEST), to)
    }

    /// Whether new checks belong to it.
    pub const fn ends_now(self) -> bool {
        !matches!(self, Self::Between(..))
    }

    /// The parameters of the address.
    pub fn parameters(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Latest(DEFAULT) => Vec::new(),
            Self::Latest(preset) => vec![("range", preset.name.to_owned())],
            Self::Since(from) => vec![("from", instant(from))],
            Self::Between(from, to) => vec![("from", instant(from)), ("to", instant(to))],
        }
    }
}

/// Reads `2026-11-25T09:00:00Z`, or `2026-11-25T09:00` in this zone, as an input of the type `datetime-local` has it. Milliseconds
/// since 1970.
pub fn time_in(text: &str, zone: &Zone) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    zone.resolve(local(text)?).map(|time| time.timestamp_millis())
}

/// `2026-11-25T08:00:00Z`, as addresses have it: the same for everyone.
pub fn instant(at: i64) -> String {
    DateTime::from_timestamp_millis(at).map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}

/// The most points for a chart of this width in pixels: one for every three, at most 400.
pub fn points_for(width: f64) -> u32 {
    (width / 3.0).clamp(20.0, 400.0) as u32
}

#[cfg(test)]
mod tests {
    use super::super::samples::{HOUR, MIDNIGHT, berlin};
    use super::*;
    use crate::language::{Language, in_language};

    fn window(range: Option<&str>, from: Option<&str>, to: Option<&str>) -> Window {
        Window::read(range, from, to, &berlin()).0
    }

    #[test]
    fn what_is_wrong_with_a_range_is_named() {
        let (begin, end) = (Some("2026-11-25T00:00"), Some("2026-11-25T09:00"));
        for (range, from, to, expected) in [
            (None, None, None, None),
            (Some("7d"), begin, end, None),
            (None, begin, None, None),
            (Some("9d"), None, None, Some(WrongRange::Preset)),
            (None, Some("bogus"), end, Some(WrongRange::From)),
            (None, Some("bogus"), None, Some(WrongRange::From)),
            (None, begin, Some("bogus"), Some(WrongRange::To)),
            (None, end, begin, Some(WrongRange::Order)),
            (None, begin, begin, Some(WrongRange::Order)),
            (None, None, end, Some(WrongRange::NoFrom)),
        ] {
            assert_eq!(Window::read(range, from, to, &berlin()).1, expected, "{range:?} {from:?} {to:?}");
        }
    }

    #[test]
    fn the_label_of_a_preset_has_its_length() {
        let labels = || PRESETS.map(Preset::label);
        assert_eq!(labels(), ["1 h", "6 h", "24 h", "7 d", "30 d", "90 d", "1 y"]);
        assert_eq!(in_language(Language::French, labels), ["1 h", "6 h", "24 h", "7 j", "30 j", "90 j", "1 an"]);
    }

    #[test]
    fn the_address_has_a_preset_or_times() {
        assert_eq!(window(None, None, None), Window::Latest(PRESETS[2]));
        assert_eq!(window(Some("7d"), None, None), Window::Latest(PRESETS[3]));
        assert_eq!(window(Some("9d"), Some("soon"), Some("later")), Window::Latest(PRESETS[2]));
        let (from, to) = (Some("2026-11-24T23:00:00Z"), Some("2026-11-25T09:00"));
        assert_eq!(window(None, from, to), Window::Between(MIDNIGHT, MIDNIGHT + 9 * HOUR));
        assert_eq!(window(None, from, None), Window::Since(MIDNIGHT));
        assert_eq!(window(Some("1h"), to, from), Window::Latest(PRESETS[0]), "the end is before the begin");
    }

    #[test]
    fn an_address_leads_to_the_same_window() {
        for window in [
            Window::Latest(PRESETS[2]),
            Window::Latest(PRESETS[6]),
            Window::Since(MIDNIGHT),
            Window::Between(MIDNIGHT, MIDNIGHT + HOUR),
        ] {
            let parameters = window.parameters();
            let get = |name| parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str());
            assert_eq!(Window::read(get("range"), get("from"), get("to"), &berlin()), (window, None));
        }
        assert_eq!(Window::Since(MIDNIGHT).parameters(), [("from", "2026-11-24T23:00:00Z".to_owned())]);
    }

    #[test]
    fn a_range_has_a_length_and_ends_now_at_the_latest() {
        let now = MIDNIGHT;
        assert_eq!(Window::Latest(PRESETS[0]).at(now), (now - HOUR, now));
        assert_eq!(Window::Since(now + HOUR).at(now), (now - SHORTEST, now));
        assert_eq!(Window::Between(now - HOUR, now + HOUR).at(now), (now - HOUR, now));
        assert_eq!(Window::Between(0, now).at(now), (now - LONGEST, now));
        assert_eq!(Window::between(now, now - 5), Window::Between(now - 5, now - 5 + SHORTEST));
    }

    #[test]
    fn a_point_is_three_pixels_wide() {
        assert_eq!([0.0, 326.0, 1_140.0, 9_000.0].map(points_for), [20, 108, 380, 400]);
    }
}
