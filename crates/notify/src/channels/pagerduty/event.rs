//! The events of a delivery, without the routing key.

use crate::text::cut;
use crate::{Alert, Delivery};
use model::{NotificationKind, State};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Most alerts of one delivery that have an incident each.
pub(super) const MOST_SINGLE: usize = 10;

/// The key of the incident of a delivery with more alerts. Keys belong to an integration, so those of several channels do not collide.
pub(super) const STORM: &str = "platus-storm";

/// Longest summary, in characters, as the documentation of the Events API says.
const LONGEST_SUMMARY: usize = 1024;

/// Longest key of an incident, in characters, as the documentation of the Events API says.
const LONGEST_KEY: usize = 255;

/// Longest text of a storm, in bytes. The documentation of the Events API allows 512 KB, but events are read on a telephone.
const LONGEST_LINES: usize = 20_000;

/// Most single incidents that a storm of recoveries resolves. `PagerDuty` accepts some hundred events a minute, and a delivery hardly ends
/// more incidents that small deliveries have opened.
const MOST_RESOLVED: usize = 100;

#[derive(Default)]
pub(super) struct Events {
    pub(super) in_order: Vec<Value>,
    pub(super) in_any_order: Vec<Value>,
}

pub(super) fn events(delivery: &Delivery) -> Events {
    let mut events = Events::default();
    let is_storm = delivery.alerts.len() > MOST_SINGLE;
    if is_storm {
        if delivery.alerts.iter().any(is_failing) && delivery.still_failing > 0 {
            events.in_order.push(storm(delivery));
        }
        let recovered = delivery.alerts.iter().filter(|alert| !is_failing(alert)).take(MOST_RESOLVED);
        events.in_any_order = recovered.map(|alert| resolve(&key(alert))).collect();
    } else {
        events.in_order = delivery.alerts.iter().map(|alert| single(alert, delivery)).collect();
    }
    if delivery.still_failing == 0 && !delivery.is_test() {
        events.in_order.push(resolve(STORM));
    }
    events
}

/// A test opens an incident, too, to show that a person is called.
fn is_failing(alert: &Alert) -> bool {
    alert.kind == NotificationKind::Test || alert.is_failing()
}

fn single(alert: &Alert, delivery: &Delivery) -> Value {
    if !is_failing(alert) {
        return resolve(&key(alert));
    }
    let summary = delivery.text.clone().unwrap_or_else(|| match &alert.seen {
        Some(seen) => format!("{}: {seen}", alert.line()),
        None => alert.line(),
    });
    let mut details = json!({
        "service": alert.service.as_str(),
        "node": alert.node,
        "state": alert.state.as_str(),
        "last_state": alert.last_state.as_str(),
        "seen": alert.seen,
        "since": alert.since.to_rfc3339(),
        "checks": alert.checks,
    });
    // The whole text; the summary is truncated.
    if delivery.text.is_some() {
        details["text"] = json!(delivery.lines(LONGEST_LINES));
    }
    let payload = json!({
        "summary": cut(&summary, LONGEST_SUMMARY),
        "source": if alert.node.is_empty() { alert.name.as_str() } else { alert.node.as_str() },
        "severity": severity(alert),
        "timestamp": alert.at.to_rfc3339(),
        "component": alert.name,
        "group": alert.group,
        "custom_details": details,
    });
    let links: Vec<_> = alert.link.iter().map(|link| json!({"href": link, "text": "Open in Platus"})).collect();
    trigger(&key(alert), payload, &links)
}

fn storm(delivery: &Delivery) -> Value {
    let in_trouble = delivery.alerts.iter().filter(|alert| is_failing(alert));
    let worst = in_trouble.max_by_key(|alert| (alert.tone(), alert.state)).map_or("warning", severity);
    let summary = delivery.text.clone().unwrap_or_else(|| delivery.counts());
    let payload = json!({
        "summary": cut(&summary, LONGEST_SUMMARY),
        "source": "Platus",
        "severity": worst,
        "timestamp": delivery.alerts.last().map(|alert| alert.at.to_rfc3339()),
        "custom_details": {"lines": delivery.lines(LONGEST_LINES)},
    });
    trigger(STORM, payload, &[])
}

