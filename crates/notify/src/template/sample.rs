//! Messages with which a template is tried before there is news.

use crate::{Alert, Delivery};
use chrono::{DateTime, TimeDelta};
use model::{NotificationKind, ServiceId, State};

pub(super) fn deliveries() -> [Delivery; 3] {
    let down = Alert {
        kind: NotificationKind::Opened,
        incident_key: "sample-1".to_owned(),
        service: ServiceId::new("sample"),
        group: "Samples".to_owned(),
        name: "Sample \"1\"".to_owned(),
        node: "sample.example".to_owned(),
        state: State::Down,
        last_state: State::Operational,
        seen: Some("Connection refused".to_owned()),
        since: DateTime::default(),
        at: DateTime::default(),
        checks: 3,
        link: Some("https://platus.example/?service=sample".to_owned()),
    };
    let recovered = Alert {
        kind: NotificationKind::Recovered,
        state: State::Operational,
        last_state: State::Down,
        seen: None,
        link: None,
        checks: 0,
        ..down.clone()
    };
    let others = [
        NotificationKind::Worsened,
        NotificationKind::Reminder,
        NotificationKind::FlappingStarted,
        NotificationKind::FlappingEnded,
    ];
    let others = others.map(|kind| Alert { kind, ..down.clone() });
    let removed = Alert { kind: NotificationKind::Removed, state: State::Unknown, ..recovered.clone() };
    let trial = Alert { kind: NotificationKind::Test, ..recovered.clone() };
    let everything = Delivery {
        key: "sample-1".to_owned(),
        alerts: [down].into_iter().chain(others).chain([recovered.clone(), removed]).collect(),
        still_in_trouble: 1,
        late: Some(TimeDelta::minutes(5)),
        text: None,
    };
    let little =
        Delivery { key: "sample-2".to_owned(), alerts: vec![recovered], still_in_trouble: 0, late: None, ..everything.clone() };
    let trial = Delivery { key: "sample-3".to_owned(), alerts: vec![trial], ..little.clone() };
    [everything, little, trial]
}
