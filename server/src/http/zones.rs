//! The time zones of a page: that of the server, and the one that the browser keeps in its cookie.

use crate::config::local_zone;
use app::chart::{instant, time_in};
use app::times::{COOKIE, Choice, Zone, Zones};
use axum::http::HeaderMap;
use axum::http::header;
use chrono::{DateTime, Local, Offset, TimeZone};
use chrono_tz::Tz;
use cookie::Cookie;
use std::sync::LazyLock;
use url::form_urlencoded;

/// The zone of the server, read once: `TZ` does not change, and a machine that moves starts again.
static SERVER: LazyLock<Option<Tz>> = LazyLock::new(local_zone);

/// The zone of the server. `None` if it has no name.
pub fn of_server() -> Option<Tz> {
    *SERVER
}

/// The zones of the page that this request asks for.
pub fn of_page(headers: &HeaderMap) -> Zones {
    let choice = choice(headers);
    let server = of_server().map_or_else(|| Zone::named("", |at| offset(&Local, at)), zone);
    let shown = match &choice {
        Choice::Named(name) => named(name).unwrap_or_else(|| server.clone()),
        Choice::Utc => Zone::utc(),
        Choice::Viewer | Choice::Server => server.clone(),
    };
    Zones { shown, server, choice }
}

/// The zone with this name.
pub fn named(name: &str) -> Option<Zone> {
    name.parse().ok().map(zone)
}

fn zone(zone: Tz) -> Zone {
    Zone::named(zone.name(), move |at| offset(&zone, at))
}

fn offset(zone: &impl TimeZone, at: i64) -> Option<chrono::FixedOffset> {
    DateTime::from_timestamp_millis(at).map(|time| zone.offset_from_utc_datetime(&time.naive_utc()).fix())
}

/// What the cookie says. Of several cookies of the name the first one counts.
fn choice(headers: &HeaderMap) -> Choice {
    let headers = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = headers.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == COOKIE).map(|cookie| Choice::read(cookie.value())).unwrap_or_default()
}

/// The query of a page with instants in place of times without an offset, which are those of the zone in its parameter `zone`, else of
/// `shown`. `None` if it has no such times.
pub fn with_instants(query: &str, shown: &Zone) -> Option<String> {
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let is_time = |name: &str, value: &str| ["from", "to"].contains(&name) && app::times::local(value).is_some();
    if !parameters.iter().any(|(name, value)| is_time(name, value)) {
        return None;
    }
    let given = parameters.iter().find(|(name, _)| name == "zone").and_then(|(_, name)| named(name));
    let zone = given.as_ref().unwrap_or(shown);
    let written = parameters.iter().filter(|(name, _)| name != "zone").map(|(name, value)| {
        let at = if is_time(name, value) { time_in(value, zone) } else { None };
        (name.to_string(), at.map_or_else(|| value.to_string(), instant))
    });
    let written: Vec<_> = written.collect();
    // Without an instant the same address would come again.
    let is_replaced = !written.iter().any(|(name, value)| is_time(name, value));
    let address = app::address::with("", written.iter().map(|(name, value)| (name.as_str(), value.clone())));
    address.strip_prefix('?').filter(|_| is_replaced).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn zones(cookie: &'static str) -> Zones {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        of_page(&headers)
    }

    #[test]
    fn the_cookie_decides_which_zone_is_shown() {
        assert_eq!(zones("a=b; platus_zone=auto.Asia/Kolkata").shown.name(), Some("Asia/Kolkata"));
        assert_eq!(zones("platus_zone=utc").shown.name(), Some("UTC"));
        for cookie in ["", "a=b", "platus_zone=server", "platus_zone=auto.Mars/Olympus", "platus_zone=auto.../etc/passwd"] {
            let zones = zones(cookie);
            assert_eq!(zones.shown, zones.server, "{cookie}");
        }
    }

    #[test]
    fn the_times_of_a_form_become_instants() {
        let with = |query: &str| with_instants(query, &zone(Tz::Europe__Berlin));
        for (query, expected) in [
            (
                "node=a%26b&scale=log&zone=Asia%2FKolkata&from=2026-11-25T05%3A30&to=2026-11-25T06%3A30",
                "node=a%26b&scale=log&from=2026-11-25T00:00:00Z&to=2026-11-25T01:00:00Z",
            ),
            ("from=2026-10-25T02:30&to=2026-10-25T03:00Z", "from=2026-10-25T00:30:00Z&to=2026-10-25T03:00Z"),
            ("from=2026-03-29T02:30&zone=nowhere", "from=2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(with(query).as_deref(), Some(expected));
        }
        for query in ["", "range=7d", "from=2026-11-25T00:00:00Z", "from=-7d", "x=2026-11-25T00:00"] {
            assert_eq!(with(query), None, "{query}");
        }
        assert_eq!(with_instants("from=2026-11-25T00:00", &Zone::default()), None);
    }
}