fn trigger(key: &str, payload: Value, links: &[Value]) -> Value {
    json!({"event_action": "trigger", "dedup_key": key, "client": "Platus", "payload": payload, "links": links})
}

fn resolve(key: &str) -> Value {
    json!({"event_action": "resolve", "dedup_key": key})
}

fn severity(alert: &Alert) -> &'static str {
    match (alert.kind, alert.state) {
        (NotificationKind::Test, _) => "info",
        (NotificationKind::FlappingStarted, _) => "warning",
        (_, State::Down) => "critical",
        (_, State::Unhealthy) => "error",
        (_, State::Unknown | State::Operational) => "warning",
    }
}

/// A key that is too long is replaced by its hash.
fn key(alert: &Alert) -> String {
    if alert.incident_key.len() <= LONGEST_KEY {
        return alert.incident_key.clone();
    }
    let mut key = String::new();
    for byte in Sha256::digest(&alert.incident_key) {
        // Writing to a string cannot fail.
        write!(key, "{byte:02x}").ok();
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{alert, delivery, mixed, spoken, storm as many, test};

    fn all(delivery: &Delivery) -> Vec<Value> {
        let events = events(delivery);
        [events.in_order, events.in_any_order].concat()
    }

    #[track_caller]
    fn check(delivery: &Delivery, expected: &[(&str, &str)]) {
        let events = all(delivery);
        let sent: Vec<_> =
            events.iter().map(|event| (event["event_action"].as_str().unwrap(), event["dedup_key"].as_str().unwrap())).collect();
        assert_eq!(sent, expected);
    }

    #[test]
    fn some_alerts() {
        insta::assert_json_snapshot!(all(&mixed()));
        insta::assert_json_snapshot!("test", all(&test()));
        insta::assert_json_snapshot!("spoken", all(&spoken("Hello\nworld")));
    }

    #[test]
    fn a_storm_is_one_incident() {
        check(&many(10), &(0..10).map(|_| "trigger").zip(KEYS).collect::<Vec<_>>());
        let storm = many(2000);
        check(&storm, &[("trigger", "platus-storm")]);
        let event = all(&storm).remove(0);
        assert!(event.to_string().len() < 40_000);
        assert_eq!((&event["payload"]["summary"], &event["payload"]["severity"]), (&json!("2000 down"), &json!("critical")));
    }

    const KEYS: [&str; 10] = [
        "service & number 0-1",
        "service & number 1-1",
        "service & number 2-1",
        "service & number 3-1",
        "service & number 4-1",
        "service & number 5-1",
        "service & number 6-1",
        "service & number 7-1",
        "service & number 8-1",
        "service & number 9-1",
    ];

    #[test]
    fn a_storm_ends_with_the_last_node() {
        let mut last = delivery(vec![alert("db", State::Operational, State::Down)]);
        check(&last, &[("resolve", "db-1")]);
        last.still_failing = 0;
        check(&last, &[("resolve", "db-1"), ("resolve", "platus-storm")]);

        let mut gone = delivery(vec![alert("db", State::Unknown, State::Down)]);
        gone.alerts[0].kind = NotificationKind::Removed;
        check(&gone, &[("resolve", "db-1")]);

        let mut calm = many(2000);
        for alert in &mut calm.alerts {
            (alert.kind, alert.state, alert.last_state) = (NotificationKind::Recovered, State::Operational, State::Down);
        }
        assert_eq!(all(&calm).len(), 100);
        calm.still_failing = 0;
        let events = all(&calm);
        assert_eq!((events.len(), &events[0]), (101, &json!({"event_action": "resolve", "dedup_key": "platus-storm"})));

        let mut closed = test();
        closed.still_failing = 0;
        check(&closed, &[("trigger", "Test-1")]);
    }

    #[test]
    fn long_texts_are_truncated() {
        let mut long = delivery(vec![alert(&"ü".repeat(1000), State::Unknown, State::Operational)]);
        let event = all(&long).remove(0);
        assert_eq!(event["dedup_key"].as_str().unwrap().len(), 64);
        assert!(event["payload"]["summary"].as_str().unwrap().len() <= 1024);
        assert_eq!(event["payload"]["severity"], "warning");
        long.alerts[0].incident_key = "x".repeat(255);
        assert_eq!(all(&long)[0]["dedup_key"], "x".repeat(255));
    }
}
