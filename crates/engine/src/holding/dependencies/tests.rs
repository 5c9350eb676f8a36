use super::*;
use crate::service_nodes::{Change, not_checked_yet};
use crate::testing::operational;
use State::{Down, Operational, Unhealthy, Unknown};
use model::NotificationKind;
use test_support::noon;

/// A service `web` that depends on `db`, both looked at every ten seconds.
struct House {
    dependencies: Dependencies,
    events: Arc<Events>,
}

fn at(seconds: i64) -> DateTime<FixedOffset> {
    noon() + TimeDelta::seconds(seconds)
}

impl House {
    fn new() -> Self {
        let mut web = operational("web", &[]);
        web.depends_on = vec![ServiceId::new("db")];
        let services: Arc<[Arc<Service>]> = Arc::new([Arc::new(operational("db", &[])), Arc::new(web)]);
        let events = Arc::new(Events::new(Arc::clone(&services), noon()));
        Self { dependencies: Dependencies::new(services, Arc::clone(&events)), events }
    }

    /// A service is found in a state, in which it has been since then.
    fn found(&self, place: usize, state: State, since: i64, checked: i64) {
        let id = ["db", "web"][place];
        let row = not_checked_yet(&operational(id, &[]), noon());
        let row = NodeStatus { state, since: at(since), checked: at(checked), retries: u32::from(state != Operational), ..row };
        self.events.publish(vec![(place, Change::Row(row))]);
    }

    /// Whether somebody is told that `web` went into this state at second 100, and was confirmed to be so at 105.
    #[track_caller]
    fn check(&self, state: State, now: i64, held: Option<&str>) {
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
        let reason = self.dependencies.hold(&message, at(now));
        match held {
            Some(part) => assert!(reason.as_ref().is_some_and(|reason| reason.contains(part)), "{reason:?}"),
            None => assert_eq!(reason, None),
        }
    }
}

#[test]
fn trouble_is_told_when_the_cause_is_well() {
    let house = House::new();
    house.found(0, Operational, 0, 103);
    house.found(1, Down, 100, 105);
    house.check(Down, 106, None);
}

#[test]
fn trouble_is_not_told_while_the_cause_is_down_but_its_end_is() {
    for state in [Down, Unknown] {
        let house = House::new();
        house.found(0, state, 99, 103);
        house.found(1, Down, 100, 105);
        house.check(Down, 106, Some("DB, on which it depends, is"));
        house.check(Down, 9999, Some("DB, on which it depends, is"));
        house.check(Operational, 106, None);
    }
}

#[test]
fn a_cause_that_is_not_well_but_works_holds_nothing() {
    let house = House::new();
    house.found(0, Unhealthy, 50, 103);
    house.found(1, Down, 100, 105);
    house.check(Down, 106, None);
}

#[test]
fn the_cause_is_waited_for_when_it_has_not_been_looked_at_since() {
    let house = House::new();
    house.found(0, Operational, 0, 95);
    house.found(1, Down, 100, 105);
    house.check(Down, 106, Some("has not been looked at since"));
    // Two rounds of ten seconds and five for the time-out: longer nobody waits.
    house.check(Down, 134, Some("has not been looked at since"));
    house.check(Down, 135, None);
}

#[test]
fn a_service_gets_the_time_to_recover_after_its_cause() {
    let house = House::new();
    house.found(0, Operational, 200, 200);
    house.found(1, Down, 100, 195);
    house.check(Down, 201, Some("has just recovered"));
    house.found(1, Down, 100, 205);
    house.check(Down, 206, None);
}

#[test]
fn a_service_is_without_what_it_needs_while_that_is_down_or_unknown() {
    let house = House::new();
    let without = || house.dependencies.without_what_they_need().map(ToString::to_string).collect::<Vec<_>>();
    assert!(without().is_empty(), "nobody has looked yet");
    for (state, expected) in [(Operational, &[][..]), (Unhealthy, &[]), (Down, &["web"]), (Unknown, &["web"]), (Operational, &[])] {
        house.found(0, state, 100, 100);
        assert_eq!(without(), expected, "{state}");
    }
}
