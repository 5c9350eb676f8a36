use super::*;
use crate::events::Events;
use crate::row::NodeReport;
use crate::testing::operational;
use crate::{Pattern, Services};
use chrono::TimeDelta;
use model::{ServiceId, State, SuppressionKind};
use storage::write_requests::WriteRequests;
use storage::{Silence, SilenceKind, StoreSnapshot};
use test_support::noon;

fn entered(id: u64, kind: SilenceKind, services: &[&str], minutes: Option<i64>) -> Silence {
    Silence {
        id,
        kind,
        services: services.iter().map(|id| ServiceId::new(*id)).collect(),
        author: format!("user {id}"),
        comment: String::new(),
        created: noon(),
        from: noon(),
        until: minutes.map(|minutes| noon() + TimeDelta::minutes(minutes)),
        recurrence: None,
    }
}

/// Rules for the service `db`, with a maintenance window of this many minutes for all services that match the pattern.
fn rules(entered: Vec<Silence>, window: Option<(&str, i64)>) -> SuppressionRules {
    let (write_requests, _entries) = WriteRequests::new();
    let silences = Arc::new(Silences::new(&StoreSnapshot::default(), write_requests));
    silences.add_stored(entered);
    let windows = window.into_iter().map(|(pattern, minutes)| MaintenanceWindow {
        scope: Scope { services: Some(vec![Pattern::new(pattern).unwrap()]), types: None },
        times: vec![Recurring::Once { from: noon(), until: noon() + TimeDelta::minutes(minutes) }],
    });
    let maintenance = Arc::new(Maintenance::new(windows.collect(), Arc::clone(&silences)));
    let services = Arc::new(Services::from_iter([operational("db", &[])]));
    let events = Arc::new(Events::new(&services, noon()));
    SuppressionRules { silences, maintenance, dependencies: Dependencies::new(services, events) }
}

fn row(incident: Option<u64>) -> Row {
    let service = operational("db", &[]);
    let report = NodeReport { incident, ..NodeReport::not_checked_yet(&service, noon()) };
    Row::new(&service, report)
}

/// The author of what suppresses the row, or the kind if there is no author.
fn of_row(rules: &SuppressionRules, incident: Option<u64>) -> Option<String> {
    let view = rules.of_row(&row(incident), noon())?;
    Some(view.author.unwrap_or_else(|| view.kind.to_string()))
}

#[test]
fn an_acknowledgement_suppresses_its_incident_until_the_incident_ends() {
    let rules = rules(vec![entered(1, SilenceKind::Acknowledgement { incident: 7 }, &["db"], None)], None);
    assert_eq!([None, Some(6), Some(7)].map(|incident| of_row(&rules, incident)), [None, None, Some("user 1".to_owned())]);
    let notification = |incident, state| {
        let message = Notification { incident, state, service: ServiceId::new("db"), ..storage::testing::message("key") };
        rules.of_notification(&message, noon()).map(|suppression| suppression.reason().to_string())
    };
    assert_eq!(notification(7, State::Down).as_deref(), Some("acknowledgement by user 1"));
    assert_eq!([notification(6, State::Down), notification(7, State::Operational)], [None, None]);
}

#[test]
fn of_several_reasons_the_nearest_and_then_the_longest_counts() {
    let silence = |id, services: &[&str], minutes| entered(id, SilenceKind::Silence, services, Some(minutes));
    let of = |silences, window| of_row(&rules(silences, window), Some(7));
    assert_eq!(of(vec![silence(1, &["web"], 10)], Some(("web", 10))), None, "they are about another service");
    assert_eq!(of(vec![silence(1, &[], 10), silence(2, &[], 20)], None).as_deref(), Some("user 2"));
    assert_eq!(of(vec![silence(1, &[], 90), silence(2, &["db"], 20)], None).as_deref(), Some("user 2"));
    assert_eq!(of(vec![silence(1, &["db"], 20)], Some(("*", 10))).as_deref(), Some("user 1"));
    assert_eq!(of(vec![silence(1, &["db"], 20)], Some(("*", 30))).as_deref(), Some("maintenance"));
    let acknowledgement = entered(3, SilenceKind::Acknowledgement { incident: 7 }, &["db"], Some(1));
    assert_eq!(of(vec![silence(1, &["db"], 20), acknowledgement], Some(("*", 30))).as_deref(), Some("user 3"));
}

#[test]
fn a_recurring_silence_suppresses_until_the_end_of_its_occurrence() {
    // It is 12:00 in Berlin.
    let daily = |to: &str| serde_json::from_str(&format!(r#"{{"from": "11:00", "to": "{to}", "zone": "Europe/Berlin"}}"#)).unwrap();
    let recurring = |id, to, services: &[&str]| Silence {
        recurrence: Some(daily(to)),
        ..entered(id, SilenceKind::Maintenance, services, None)
    };
    let of_all = rules(vec![recurring(1, "12:30", &[])], None);
    assert_eq!(of_all.of_row(&row(None), noon()).map(|it| it.until), Some(Some(noon() + TimeDelta::minutes(30))));
    let rules = rules(vec![recurring(1, "12:30", &["db"]), entered(2, SilenceKind::Silence, &["db"], Some(10))], None);
    let at = |minutes| rules.of_row(&row(None), noon() + TimeDelta::minutes(minutes));
    let view = at(0).unwrap();
    assert_eq!((view.kind, view.author.as_deref()), (SuppressionKind::Maintenance, Some("user 1")));
    assert_eq!(view.until, Some(noon() + TimeDelta::minutes(30)), "of two the one that ends later");
    assert_eq!(at(30), None);
    assert_eq!(at(23 * 60).map(|it| it.until), Some(Some(noon() + TimeDelta::minutes(24 * 60 + 30))));
    let covers = |minutes| rules.maintenance.covers(&ServiceId::new("db"), "Infra", noon() + TimeDelta::minutes(minutes));
    assert_eq!([-1, 0, 29, 30, 23 * 60].map(covers), [false, true, true, false, true]);
}

#[test]
fn a_row_shows_kind_author_and_end() {
    let rules = rules(vec![entered(1, SilenceKind::Maintenance, &["db"], Some(10))], None);
    let view = rules.of_row(&row(None), noon()).unwrap();
    assert_eq!((view.kind, view.author.as_deref()), (SuppressionKind::Maintenance, Some("user 1")));
    assert_eq!(view.until, Some(noon() + TimeDelta::minutes(10)));
    assert_eq!(rules.of_row(&row(None), noon() + TimeDelta::minutes(10)), None);
}
