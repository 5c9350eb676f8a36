//! Maintenance windows.

use super::durations;
use super::keys::Keys;
use super::model::{Part, Presence};
use super::value::{Map, Value};

const DAY: u32 = 24 * 60;

/// A window of Gatus: every day or on some days, from a time of day for some time.
pub(super) struct Weekly<'a> {
    keys: Keys<'a>,
}

/// Hours of a day as minutes since midnight.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.trim().parse().ok()?, minutes.trim().get(..2).unwrap_or(minutes).parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// `hours` of a window that begins at `from` and ends at `to` (minutes since midnight), on the next day if that is not later.
pub(super) fn hours(days: &[&str], from: u32, to: u32, zone: Option<&str>) -> Value {
    let mut hours = Map::new();
    if !days.is_empty() {
        hours.set("days", Value::texts(days.iter().copied()));
    }
    let shown = |minutes: u32| Value::text(format!("{:02}:{:02}", minutes / 60, minutes % 60));
    hours.set("from", shown(from));
    hours.set("to", shown(to));
    hours.set_if("zone", zone.map(Value::literal));
    Value::Map(hours)
}

impl<'a> Weekly<'a> {
    pub(super) fn read(keys: Keys<'a>) -> Self {
        Self { keys }
    }

    /// `None` if it is disabled.
    pub(super) fn into_part(mut self, name: &str) -> Option<Part> {
        if self.keys.flag("enabled") == Some(false) {
            return None;
        }
        let mut window = Part::new(name);
        let start = self.keys.text("start").and_then(minutes);
        let duration = self.keys.text("duration").and_then(durations::seconds).map(|seconds| seconds / 60.0);
        let zone = self.keys.text("timezone");
        let days: Option<Vec<&str>> = self.keys.list("every").iter().map(|day| day.text().and_then(day_of)).collect();
        match (start, duration, days) {
            (Some(start), Some(duration), Some(days)) if duration >= 1.0 && duration <= f64::from(DAY) => {
                // It is between a minute and a day.
                let end = (start + duration.round() as u32) % DAY;
                window.keys.set("hours", hours(&days, start, end, zone));
            }
            _ => {
                window.presence = Presence::Absent;
                window.lost("the maintenance window: Platus needs a `start`, a `duration` of at most 24 hours, and known days");
            }
        }
        self.keys.report(&mut window, " of the maintenance window");
        Some(window)
    }
}

/// The day of Platus.
fn day_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].into_iter().find(|day| name.starts_with(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml_text;

    fn window(text: &str) -> Option<String> {
        let document = yaml::parse("g.yaml", text).unwrap();
        Weekly::read(Keys::new(&document)).into_part("all").map(|part| yaml_text::item(&part.keys, 0))
    }

    #[test]
    fn windows_of_gatus() {
        assert_eq!(
            window("{start: '23:30', duration: 1h, timezone: Europe/Berlin, every: [Monday, Thursday]}").unwrap(),
            "- hours:\n    days: [mon, thu]\n    from: '23:30'\n    to: '00:30'\n    zone: Europe/Berlin\n"
        );
        assert_eq!(window("{enabled: false, start: '23:30', duration: 1h}"), None);
        assert_eq!(window("{start: '25:00', duration: 1h}").unwrap(), "- {}\n");
    }
}
