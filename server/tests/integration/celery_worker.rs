//! The plugin `celery_worker` against real workers of two generations, on a real RabbitMQ and real Redis servers.

mod amqp_answers;
mod amqp_failures;
mod amqp_traces;
mod redis_broker;
mod redis_failures;
mod serializers;
mod silence;

use crate::servers::celery::{CeleryWorker, NEW, OLD};
use crate::servers::rabbitmq::{PASSWORD, RabbitMq, Rights};
use checks::Check;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, RwLockReadGuard};

/// Longer than any worker takes on a busy machine. A check that knows whom to wait for never takes that long.
const PATIENCE: f64 = 8.0;

/// A RabbitMQ and workers that only answer.
pub(crate) struct Shared {
    pub(crate) rabbit: RabbitMq,
    /// One of each generation, on the virtual host `/`.
    workers: Vec<CeleryWorker>,
}

/// The virtual hosts are there so that tests do not hear one another's workers. Nobody ever makes an exchange on `bare`.
const VHOSTS: [&str; 9] = ["/", "shop", "silence", "last", "empty", "serializers", "deaf", "traces", "bare"];

/// What a client needs that makes no exchanges.
const LEAST: [&str; 3] = [
    r"^.+\.reply\.celery\.pidbox$",
    r"^.+\.reply\.celery\.pidbox$|^celery\.pidbox$",
    r"^.+\.reply\.celery\.pidbox$|^reply\.celery\.pidbox$",
];
const RIGHTS: [Rights; 4] =
    [("least", "/", LEAST), ("least", "empty", LEAST), ("least", "bare", LEAST), ("reader", "/", ["^$", "^$", ".*"])];

/// Whoever disturbs the broker asks for it alone.
static SHARED: LazyLock<RwLock<Shared>> = LazyLock::new(|| {
    let rabbit = RabbitMq::start(&VHOSTS, &RIGHTS);
    let url = rabbit.url("/");
    let mut workers = vec![CeleryWorker::launch(NEW, "new@shared", &url, &[]), CeleryWorker::launch(OLD, "old@shared", &url, &[])];
    workers.iter_mut().for_each(CeleryWorker::wait);
    RwLock::new(Shared { rabbit, workers })
});

/// The servers that the tests share, with others.
pub(crate) async fn shared() -> RwLockReadGuard<'static, Shared> {
    // Starting them blocks, which is for another thread than that of a test's tasks.
    tokio::task::spawn_blocking(|| LazyLock::force(&SHARED)).await.unwrap().read().await
}

impl Shared {
    /// Properties that lead to this virtual host, with further ones added.
    pub(crate) fn at(&self, vhost: &str, more: Value) -> Value {
        let properties = json!({
            "host": "127.0.0.1", "port": self.rabbit.port, "vhost": vhost, "username": "platus", "password": PASSWORD,
        });
        with(properties, more)
    }

    /// Starts a worker on this virtual host.
    fn worker(&self, version: &str, name: &str, vhost: &str, environment: &[(&str, &str)]) -> CeleryWorker {
        CeleryWorker::launch(version, name, &self.rabbit.url(vhost), environment)
    }
}

fn with(mut properties: Value, more: Value) -> Value {
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}

fn service(properties: &Value, data: &Value) -> Box<dyn Check> {
    crate::looking::service("celery_worker", properties, data)
}

/// Looks once. The error is its text.
async fn look(properties: &Value, data: &Value) -> Result<Vec<Observation>, String> {
    crate::looking::look("celery_worker", properties, data).await
}

/// Looks at a service that was made before.
async fn look_again(check: &dyn Check) -> Vec<Observation> {
    check.check().await.unwrap_or_else(|error| panic!("unknown: {error}"))
}

/// What stands in the rows: node, state and message.
fn told(rows: &[Observation]) -> Vec<(&str, State, &str)> {
    rows.iter().map(|row| (row.node.as_str(), row.state, row.message.as_deref().unwrap_or_default())).collect()
}

/// That just these workers are operational.
#[track_caller]
fn assert_all_operational(rows: &[Observation], names: &[&str]) {
    let expected: Vec<_> = names.iter().map(|name| (*name, State::Operational, "")).collect();
    assert_eq!(told(rows), expected);
    assert!(rows.iter().all(|row| row.elapsed.is_some()), "{rows:?}");
}

/// That the message of a row says this, and since when.
#[track_caller]
fn assert_down_since(row: &Observation, name: &str, message: &str) {
    assert_eq!((row.node.as_str(), row.state, row.elapsed), (name, State::Down, None), "{row:?}");
    let text = row.message.as_deref().unwrap();
    let day = chrono::Local::now().format("%Y-");
    assert!(text.starts_with(message) && text.contains(&format!(" at {day}")), "{text}");
}

/// A check that must not wait for anybody.
async fn at_once<T>(look: impl Future<Output = T>) -> T {
    let started = Instant::now();
    let seen = look.await;
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs_f64(PATIENCE / 2.0), "it took {elapsed:?}");
    seen
}
