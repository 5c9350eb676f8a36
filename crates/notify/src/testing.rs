//! Deliveries for unit tests.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use super::{Alert, Delivery};
use chrono::TimeDelta;
use model::{NotificationKind, ServiceId, State};
use test_support::noon;

pub fn alert(name: &str, state: State, last_state: State) -> Alert {
    Alert {
        kind: if state.is_operational() { NotificationKind::Recovered } else { NotificationKind::Opened },
        incident_key: format!("{name}-1"),
        service: ServiceId::new(name),
        group: "Infra".to_owned(),
        name: name.to_owned(),
        node: format!("{name}.lan"),
        state,
        last_state,
        seen: Some("Connection refused".to_owned()),
        since: noon(),
        at: noon() + TimeDelta::seconds(185),
        checks: if state.is_operational() { 0 } else { 3 },
        link: Some(format!("https://platus.lan/?service={name}")),
    }
}

pub fn delivery(alerts: Vec<Alert>) -> Delivery {
    Delivery { key: "0190-key".to_owned(), alerts, still_in_trouble: 1, late: None, text: None }
}

/// One alert of each kind that differs in its words, with letters that some receivers take for commands.
pub fn mixed() -> Delivery {
    let mut wild = alert("käse_<b>*&|", State::Unhealthy, State::Operational);
    wild.seen = Some("500 <Internal> & \"worse\" `@everyone` [x](y)".to_owned());
    let mut reminder = alert("db", State::Down, State::Operational);
    reminder.kind = NotificationKind::Reminder;
    reminder.link = None;
    let mut delivery = delivery(vec![wild, reminder, alert("web", State::Operational, State::Down)]);
    delivery.late = Some(TimeDelta::minutes(125));
    delivery
}

pub fn storm(n_alerts: usize) -> Delivery {
    delivery((0..n_alerts).map(|number| alert(&format!("service & number {number}"), State::Down, State::Operational)).collect())
}

pub fn test() -> Delivery {
    let mut test = alert("Test", State::Operational, State::Operational);
    test.kind = NotificationKind::Test;
    test.seen = None;
    delivery(vec![test])
}

/// The link of [`spoken`].
pub const LINK: &str = "https://platus.lan/?service=db";

/// With a text of somebody instead of the usual one.
pub fn spoken(text: &str) -> Delivery {
    Delivery { text: Some(text.to_owned()), ..delivery(vec![alert("db", State::Down, State::Operational)]) }
}
