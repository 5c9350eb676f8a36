//! What the tests tell.

use chrono::{DateTime, TimeDelta};
use model::{NotificationKind, ServiceId, State};
use notify::{Alert, Delivery};

pub(super) fn alert(name: &str, kind: NotificationKind, state: State, last_state: State) -> Alert {
    let since = DateTime::parse_from_rfc3339("2017-04-30T12:00:00+02:00").unwrap();
    Alert {
        kind,
        incident_key: format!("{name}-1"),
        service: ServiceId::new(name),
        group: "Infra".to_owned(),
        name: name.to_owned(),
        node: format!("{name}.lan"),
        state,
        last_state,
        seen: Some("connection refused".to_owned()),
        since,
        at: since + TimeDelta::minutes(3),
        checks: 3,
        link: Some(format!("https://platus.lan/?service={name}")),
    }
}

pub(super) fn down(name: &str) -> Alert {
    alert(name, NotificationKind::Opened, State::Down, State::Operational)
}

pub(super) fn of(alerts: Vec<Alert>) -> Delivery {
    Delivery { key: "0190-key".to_owned(), alerts, still_in_trouble: 1, late: None, text: None }
}

/// One node is down and one has recovered.
pub(super) fn mixed() -> Delivery {
    of(vec![down("Käse & <Brot>"), alert("web", NotificationKind::Recovered, State::Operational, State::Down)])
}

pub(super) fn one() -> Delivery {
    of(vec![down("db")])
}

/// Two thousand nodes go down at once.
pub(super) fn storm() -> Delivery {
    of((0..2000).map(|number| down(&format!("service-{number}"))).collect())
}
