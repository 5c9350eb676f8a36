//! Masters, replicas, and what is between them.

use super::*;

/// A master that sends a new replica its data at once, and says every second that it is there.
fn master() -> RedisServer {
    RedisServer::start(&["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"])
}

#[tokio::test]
async fn roles_and_replicas_are_looked_at() {
    let master = master();
    let expected = "expected 1 replicas or more online, got 0";
    assert_seen(look(&master, json!({}), json!({"min_replicas": 1})).await, State::Unhealthy, expected);
    let replica = master.start_replica(&[]);
    let healthy = |seen: &Observation| seen.state == State::Operational;
    look_until(&replica, json!({"role": "replica", "max_lag": 20}), healthy).await;
    let seen = look_until(&master, json!({"role": "master", "min_replicas": 1, "max_lag": 20}), healthy).await;
    assert_eq!((metric(&seen, "replicas"), metric(&seen, "lag").is_some()), (Some(1.0), true));
    let compared: Vec<_> = seen.expectations.iter().map(|it| (it.expected.as_str(), it.met)).collect();
    let lag = format!("contact with the replica 127.0.0.1:{} within 20 s", replica.port);
    assert_eq!(compared, [("role master", true), (lag.as_str(), true), ("1 replicas or more online", true)]);

    let wrong = look(&master, json!({}), json!({"role": "slave"})).await;
    assert_seen(wrong, State::Unhealthy, "expected role replica, got master");
    let wrong = look(&replica, json!({}), json!({"role": "primary"})).await;
    assert_seen(wrong, State::Unhealthy, "expected role master, got replica");
}

#[tokio::test]
async fn a_replica_without_its_master_is_unhealthy() {
    let mut master = master();
    let replica = master.start_replica(&[]);
    look_until(&replica, json!({}), |seen| seen.state == State::Operational).await;
    master.process.kill();
    let seen = look_until(&replica, json!({}), |seen| seen.state == State::Unhealthy).await;
    let beginning = format!("expected a link to the master 127.0.0.1:{}, got none", master.port);
    assert!(seen.message.as_deref().is_some_and(|message| message.starts_with(&beginning)), "{seen:?}");
}

#[tokio::test]
async fn a_master_that_hangs_is_seen_by_its_silence() {
    let master = master();
    let replica = master.start_replica(&[]);
    look_until(&replica, json!({}), |seen| seen.state == State::Operational).await;
    master.process.pause();
    let seen = look_until(&replica, json!({"max_lag": 2}), |seen| seen.state == State::Unhealthy).await;
    let message = seen.message.unwrap();
    assert!(message.starts_with("expected contact with the master within 2 s, got "), "{message}");
}

#[tokio::test]
async fn a_replica_that_hangs_is_seen_by_its_silence() {
    let master = master();
    let replica = master.start_replica(&[]);
    let data = json!({"min_replicas": 1, "max_lag": 2});
    look_until(&master, data.clone(), |seen| seen.state == State::Operational).await;
    replica.process.pause();
    let seen = look_until(&master, data, |seen| seen.state == State::Unhealthy).await;
    let beginning = format!("expected contact with the replica 127.0.0.1:{} within 2 s, got ", replica.port);
    let message = seen.message.unwrap();
    assert!(message.starts_with(&beginning), "{message}");
}

#[tokio::test]
async fn a_replica_that_serves_nothing_stale_says_so() {
    let mut master = master();
    let replica = master.start_replica(&["--replica-serve-stale-data", "no"]);
    look_until(&replica, json!({}), |seen| seen.state == State::Operational).await;
    master.process.kill();
    let seen = look_until(&replica, json!({}), |seen| seen.state == State::Unhealthy).await;
    let message = "PING is answered with MASTERDOWN: Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    assert_eq!(seen.message.as_deref(), Some(message));
}
