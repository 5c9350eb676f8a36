//! The documents are those of a real mongod 6.0.5, without irrelevant keys.

use super::*;
use mongodb::bson::{DateTime, Document, doc};

/// When the newest entry of the primary was written, in milliseconds since 1970.
const NEWEST: i64 = 1_795_418_321_971;

const REFUSED: &str = "Error connecting to b.test:27017 :: caused by :: Connection refused";

/// A member that answers, `late` milliseconds behind the newest entry.
fn member(name: &str, state: i32, word: &str, late: i64) -> Document {
    let wall = NEWEST - late;
    doc! {
        "_id": 0, "name": name, "health": 1.0, "state": state, "stateStr": word, "uptime": 50,
        "optimeDate": DateTime::from_millis(wall / 1000 * 1000),
        "lastAppliedWallTime": DateTime::from_millis(wall),
        "lastHeartbeatMessage": "", "infoMessage": "",
    }
}

fn primary(name: &str) -> Document {
    let mut primary = member(name, 1, "PRIMARY", 0);
    primary.insert("self", true);
    primary.insert("infoMessage", "Could not find member to sync from");
    primary
}

fn secondary(name: &str) -> Document {
    member(name, 2, "SECONDARY", 0)
}

/// A member that does not answer. Its latest known position is still reported.
fn down(name: &str, heartbeat: &str) -> Document {
    let mut down = member(name, 8, "(not reachable/healthy)", 10_000);
    down.insert("health", 0.0);
    down.insert("optimeDate", DateTime::from_millis(0));
    down.insert("lastHeartbeatMessage", heartbeat);
    down
}

fn arbiter(name: &str) -> Document {
    doc! {
        "_id": 2, "name": name, "health": 1.0, "state": 7, "stateStr": "ARBITER", "uptime": 9,
        "lastHeartbeatMessage": "", "infoMessage": "",
    }
}

fn with(mut document: Document, key: &str, value: impl Into<mongodb::bson::Bson>) -> Document {
    document.insert(key, value);
    document
}

fn read(members: Vec<Document>, configuration: Option<&Document>) -> ReplicaSet {
    ReplicaSet::read(&doc! { "set": "rs0", "myState": 1, "members": members, "ok": 1.0 }, configuration).unwrap()
}

#[track_caller]
fn check_judged(observations: &[Observation], expected: &[(&str, State, &str)]) {
    let seen: Vec<_> = observations.iter().map(|o| (o.node.as_str(), o.state, o.message.as_deref().unwrap())).collect();
    assert_eq!(seen, expected);
    for observation in observations {
        assert_eq!(observation.expectations.iter().all(|e| e.met), observation.state == State::Operational, "{observation:?}");
    }
}

#[track_caller]
fn check(members: Vec<Document>, expected: &[(&str, State, &str)]) {
    check_judged(&judge(&read(members, None), Some(30.0)), expected);
}

/// The health decides, since the reported state may be outdated.
#[test]
fn a_member_without_health_is_down() {
    let silent = with(secondary("b.test:27017"), "health", 0.0);
    let seen = judge(&read(vec![primary("a.test:27017"), silent], None), None);
    assert_eq!([seen[0].state, seen[1].state], [State::Operational, State::Down]);
}

#[test]
fn a_healthy_set_is_operational() {
    check(
        vec![primary("a.test:27017"), secondary("b.test:27017"), member("c.test:27018", 2, "SECONDARY", 1_250)],
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Operational, "SECONDARY, 0 s behind the primary"),
            ("c.test", State::Operational, "SECONDARY, 1.3 s behind the primary"),
        ],
    );
}

#[test]
fn members_on_one_host_keep_their_ports() {
    check(
        vec![primary("a.test:27017"), secondary("a.test:27018"), secondary("[::1]:27017")],
        &[
            ("a.test:27017", State::Operational, "PRIMARY"),
            ("a.test:27018", State::Operational, "SECONDARY, 0 s behind the primary"),
            ("::1", State::Operational, "SECONDARY, 0 s behind the primary"),
        ],
    );
}

