//! Names of databases with several addresses, international names, and IPv6 with a zone.

use crate::metrics;
use crate::servers::redis::RedisServer;
use crate::test_app::TestApp;
use crate::waiting::until;
use checks::CheckTypes;
use net::testing::half_dead;
use serde_json::{Value, json};

const SERVICES: &str = "a: {type: exec, interval: 1, properties: {command: [echo, fine]}, data: {name: a}}";

/// Starts on the store with these settings, and waits until it has written something.
async fn assert_stored(kind: &str, data: &Value) {
    let config = json!({"persistent_data_backend": {"type": kind, "data": data}}).to_string();
    let app = TestApp::start_with(&config, SERVICES, &CheckTypes::built_in()).await;
    until(&format!("{kind} {data} is used"), async || {
        let page = app.get_as("admin", "/metrics").await.text().await.unwrap();
        metrics::value(&page, "platus_store_up") == 1 && metrics::value(&page, "platus_store_commits_total") > 0
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_reached_by_every_kind_of_name() {
    let server = RedisServer::start(&["--bind", "127.0.0.1", "::1"]);
    let _hole = half_dead("xn--mnchen-3ya.redis-store.test", server.port);
    // The loopback interface is the first of every machine.
    for host in ["münchen.redis-store.test", "::1%1"] {
        assert_stored("redis", &json!({"host": host, "port": server.port})).await;
    }
}

#[cfg(feature = "mongodb")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_is_reached_by_every_kind_of_name() {
    use crate::looking::service;
    use crate::servers::mongod::Mongod;

    let server = Mongod::start(&["--ipv6"]);
    let _hole = half_dead("xn--mnchen-3ya.mongodb-store.test", server.port);
    for host in ["münchen.mongodb-store.test", "[::1%251]"] {
        let host = format!("{host}:{}", server.port);
        assert_stored("mongodb", &json!({"host": host})).await;
        // The check reaches it as well.
        let message = service("mongodb", &json!({"host": host}), &json!({})).check().await.unwrap_err().message;
        assert!(message.starts_with("no replica set, but a standalone server, is at "), "{message}");
    }
}
