//! The time zone in which the page shows times: that of the viewer, of the server, or UTC.
//!
//! The server renders a page in the zone that the browser keeps in a cookie, and without one in its own. Both are named by attributes of the
//! document, so that the browser hydrates the same texts. Then the browser switches to the zone of the viewer, where that is another one, and
//! the layout renders its page again. So texts read the zone once, when they are made.

#[cfg(feature = "hydrate")]
mod browser;
mod choice;
#[cfg(any(feature = "hydrate", test))]
mod offset_text;
mod zone;
mod zones;

pub use choice::{COOKIE, Choice};
pub use zone::{Zone, local};
pub use zones::Zones;

#[cfg(test)]
pub(crate) use zone::samples;

use crate::texts::times as texts;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

impl Zones {
    /// As hover texts have a time: to the second, and in the zone of the server too where its clock differs.
    fn on_hover(&self, time: DateTime<FixedOffset>) -> String {
        let (shown, server) = (self.shown.at(time), self.server.at(time));
        if shown.offset() == server.offset() { precise(shown) } else { texts::also_at_server(&precise(shown), &precise(server)) }
    }
}

/// The zones of the page.
pub fn zones() -> Zones {
    #[cfg(feature = "hydrate")]
    return browser::zones();
    #[cfg(not(feature = "hydrate"))]
    use_context().unwrap_or_default()
}

/// The zone in which the page shows times.
pub fn shown() -> Zone {
    zones().shown
}

/// The same instant in the zone of the page.
pub fn here(time: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    shown().at(time)
}

/// Two instants in the zone of the page, to compare their days.
pub fn both(time: DateTime<FixedOffset>, other: DateTime<FixedOffset>) -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
    let zone = shown().or_of(other);
    (zone.at(time), zone.at(other))
}

/// `2026-11-23 16:57:57 +01:00`, in the zone of the page.
pub fn exact(time: DateTime<FixedOffset>) -> String {
    precise(here(time))
}

/// The same for a `title`, with the time in the zone of the server where its clock differs.
pub fn hover(time: DateTime<FixedOffset>) -> String {
    zones().on_hover(time)
}

fn precise(time: DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// Parses the value of an input of type `datetime-local` in the zone of the page. `None` for an empty or invalid value.
pub fn local_time(text: &str) -> Option<DateTime<FixedOffset>> {
    shown().resolve(local(text)?)
}

/// Runs what calls this again when the page shows another zone.
pub fn track() {
    #[cfg(feature = "hydrate")]
    browser::track();
}

/// Shows times in the zone that the viewer has chosen, by default the own one, once the page is hydrated. Keeps that for the next page. Does
/// nothing on the server.
pub fn settle() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| request_animation_frame(browser::settle));
}

/// Shows times in another zone from now on. Does nothing on the server.
pub fn choose(choice: Choice) {
    #[cfg(feature = "hydrate")]
    browser::choose(choice);
    #[cfg(not(feature = "hydrate"))]
    let _ = choice;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use chrono_tz::Tz;

    #[test]
    fn on_hover_the_time_of_the_server_is_added_where_it_differs() {
        let time: DateTime<FixedOffset> = "2026-11-29T18:30:00+01:00".parse().unwrap();
        let zones =
            |shown, server| Zones { shown: zone::samples::zone(shown), server: zone::samples::zone(server), ..Zones::default() };
        assert_eq!(zones(Tz::Europe__Berlin, Tz::Europe__Paris).on_hover(time), "2026-11-29 18:30:00 +01:00");
        assert_eq!(
            zones(Tz::Asia__Kolkata, Tz::Europe__Berlin).on_hover(time),
            "2026-11-29 23:00:00 +05:30; server: 2026-11-29 18:30:00 +01:00"
        );
        assert_eq!(Zones::default().on_hover(time), "2026-11-29 18:30:00 +01:00");
        let french = in_language(Language::French, || zones(Tz::Asia__Kolkata, Tz::Europe__Berlin).on_hover(time));
        assert_eq!(french, "2026-11-29 23:00:00 +05:30\u{a0}; serveur\u{a0}: 2026-11-29 18:30:00 +01:00");
    }
}