#[test]
fn killed_and_hung_members_are_down() {
    check(
        vec![
            primary("a.test:27017"),
            down("b.test:27017", REFUSED),
            down("c.test:27017", "no response within election timeout period"),
        ],
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Down, &format!("not reachable/healthy: {REFUSED}")),
            ("c.test", State::Down, "not reachable/healthy: no response within election timeout period"),
        ],
    );
    let timed_out = "Request 89 timed out, deadline was 2026-11-25T21:08:11.660+00:00, op was RemoteCommand 89";
    check(
        vec![primary("a.test:27017"), down("b.test:27017", timed_out)],
        &[("a.test", State::Operational, "PRIMARY"), ("b.test", State::Down, "not reachable/healthy: the heartbeat timed out")],
    );
    // Servers before MongoDB 3 return integers.
    check(
        vec![
            primary("a.test:27017"),
            with(down("b.test:27017", ""), "health", 0),
            with(secondary("c.test:27017"), "health", 1_i64),
        ],
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Down, "not reachable/healthy"),
            ("c.test", State::Operational, "SECONDARY, 0 s behind the primary"),
        ],
    );
}

#[test]
fn a_set_without_a_primary_is_unhealthy() {
    let survivor = with(secondary("a.test:27017"), "infoMessage", "Could not find member to sync from");
    check(
        vec![survivor, down("b.test:27017", REFUSED), arbiter("c.test:27017")],
        &[
            ("a.test", State::Unhealthy, "SECONDARY, the set has no primary: Could not find member to sync from"),
            ("b.test", State::Down, &format!("not reachable/healthy: {REFUSED}")),
            ("c.test", State::Unhealthy, "ARBITER, the set has no primary"),
        ],
    );
    // A former primary that is unreachable does not count.
    check(
        vec![with(primary("a.test:27017"), "health", 0.0), secondary("b.test:27017")],
        &[("a.test", State::Down, "PRIMARY"), ("b.test", State::Unhealthy, "SECONDARY, the set has no primary")],
    );
}

#[test]
fn members_that_nobody_can_use_are_unhealthy() {
    let starting = with(member("c.test:27017", 5, "STARTUP2", 0), "optimeDate", DateTime::from_millis(0));
    let recovering = with(member("b.test:27017", 3, "RECOVERING", 12_000), "errmsg", "still catching up");
    check(
        vec![primary("a.test:27017"), recovering, starting],
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Unhealthy, "RECOVERING, 12 s behind the primary: still catching up"),
            ("c.test", State::Unhealthy, "STARTUP2"),
        ],
    );
    check(
        vec![
            primary("a.test:27017"),
            member("b.test:27017", 9, "ROLLBACK", 5_000),
            with(member("c.test:27017", 6, "UNKNOWN", 0), "lastHeartbeatMessage", "not authorized"),
            member("d.test:27017", 8, "DOWN", 0),
            member("e.test:27017", 10, "REMOVED", 0),
            member("f.test:27017", 0, "STARTUP", 0),
        ],
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Unhealthy, "ROLLBACK"),
            ("c.test", State::Unhealthy, "UNKNOWN: not authorized"),
            ("d.test", State::Down, "DOWN"),
            ("e.test", State::Unhealthy, "REMOVED"),
            ("f.test", State::Unhealthy, "STARTUP"),
        ],
    );
}

#[test]
fn a_secondary_that_lags_is_unhealthy() {
    let late = |milliseconds| vec![primary("a.test:27017"), member("b.test:27017", 2, "SECONDARY", milliseconds)];
    let primary = ("a.test", State::Operational, "PRIMARY");
    check(late(30_000), &[primary, ("b.test", State::Operational, "SECONDARY, 30 s behind the primary")]);
    check(late(130_400), &[primary, ("b.test", State::Unhealthy, "SECONDARY, 130 s behind the primary, more than 30 s")]);
    // The known position of the primary is older than that of the secondary.
    check(late(-2_000), &[primary, ("b.test", State::Operational, "SECONDARY, 0 s behind the primary")]);

    let lag = |max_lag| judge(&read(late(130_400), None), max_lag).remove(1);
    assert_eq!(lag(None).metrics, [Metric::new("lag", 130.4, "s")]);
    assert_eq!(lag(None).state, State::Operational);
    assert_eq!((lag(Some(130.5)).state, lag(Some(130.3)).state), (State::Operational, State::Unhealthy));
}

