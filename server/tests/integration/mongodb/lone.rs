//! Servers that are no members of a set.

use super::hostile::usual;
use super::*;
use crate::servers::fake_mongod::{FakeMongod, bytes};
use crate::servers::mongod::Mongod;
use mongodb::bson::doc;
use net::testing::half_dead;
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

/// The only address that answers is the second of its name.
#[tokio::test]
async fn a_row_names_the_address_that_did_not_answer() {
    let server = FakeMongod::bound();
    let name = server.name();
    let server = server.answering(move |command| bytes(&usual(command, &name)));
    let _hole = half_dead("mongodb-half-dead.test", server.port);
    let properties = json!({"host": "mongodb-half-dead.test", "port": server.port, "tls": false});
    let service = service(&properties, &json!({}));
    let seen = observe(service.as_ref()).await;
    assert_eq!(rows(&seen), [(State::Operational, "PRIMARY")]);
    let [note] = seen[0].notes.as_slice() else { panic!("{seen:?}") };
    assert!(note.starts_with("127.0.0.2 no answer within 0.") && note.ends_with(" s, 127.0.0.1 answered"), "{note}");
    // The second check is on the connection of the first.
    assert_eq!(observe(service.as_ref()).await[0].notes, Vec::<String>::new());
}

/// A kept connection stands for half a minute at most.
#[tokio::test]
async fn a_server_that_takes_no_new_connections_is_noticed() {
    let server = FakeMongod::bound();
    let name = server.name();
    let server = server.answering(move |command| bytes(&usual(command, &name)));
    let properties = json!({"host": server.name(), "tls": false});
    let often = looking::service_every(Duration::from_secs(10), "mongodb", &properties, &json!({}));
    assert_eq!(rows(&observe(often.as_ref()).await), [(State::Operational, "PRIMARY")]);
    server.close();
    assert_eq!(rows(&observe(often.as_ref()).await), [(State::Operational, "PRIMARY")], "the connection is kept");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(often.check().await.unwrap_err().message, format!("connection refused by {}", server.name()));

    let rarely = looking::service_every(Duration::from_secs(60), "mongodb", &properties, &json!({}));
    assert_eq!(rarely.check().await.unwrap_err().message, format!("connection refused by {}", server.name()));
}
