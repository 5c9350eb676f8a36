//! Tests that only look, at one set that they share: a primary, a hidden and delayed secondary, and an arbiter.

use super::*;
use crate::servers::free_port;
use crate::servers::mongod::{MONITOR, ReplicaSet, STRANGER, WATCHER};
use crate::targets::{OddServer, targets};
use ::mongodb::bson::doc;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Host and port of the members.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| SET.names());

static SET: LazyLock<ReplicaSet> = LazyLock::new(|| {
    let delayed = doc! { "hidden": true, "priority": 0, "secondaryDelaySecs": 1 };
    let arbiter = doc! { "arbiterOnly": true, "priority": 0 };
    let start = || Runtime::new().unwrap().block_on(ReplicaSet::start(&[doc! {}, delayed, arbiter]));
    // A thread of its own, for this one may drive a test already.
    thread::scope(|scope| scope.spawn(start).join().unwrap())
});

#[track_caller]
fn assert_healthy(observations: &[Observation], secondary: &str) {
    let nodes: Vec<_> = observations.iter().map(|observation| observation.node.as_str()).collect();
    assert_eq!(nodes, NAMES.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = rows(observations);
    assert_eq!(rows[0], (State::Operational, "PRIMARY"));
    assert!(rows[1].0 == State::Operational && rows[1].1.starts_with(secondary), "{rows:?}");
    assert_eq!(rows[2], (State::Operational, "ARBITER"));
    let metrics: Vec<_> = observations.iter().map(|observation| observation.metrics.len()).collect();
    assert_eq!(metrics, [0, 1, 0]);
    assert!(observations.iter().all(|observation| observation.elapsed.is_some()));
}

const DELAYED: &str = "SECONDARY (hidden, delayed by 1 s), ";

#[tokio::test]
async fn each_member_knows_every_member() {
    for host in [&NAMES[0], &NAMES[1]] {
        let seen = look(at(&[host], MONITOR, json!({})), json!({"max_lag": 30})).await.unwrap();
        assert_healthy(&seen, DELAYED);
        let phases: Vec<_> = seen[0].phases.iter().map(|phase| phase.name).collect();
        assert_eq!(phases, ["connect", "status", "configuration"]);
        let of_phases: Duration = seen[0].phases.iter().map(|phase| phase.elapsed).sum();
        assert!(seen[0].elapsed >= Some(of_phases), "{:?} and {:?}", seen[0].elapsed, seen[0].phases);
    }
}

#[tokio::test]
async fn host_and_port_may_stand_apart() {
    let port: u16 = NAMES[0].rsplit_once(':').unwrap().1.parse().unwrap();
    let properties = json!({"host": "localhost", "port": port, "protocol": "mongodb"});
    let login = json!({"username": MONITOR.username, "password": MONITOR.password, "auth_mechanism": "SCRAM-SHA-256"});
    assert_healthy(&look(with(properties, login), json!({})).await.unwrap(), DELAYED);
}

#[tokio::test]
async fn the_configuration_is_done_without_if_it_must() {
    let service = service(&at(&NAMES[..1], WATCHER, json!({})), &json!({}));
    for _ in 0..2 {
        assert_healthy(&observe(service.as_ref()).await, "SECONDARY, ");
    }
}

#[tokio::test]
async fn failed_logins_are_reported() {
    let name = &NAMES[0];
    let refused = |user: &str| {
        let reason = "SCRAM failure: Authentication failed.";
        format!("the user `{user}` is rejected ({reason}) at {name}; look at `username`, `password` and `auth_source`")
    };
    let wrong = Login { password: "wrong", ..MONITOR };
    assert_eq!(look_in_vain(at(&[name], wrong, json!({}))).await, refused("monitor"));
    let unknown = Login { username: "unknown", ..MONITOR };
    assert_eq!(look_in_vain(at(&[name], unknown, json!({}))).await, refused("unknown"));
    assert_eq!(look_in_vain(at(&[name], MONITOR, json!({"auth_source": "shop"}))).await, refused("monitor"));
    assert_eq!(
        look_in_vain(at(&[name], STRANGER, json!({}))).await,
        format!("the user `stranger` may not see the state of the set at {name}; give the user the role clusterMonitor on admin")
    );
    let wanted = "set `username` and `password` of a user with the role clusterMonitor on admin";
    assert_eq!(look_in_vain(json!({"host": name})).await, format!("a login is required at {name}; {wanted}"));
}

#[tokio::test]
async fn the_name_of_the_set_is_compared() {
    let healthy = look(at(&NAMES[..1], MONITOR, json!({"replica_set": "rs0"})), json!({})).await.unwrap();
    assert_healthy(&healthy, DELAYED);
    assert_eq!(
        look_in_vain(at(&NAMES[..1], MONITOR, json!({"replica_set": "other"}))).await,
        format!("the replica set is `rs0` and not `other` at {}; look at `replica_set` and `host`", NAMES[0])
    );
}

/// An arbiter has no data, so it knows no users, and a login is impossible. It reports its state only to this machine.
#[tokio::test]
async fn an_arbiter_knows_every_member() {
    let seen = look(at(&NAMES[2..], MONITOR, json!({})), json!({})).await.unwrap();
    assert_healthy(&seen, "SECONDARY, ");
}

#[tokio::test]
async fn hosts_without_an_answer_are_skipped() {
    let dead = format!("127.0.0.1:{}", free_port());
    let web_server = format!("127.0.0.1:{}", targets().port("HTTP"));
    for first in [&dead, &web_server] {
        let service = service(&at(&[first, &NAMES[0]], MONITOR, json!({})), &json!({}));
        for _ in 0..2 {
            assert_healthy(&observe(service.as_ref()).await, DELAYED);
        }
    }
}

#[tokio::test]
async fn a_host_that_hangs_costs_its_part_of_the_time_once() {
    let hanging = OddServer::hanging();
    let hosts = [hanging.address.to_string(), NAMES[0].clone()];
    let service = service(&at(&hosts, MONITOR, json!({"timeout": 6})), &json!({}));
    assert_healthy(&observe(service.as_ref()).await, DELAYED);
    let connections = hanging.connections();
    assert!(connections > 0);
    assert_healthy(&observe(service.as_ref()).await, DELAYED);
    assert_eq!(hanging.connections(), connections);
}

#[tokio::test]
async fn every_reason_is_reported_when_no_host_answers() {
    let (dead, hanging) = ([free_port(), free_port()].map(|port| format!("127.0.0.1:{port}")), OddServer::hanging());
    let web_server = format!("127.0.0.1:{}", targets().port("HTTP"));
    let hosts = [&dead[0], &hanging.address.to_string(), &web_server, &dead[1]];
    let message = look_in_vain(at(&hosts, MONITOR, json!({"timeout": 4}))).await;
    let parts: Vec<_> = message.split("; ").collect();
    assert_eq!(parts[0], format!("connection refused by {}, {}", dead[0], dead[1]));
    assert!(parts[1].starts_with("no answer within ") && parts[1].ends_with(&format!(" s from {}", hanging.address)), "{message}");
    assert_eq!(parts[2], format!("no MongoDB server, but something else, answers at {web_server}"));

    // No name has such a long part, so no DNS query is needed.
    let name = "x".repeat(70);
    assert_eq!(look_in_vain(json!({"host": name})).await, format!("the name could not be resolved: {name}:27017"));
}
