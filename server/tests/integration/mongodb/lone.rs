//! Servers that are no members of a set.

use super::*;
use crate::servers::mongod::Mongod;
use mongodb::bson::doc;
use std::time::Duration;

#[tokio::test]
async fn a_server_without_a_replica_set_is_reported() {
    let mut mongod = Mongod::start(&[]);
    let name = mongod.name();
    let service = service(&json!({"host": name}), &json!({}));
    let message = async || service.check().await.unwrap_err().message;
    assert_eq!(
        message().await,
        format!("no replica set, but a standalone server, is at {name}; name a member of a set, or start it with --replSet")
    );
    mongod.restart_with(&["--replSet", "rs0"]);
    // The connection of before is broken, which is nothing to tell.
    assert_eq!(message().await, format!("the replica set is not initiated at {name}; run rs.initiate() there"));
}

/// A kept connection does not stand for the database: a new client may be refused, or sent elsewhere.
#[tokio::test]
async fn a_check_that_comes_rarely_connects_anew() {
    let mongod = Mongod::start(&[]);
    let created = async || {
        let status = mongod.run(None, doc! { "serverStatus": 1 }).await.unwrap();
        let count = status.get_document("connections").unwrap().get("totalCreated").unwrap().clone();
        count.as_i64().or_else(|| count.as_i32().map(i64::from)).unwrap()
    };
    let created_by = async |interval| {
        let properties = json!({"host": mongod.name()});
        let service = looking::service_every(Duration::from_secs(interval), "mongodb", &properties, &json!({}));
        let before = created().await;
        for _ in 0..5 {
            service.check().await.unwrap_err();
        }
        created().await - before
    };
    let (often, rarely) = (created_by(10).await, created_by(60).await);
    assert!(rarely >= often + 4, "{often} connections at 10 s, {rarely} at 60 s");
}
