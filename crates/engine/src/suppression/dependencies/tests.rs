use super::*;
use crate::row::{NodeReport, RowChange};
use crate::testing::operational;
use State::{Down, Operational, Unhealthy, Unknown};
use model::NotificationKind;
use storage::Notification;
use test_support::noon;

/// A service `web` that depends on `db`, both checked every ten seconds.
struct Stage {
    dependencies: Dependencies,
    events: Arc<Events>,
}

fn at(seconds: i64) -> DateTime<FixedOffset> {
    noon() + TimeDelta::seconds(seconds)
}

impl Stage {
    fn new() -> Self {
        let mut web = operational("web", &[]);
        web.depends_on = vec![ServiceId::new("db")];
        let services = Arc::new(Services::from_iter([operational("db", &[]), web]));
        let events = Arc::new(Events::new(&services, noon()));
        Self { dependencies: Dependencies::new(services, Arc::clone(&events)), events }
    }

    /// A check finds a service in a state, which it has had since `since`.
    fn found(&self, id: &str, state: State, since: i64, checked: i64) {
        let service = operational(id, &[]);
        let row = Row::new(&service, NodeReport::not_checked_yet(&service, noon()));
        let retries = u32::from(state != Operational);
        let status = NodeStatus { state, since: at(since), checked: at(checked), retries, ..row.status.clone() };
        self.events.publish(vec![RowChange::Row(Row { status, ..row })]);
    }

    /// Whether a notification is suppressed that `web` went into this state at second 100, confirmed at 105.
    #[track_caller]
    fn check(&self, state: State, now: i64, suppressed: Option<&str>) {
        let message = Notification {
            created: at(105),
            service: ServiceId::new("web"),
            name: "Web".to_owned(),
            state,
            kind: if state == Operational { NotificationKind::Recovered } else { NotificationKind::Opened },
            since: Some(at(100)),
            checks: 1,
            ..storage::testing::message("key")
        };
        let reason = self.dependencies.reason(&Subject::notification(&message), at(now)).map(|found| found.reason().to_string());
        match suppressed {
            Some(part) => assert!(reason.as_ref().is_some_and(|reason| reason.contains(part)), "{reason:?}"),
            None => assert_eq!(reason, None),
        }
    }
}

#[test]
fn a_failure_is_notified_while_the_dependency_is_operational() {
    let stage = Stage::new();
    stage.found("db", Operational, 0, 103);
    stage.found("web", Down, 100, 105);
    stage.check(Down, 106, None);
}

#[test]
fn a_failure_is_suppressed_while_the_dependency_is_down_but_its_end_is_not() {
    for state in [Down, Unknown] {
        let stage = Stage::new();
        stage.found("db", state, 99, 103);
        stage.found("web", Down, 100, 105);
        stage.check(Down, 106, Some("dependency DB is"));
        stage.check(Down, 9999, Some("dependency DB is"));
        stage.check(Operational, 106, None);
    }
}

#[test]
fn an_unhealthy_dependency_suppresses_nothing() {
    let stage = Stage::new();
    stage.found("db", Unhealthy, 50, 103);
    stage.found("web", Down, 100, 105);
    stage.check(Down, 106, None);
}

#[test]
fn a_check_of_the_dependency_is_awaited_after_the_failure() {
    let stage = Stage::new();
    stage.found("db", Operational, 0, 95);
    stage.found("web", Down, 100, 105);
    stage.check(Down, 106, Some("was not checked since"));
    // Two intervals of ten seconds and two timeouts of five.
    stage.check(Down, 134, Some("was not checked since"));
    stage.check(Down, 135, None);
}

#[test]
fn a_service_has_time_to_recover_after_its_dependency() {
    let stage = Stage::new();
    stage.found("db", Operational, 200, 200);
    stage.found("web", Down, 100, 195);
    stage.check(Down, 201, Some("has just recovered"));
    stage.found("web", Down, 100, 205);
    stage.check(Down, 206, None);
}

#[test]
fn a_failing_row_is_suppressed_while_its_dependency_is_down_or_unknown() {
    let stage = Stage::new();
    let of_web = || stage.dependencies.reason(&Subject::row(&stage.events.rows_of(&ServiceId::new("web"))[0]), at(200)).is_some();
    assert!(!of_web(), "there was no check yet");
    stage.found("web", Down, 100, 100);
    for (state, expected) in [(Operational, false), (Unhealthy, false), (Down, true), (Unknown, true), (Operational, false)] {
        stage.found("db", state, 100, 100);
        assert_eq!(of_web(), expected, "{state}");
    }
    stage.found("db", Down, 100, 100);
    stage.found("web", Operational, 100, 100);
    assert!(!of_web(), "it does not fail");
}
