//! Makes deliveries of stored notifications.

use super::queue::Batch;
use crate::{Alert, Delivery};
use chrono::{DateTime, FixedOffset, TimeDelta};
use sha2::{Digest, Sha256};
use storage::Notification;
use system::foreign_text;
use url::Url;

/// A notification that is later than this says so.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// `still_failing` is the number of open incidents that the receiver knows after this delivery, `public` the address of the page.
pub(super) fn delivery(batch: &Batch, still_failing: usize, now: DateTime<FixedOffset>, public: Option<&Url>) -> Delivery {
    let late = now - batch.ready;
    Delivery {
        key: batch.key.clone(),
        alerts: batch.messages.iter().map(|message| alert(message, public)).collect(),
        still_failing,
        late: (late > LATE).then_some(late),
        text: None,
    }
}

/// Texts of targets are made safe once more: an earlier version may have stored them.
fn alert(message: &Notification, public: Option<&Url>) -> Alert {
    let since = message.since.unwrap_or(message.created);
    Alert {
        kind: message.kind,
        incident_key: incident_key(message, since),
        service: message.service.clone(),
        group: foreign_text::name(&message.group),
        name: foreign_text::name(&message.name),
        node: foreign_text::name(&message.node),
        state: message.state,
        last_state: message.last_state,
        seen: message.message.as_deref().map(foreign_text::message),
        since,
        at: message.created,
        checks: message.checks,
        link: public.map(|public| link(public, message.service.as_str())),
    }
}

/// The address of the page of this service.
fn link(public: &Url, service: &str) -> String {
    let mut link = public.clone();
    // Only an address without a host, which `public_url` cannot be, has no segments.
    if let Ok(mut segments) = link.path_segments_mut() {
        segments.pop_if_empty().push("services").push(service);
    }
    link.into()
}

/// Identifies the incident for receivers that open and close something by a key, also after its service was renamed. Names of services and
/// nodes can be too long for them.
fn incident_key(message: &Notification, since: DateTime<FixedOffset>) -> String {
    let mut hash = Sha256::new();
    let service = message.opened_as.as_ref().unwrap_or(&message.service);
    for part in [service.as_str(), &message.node, &since.timestamp_micros().to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digits: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("platus-{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_the_address_of_the_page_of_the_service() {
        let link = |public: &str, service: &str| link(&Url::parse(public).unwrap(), service);
        assert_eq!(link("https://platus.lan", "db"), "https://platus.lan/services/db");
        assert_eq!(link("https://lan/platus/", "a/b c?"), "https://lan/platus/services/a%2Fb%20c%3F");
    }
}
