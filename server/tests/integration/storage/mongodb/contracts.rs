//! The contract of all stores, on each kind of deployment.

use super::{fresh_database, open};
use crate::servers::mongod::{ADMIN, FAVOURITE, Mongod, ReplicaSet};
use crate::storage::contract::{self, Database};
use crate::waiting;
use ::mongodb::bson::doc;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use storage::Store;

/// The case before which the primary dies, so that about half of them run on the next one.
const FAILOVER: usize = 20;

struct InMongoDb {
    hosts: Vec<String>,
    more: Value,
}

impl InMongoDb {
    fn fresh(hosts: &[String], login: &Value) -> Self {
        let mut more = login.clone();
        more["database"] = json!(fresh_database());
        Self { hosts: hosts.to_vec(), more }
    }
}

impl Database for InMongoDb {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(open(&self.hosts, self.more.clone()))
    }

    /// A standalone server has no way to show a reader the state between two commits.
    fn reads_are_whole(&self) -> bool {
        false
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standalone_server_holds_the_contract() {
    let mongod = Mongod::start(&[]);
    let hosts = [mongod.name()];
    contract::holds(async || Box::new(InMongoDb::fresh(&hosts, &json!({}))) as Box<dyn Database>).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_one_holds_the_contract() {
    let set = ReplicaSet::start(&[doc! {}]).await;
    let (hosts, login) = (set.names(), login());
    contract::holds(async || Box::new(InMongoDb::fresh(&hosts, &login)) as Box<dyn Database>).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_three_holds_the_contract_with_a_failover_in_the_middle() {
    let set = ReplicaSet::start(&[doc! {}, doc! {}, doc! {}]).await;
    let (hosts, login) = (set.names(), login());
    let (set, cases) = (RefCell::new(set), Cell::new(0));
    let fresh = async || {
        cases.set(cases.get() + 1);
        let database = InMongoDb::fresh(&hosts, &login);
        if cases.get() == FAILOVER {
            set.borrow_mut().members[FAVOURITE].process.kill();
            waiting::until("there is a new primary", async || database.open().load().await.is_ok()).await;
        }
        Box::new(database) as Box<dyn Database>
    };
    contract::holds(fresh).await;
    assert!(cases.get() > FAILOVER, "the failover was in the middle");
}

fn login() -> Value {
    json!({"username": ADMIN.username, "password": ADMIN.password, "replica_set": "rs0"})
}
