//! A delivery as others see it: the variables of templates and the document of the channel `webhook`. What is in here is promised to
//! people who have built on it, so it is written down apart from what the program works with.

use super::delivery::{Alert, Delivery, Tone};
use model::NotificationKind;
use serde::Serialize;

/// Longest text, in bytes: that of some thousand lines.
const LONGEST_TEXT: usize = 256 << 10;

#[derive(Serialize)]
pub(super) struct DeliveryView<'a> {
    /// The same for every attempt, and for no other message.
    key: &'a str,
    /// What it is about, in some words.
    title: String,
    /// The lines of the message, or the text that somebody wants instead.
    text: String,
    /// `bad`, `warning`, `neutral` or `good`.
    tone: &'static str,
    counts: Counts,
    still_in_trouble: usize,
    /// How many seconds later than it should it is sent; null when that is not worth a word.
    late: Option<i64>,
    alerts: Vec<AlertView<'a>>,
}

/// How many alerts of the delivery are about nodes that are so now.
#[derive(Serialize)]
struct Counts {
    down: usize,
    unhealthy: usize,
    unknown: usize,
    operational: usize,
}

#[derive(Serialize)]
struct AlertView<'a> {
    /// `opened`, `worsened`, `reminder`, `flapping`, `settled`, `recovered`, `removed` or `test`.
    kind: &'static str,
    /// The line of the message.
    line: String,
    /// The same for everything about one outage of one node.
    incident: &'a str,
    service: &'a str,
    group: &'a str,
    name: &'a str,
    node: &'a str,
    state: &'static str,
    last_state: &'static str,
    seen: Option<&'a str>,
    /// Both as in RFC 3339.
    since: String,
    at: String,
    checks: u32,
    link: Option<&'a str>,
}

impl<'a> From<&'a Delivery> for DeliveryView<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        let [down, unhealthy, unknown, operational, _removed] = delivery.tally();
        Self {
            key: &delivery.key,
            title: delivery.title(),
            text: delivery.lines(LONGEST_TEXT),
            tone: match delivery.tone() {
                Tone::Good => "good",
                Tone::Neutral => "neutral",
                Tone::Warning => "warning",
                Tone::Bad => "bad",
            },
            counts: Counts { down, unhealthy, unknown, operational },
            still_in_trouble: delivery.still_in_trouble,
            late: delivery.late.map(|late| late.num_seconds()),
            alerts: delivery.alerts.iter().map(AlertView::from).collect(),
        }
    }
}

impl<'a> From<&'a Alert> for AlertView<'a> {
    fn from(alert: &'a Alert) -> Self {
        Self {
            kind: match alert.kind {
                NotificationKind::Opened => "opened",
                NotificationKind::Worsened => "worsened",
                NotificationKind::Reminder => "reminder",
                NotificationKind::FlappingStarted => "flapping",
                NotificationKind::FlappingEnded => "settled",
                NotificationKind::Recovered => "recovered",
                NotificationKind::Removed => "removed",
                NotificationKind::Test => "test",
            },
            line: alert.line(),
            incident: &alert.incident_key,
            service: alert.service.as_str(),
            group: &alert.group,
            name: &alert.name,
            node: &alert.node,
            state: alert.state.as_str(),
            last_state: alert.last_state.as_str(),
            seen: alert.seen.as_deref(),
            since: alert.since.to_rfc3339(),
            at: alert.at.to_rfc3339(),
            checks: alert.checks,
            link: alert.link.as_deref(),
        }
    }
}