#[test]
fn a_lag_needs_something_to_compare() {
    let old_server = |document: Document| {
        let mut document = document;
        document.remove("lastAppliedWallTime");
        document
    };
    let members = vec![old_server(primary("a.test:27017")), member("b.test:27017", 2, "SECONDARY", 4_971), arbiter("c.test:27017")];
    check(
        members,
        &[
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Operational, "SECONDARY, 4 s behind the primary"),
            ("c.test", State::Operational, "ARBITER"),
        ],
    );
    let observations =
        judge(&read(vec![primary("a.test:27017"), arbiter("b.test:27017"), down("c.test:27017", "")], None), Some(0.0));
    assert!(observations.iter().all(|observation| observation.metrics.is_empty()));
}

#[test]
fn a_member_that_is_delayed_on_purpose_does_not_lag() {
    let members = || {
        vec![primary("a.test:27017"), member("b.test:27017", 2, "SECONDARY", 3_602_000), member("c.test:27017", 2, "SECONDARY", 0)]
    };
    for key in ["secondaryDelaySecs", "slaveDelay"] {
        let configuration = doc! { "config": { "members": [
            { "host": "a.test:27017", "hidden": false, key: 0_i64 },
            { "host": "b.test:27017", "hidden": true, key: 3600_i64 },
            { "host": "c.test:27017", "hidden": true, key: 0_i64 },
        ] } };
        let expected = [
            ("a.test", State::Operational, "PRIMARY"),
            ("b.test", State::Operational, "SECONDARY (hidden, delayed by 3600 s), 2 s behind what it should have"),
            ("c.test", State::Operational, "SECONDARY (hidden), 0 s behind the primary"),
        ];
        check_judged(&judge(&read(members(), Some(&configuration)), Some(30.0)), &expected);
        let strict = judge(&read(members(), Some(&configuration)), Some(1.0));
        assert_eq!((strict[1].state, strict[2].state), (State::Unhealthy, State::Operational));
    }
    // It is unknown without permission to read the configuration.
    assert_eq!(judge(&read(members(), None), Some(30.0))[1].state, State::Unhealthy);
}

#[test]
fn of_two_primaries_the_newer_counts() {
    let old = with(with(primary("a.test:27017"), "optimeDate", DateTime::from_millis(NEWEST - 60_000)), "lastAppliedWallTime", 0);
    let set = read(vec![old, primary("b.test:27017"), secondary("c.test:27017")], None);
    assert_eq!(set.primary().map(|primary| primary.name.as_str()), Some("b.test:27017"));
}

#[test]
fn messages_and_sets_have_a_largest_size() {
    let chatty = with(secondary("b.test:27017"), "lastHeartbeatMessage", "x".repeat(10_000));
    assert!(judge(&read(vec![chatty], None), None)[0].message.as_ref().unwrap().len() < 250);
    let many: Vec<_> = (0..1000).map(|n| secondary(&format!("h{n}:27017"))).collect();
    assert_eq!(read(many, None).members.len(), 100);
}

#[test]
fn other_documents_are_no_set() {
    for document in [
        doc! {},
        doc! { "set": "rs0" },
        doc! { "set": "rs0", "members": 7 },
        doc! { "set": "rs0", "members": [] },
        doc! { "set": "rs0", "members": ["a"] },
        doc! { "set": "rs0", "members": [{ "name": "a.test:27017" }] },
        doc! { "set": "rs0", "members": [{ "state": 1 }] },
    ] {
        assert_eq!(ReplicaSet::read(&document, None), None);
    }
    assert_eq!(read(vec![primary("a.test:27017")], Some(&doc! { "config": 7 })).members.len(), 1);
}
