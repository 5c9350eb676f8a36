//! Entrances for `crate::fuzzing`.

use super::history::fuzz::instant;
use super::proxies::Proxies;
use crate::auth::{SessionKey, Sessions, Users};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use model::{AcknowledgementRequest, PauseRequest, SilenceRequest};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Headers of a request through a proxy, one per line.
pub(crate) fn headers(bytes: &[u8]) {
    let (headers, _) = test_support::fuzz::headers_and_body(bytes);
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let proxies = Proxies(["127.0.0.0/8", "10.0.0.0/8"].iter().filter_map(|network| network.parse().ok()).collect());
    proxies.client(peer, &headers);
    proxies.hosts(peer, &headers);
    super::forwarded::scheme(&headers);
}

/// The header Cookie.
pub(crate) fn cookies(bytes: &[u8]) {
    let users = Arc::new(Users::new([("dev".to_owned(), ["dev"].into_iter().collect(), Some("dev"))]));
    Sessions::new(users, SessionKey::random(), Arc::default()).resume(&String::from_utf8_lossy(bytes));
}

/// A request to silence or to acknowledge, and the forms of an instant in an address.
pub(crate) fn silences(bytes: &[u8]) {
    serde_json::from_slice::<SilenceRequest>(bytes).ok();
    serde_json::from_slice::<AcknowledgementRequest>(bytes).ok();
    serde_json::from_slice::<PauseRequest>(bytes).ok();
    let text = String::from_utf8_lossy(bytes);
    for zone in [Tz::UTC, Tz::Europe__Berlin, Tz::Pacific__Apia] {
        for now in [DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            instant(&text, zone, now);
        }
    }
}
