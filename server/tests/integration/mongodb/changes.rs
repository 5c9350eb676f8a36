//! Changes of a replica set, one after the other, on a set of its own: other tests must not see members killed.

use super::*;
use crate::servers::mongod::{ADMIN, MONITOR, Mongod, ReplicaSet};
use crate::waiting;
use ::mongodb::bson::{Document, doc};
use std::collections::BTreeSet;
use std::time::Duration;

const OPERATIONAL: State = State::Operational;
const UNHEALTHY: State = State::Unhealthy;
const DOWN: State = State::Down;

/// The set, and a service that knows all its members.
struct Watched {
    set: ReplicaSet,
    service: Box<dyn Check>,
}

impl Watched {
    async fn start() -> Self {
        let set = ReplicaSet::start(&[doc! {}, doc! {}, doc! {}]).await;
        let service = service(&at(&set.names(), MONITOR, json!({})), &json!({}));
        Self { set, service }
    }

    fn member(&self, index: usize) -> &Mongod {
        &self.set.members[index]
    }

    /// A service that knows this member only.
    fn service_at(&self, index: usize, more: Value) -> Box<dyn Check> {
        service(&at(&[self.member(index).name()], MONITOR, more), &json!({}))
    }

    /// Waits until the rows have these states, and messages that begin like this. In the meantime there are others, but always some.
    async fn wait_for(&self, expected: [(State, &str); 3]) {
        waiting::eventually(async || {
            let seen = observe(self.service.as_ref()).await;
            let rows = rows(&seen);
            let is_expected = |(row, (state, text)): (&(State, &str), (State, &str))| row.0 == state && row.1.starts_with(text);
            if rows.len() == 3 && rows.iter().zip(expected).all(is_expected) { Ok(()) } else { Err(format!("{rows:?}")) }
        })
        .await;
    }

    async fn wait_until_healthy(&self) {
        waiting::until("the members agree, and Platus has seen it", async || {
            let seen = observe(self.service.as_ref()).await;
            seen.len() == 3 && seen.iter().all(|observation| observation.state == OPERATIONAL)
        })
        .await;
    }

    /// Where the connections of Platus to this member come from; members connect among themselves as they like.
    async fn connections(&self, index: usize) -> BTreeSet<String> {
        let answer = self.member(index).run_as_admin(doc! { "currentOp": 1, "$all": true }).await;
        let operations = answer.get_array("inprog").unwrap().iter().map(|operation| operation.as_document().unwrap());
        let ours = operations.filter(|operation| operation.get_str("appName").is_ok_and(|name| name == "platus"));
        ours.map(|operation| operation.get_str("client").unwrap().to_owned()).collect()
    }

    /// Makes this member fail in a way that its makers have foreseen for tests.
    async fn let_fail(&self, index: usize, times: i32, how: Document) {
        let mut data = doc! { "failCommands": ["replSetGetStatus"] };
        data.extend(how);
        let point = doc! { "configureFailPoint": "failCommand", "mode": { "times": times }, "data": data };
        self.member(index).run_as_admin(point).await;
    }

    async fn let_be(&self, index: usize) {
        self.member(index).run_as_admin(doc! { "configureFailPoint": "failCommand", "mode": "off" }).await;
    }
}

#[tokio::test]
async fn what_becomes_of_a_set_is_seen() {
    let mut watched = Watched::start().await;
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (OPERATIONAL, "SECONDARY, ")]).await;
    connections_are_kept(&watched).await;
    failures_that_the_server_was_configured_to_have(&watched).await;
    a_secondary_falls_behind(&watched).await;
    a_member_is_in_maintenance(&watched).await;
    a_member_hangs(&watched).await;
    members_are_killed(&mut watched).await;
    the_primary_is_killed(&mut watched).await;
    a_member_is_removed(&watched).await;
}

async fn connections_are_kept(watched: &Watched) {
    let service = watched.service_at(0, json!({}));
    observe(service.as_ref()).await;
    let before = watched.connections(0).await;
    assert!(!before.is_empty());
    for _ in 0..50 {
        observe(service.as_ref()).await;
    }
    assert_eq!(watched.connections(0).await, before);
}

async fn failures_that_the_server_was_configured_to_have(watched: &Watched) {
    let name = watched.member(0).name();
    let service = watched.service_at(0, json!({"timeout": 2}));
    let message = async || service.check().await.unwrap_err().message;
    observe(service.as_ref()).await;

    watched.let_fail(0, 1, doc! { "errorCode": 13 }).await;
    assert!(message().await.contains("give the user the role clusterMonitor on admin"));
    watched.let_fail(0, 1, doc! { "errorCode": 11600 }).await;
    let shutdown = format!("{name} answers InterruptedAtShutdown (11600): ");
    let seen = message().await;
    assert!(seen.starts_with(&shutdown), "{seen}");
    // Another member answers for it.
    watched.let_fail(0, 1, doc! { "errorCode": 11600 }).await;
    watched.wait_until_healthy().await;
    watched.let_be(0).await;

    // A kept connection that breaks is nothing to tell; a new one that does is.
    observe(service.as_ref()).await;
    watched.let_fail(0, 1, doc! { "closeConnection": true }).await;
    observe(service.as_ref()).await;
    watched.let_fail(0, 2, doc! { "closeConnection": true }).await;
    assert!(message().await.starts_with(&format!("{name} closed the connection without an answer")));

    let delay = Duration::from_millis(300);
    watched.let_fail(0, 1, doc! { "blockConnection": true, "blockTimeMS": 300 }).await;
    let seen = observe(service.as_ref()).await;
    assert!(seen[0].elapsed.is_some_and(|elapsed| elapsed >= delay));
    assert!(seen[0].phases.iter().any(|phase| phase.name == "status" && phase.elapsed >= delay));

    let before = watched.connections(0).await.len();
    watched.let_fail(0, 20, doc! { "blockConnection": true, "blockTimeMS": 3_000 }).await;
    for _ in 0..2 {
        assert_eq!(message().await, format!("no answer within 2.0 s from {name}"));
    }
    watched.let_be(0).await;
    observe(service.as_ref()).await;
    // Connections that were given up are closed as soon as the server notices.
    waiting::until("the members agree, and Platus has seen it", async || watched.connections(0).await.len() <= before).await;
}

