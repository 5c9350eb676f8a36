//! The plugin `redis` against real servers.

mod access;
mod answers;
mod connections;
mod replication;
mod tls;

use crate::looking::{self, assert_operational, assert_seen, assert_unknown, look_at_one};
use crate::servers::redis::RedisServer;
use crate::waiting;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// One that tests share which only ask it.
fn shared() -> &'static RedisServer {
    static SHARED: LazyLock<RedisServer> = LazyLock::new(|| RedisServer::start(&[]));
    &SHARED
}

/// The properties of a server, with further ones added.
fn at(port: u16, more: Value) -> Value {
    let mut properties = json!({"host": "127.0.0.1", "port": port});
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}

async fn look(server: &RedisServer, more: Value, data: Value) -> Result<Observation, String> {
    look_at_one("redis", &at(server.port, more), &data).await
}

/// Looks until what is seen is as wanted, for servers take their time to notice one another.
async fn look_until(server: &RedisServer, data: Value, is_wanted: impl Fn(&Observation) -> bool) -> Observation {
    waiting::eventually(async || {
        let seen = look(server, json!({}), data.clone()).await.unwrap();
        if is_wanted(&seen) { Ok(seen) } else { Err(format!("{seen:?}")) }
    })
    .await
}

fn metric(seen: &Observation, name: &str) -> Option<f64> {
    seen.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value)
}
