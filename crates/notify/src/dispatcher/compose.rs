//! From messages to what is handed to a channel.

use super::queue::Batch;
use crate::{Alert, Delivery};
use chrono::{DateTime, FixedOffset, TimeDelta};
use sha2::{Digest, Sha256};
use storage::Notification;
use system::foreign_text;
use url::Url;

/// A message that is later than this says so.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// `public` is where people find the page.
pub(super) fn delivery(batch: &Batch, still_in_trouble: usize, now: DateTime<FixedOffset>, public: Option<&Url>) -> Delivery {
    let late = now - batch.ready;
    Delivery {
        key: batch.key.clone(),
        alerts: batch.messages.iter().map(|message| alert(message, public)).collect(),
        still_in_trouble,
        late: (late > LATE).then_some(late),
        text: None,
    }
}

/// Texts of targets are made safe once more: they may have been stored by a program that did not do so.
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

/// Where people see the service.
fn link(public: &Url, service: &str) -> String {
    let mut link = public.clone();
    link.query_pairs_mut().append_pair("search", service);
    link.into()
}

/// Names the outage for receivers that open and close something by a key. Names of services and nodes can be longer than those take.
fn incident_key(message: &Notification, since: DateTime<FixedOffset>) -> String {
    let mut hash = Sha256::new();
    for part in [message.service.as_str(), &message.node, &since.timestamp_micros().to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digits: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("platus-{digits}")
}