async fn a_secondary_falls_behind(watched: &Watched) {
    let names = watched.set.names();
    let strict = service(&at(&names[..1], MONITOR, json!({})), &json!({"max_lag": 1.5}));
    let stop = |mode: &str| doc! { "configureFailPoint": "rsSyncApplyStop", "mode": mode };
    watched.member(2).run_as_admin(stop("alwaysOn")).await;
    waiting::until("the members agree, and Platus has seen it", async || {
        watched.member(0).run_as_admin(doc! { "appendOplogNote": 1, "data": { "a": 1 } }).await;
        let seen = observe(strict.as_ref()).await;
        let (state, message) = rows(&seen)[2];
        state == UNHEALTHY && message.starts_with("SECONDARY, ") && message.ends_with(" s behind the primary, more than 1.5 s")
    })
    .await;
    let seen = observe(strict.as_ref()).await;
    assert!(seen[2].metrics[0].name == "lag" && seen[2].metrics[0].value > 1.5);
    watched.member(2).run_as_admin(stop("off")).await;
    waiting::until("the members agree, and Platus has seen it", async || observe(strict.as_ref()).await[2].state == OPERATIONAL)
        .await;
}

async fn a_member_is_in_maintenance(watched: &Watched) {
    watched.member(2).run_as_admin(doc! { "replSetMaintenance": true }).await;
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (UNHEALTHY, "RECOVERING, ")]).await;
    watched.member(2).run_as_admin(doc! { "replSetMaintenance": false }).await;
    watched.wait_until_healthy().await;
}

async fn a_member_hangs(watched: &Watched) {
    watched.member(2).process.pause();
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (DOWN, "not reachable/healthy: ")]).await;

    let name = watched.member(2).name();
    assert_eq!(look_in_vain(at(&[&name], MONITOR, json!({"timeout": 1}))).await, format!("no answer within 1.0 s from {name}"));
    let seen = look(at(&[name, watched.member(1).name()], MONITOR, json!({"timeout": 4})), json!({})).await.unwrap();
    assert_eq!(seen[2].state, DOWN);
    watched.member(2).process.resume();
    watched.wait_until_healthy().await;
}

async fn members_are_killed(watched: &mut Watched) {
    const KILLED: &str = "not reachable/healthy: ";
    watched.set.members[2].process.kill();
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (DOWN, KILLED)]).await;
    watched.set.members[1].process.kill();
    let lonely = "SECONDARY, the set has no primary";
    watched.wait_for([(UNHEALTHY, lonely), (DOWN, KILLED), (DOWN, KILLED)]).await;
    for index in [1, 2] {
        watched.set.members[index].restart();
    }
    watched.wait_until_healthy().await;
}

async fn the_primary_is_killed(watched: &mut Watched) {
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (OPERATIONAL, "SECONDARY, ")]).await;
    watched.set.members[0].process.kill();
    // A member always answers, also while there is no primary.
    waiting::until("the members agree, and Platus has seen it", async || {
        let seen = observe(watched.service.as_ref()).await;
        let rows = rows(&seen);
        let others = [rows[1].1.split(',').next().unwrap(), rows[2].1.split(',').next().unwrap()];
        rows[0].0 == DOWN && rows[1..].iter().all(|row| row.0 == OPERATIONAL) && others.contains(&"PRIMARY")
    })
    .await;
    watched.set.members[0].restart();
    watched.wait_for([(OPERATIONAL, "PRIMARY"), (OPERATIONAL, "SECONDARY, "), (OPERATIONAL, "SECONDARY, ")]).await;
}

async fn a_member_is_removed(watched: &Watched) {
    waiting::until("the members agree, and Platus has seen it", async || {
        let Ok(answer) = watched.member(0).run(Some(ADMIN), doc! { "replSetGetConfig": 1 }).await else { return false };
        let mut configuration = answer.get_document("config").unwrap().clone();
        configuration.get_array_mut("members").unwrap().pop();
        let version = configuration.get_i32("version").unwrap();
        configuration.insert("version", version + 1);
        watched.member(0).run(Some(ADMIN), doc! { "replSetReconfig": configuration }).await.is_ok()
    })
    .await;
    waiting::until("the members agree, and Platus has seen it", async || observe(watched.service.as_ref()).await.len() == 2).await;
    let name = watched.member(2).name();
    let removed =
        format!("no member of a replica set (any more) is at {name}; take it out of `host`, or add it to the set with rs.add()");
    let service = watched.service_at(2, json!({}));
    waiting::until("the members agree, and Platus has seen it", async || {
        service.check().await.is_err_and(|error| error.message == removed)
    })
    .await;
}
