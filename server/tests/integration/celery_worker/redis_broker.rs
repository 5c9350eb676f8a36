//! Redis in place of an AMQP broker.

use super::*;
use crate::servers::redis::RedisServer;
use crate::waiting;
use std::process::Command;

fn at(server: &RedisServer, more: Value) -> Value {
    with(json!({"host": "127.0.0.1", "port": server.port, "transport": "redis"}), more)
}

fn url(server: &RedisServer, db: u16) -> String {
    format!("redis://127.0.0.1:{}/{db}", server.port)
}

/// What `redis-cli` prints for these words.
#[track_caller]
fn command(server: &RedisServer, words: &[&str]) -> String {
    let output = Command::new("redis-cli").args(["-p", &server.port.to_string()]).args(words).output().unwrap();
    assert!(output.status.success(), "redis-cli {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn keys(server: &RedisServer, db: u16) -> Vec<String> {
    let mut keys: Vec<_> = command(server, &["-n", &db.to_string(), "KEYS", "*"]).split_whitespace().map(str::to_owned).collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn workers_of_both_generations_answer_and_nothing_is_left() {
    let server = RedisServer::start(&[]);
    let mut workers = [
        CeleryWorker::launch(NEW, "new@redis", &url(&server, 3), &[]),
        CeleryWorker::launch(OLD, "old@redis", &url(&server, 3), &[]),
        CeleryWorker::launch(NEW, "own@redis", &url(&server, 3), &[("CONTROL_EXCHANGE", "own"), ("SERIALIZER", "msgpack")]),
    ];
    workers.iter_mut().for_each(CeleryWorker::wait);

    let check = service(&at(&server, json!({"db": 3})), &json!({"answer_within": PATIENCE}));
    let own = service(&at(&server, json!({"db": 3, "control_exchange": "own"})), &json!({"answer_within": PATIENCE}));
    let empty = service(&at(&server, json!({"db": 4})), &json!({"answer_within": PATIENCE}));
    // Redis counts who hears the question, so that even unknown workers are not waited for in vain.
    let rows = at_once(look_again(check.as_ref())).await;
    assert_all_operational(&rows, &["new@redis", "old@redis"]);
    let phases: Vec<_> = rows[0].phases.iter().map(|phase| phase.name).collect();
    assert_eq!(phases, ["resolve", "connect", "login", "answers"]);
    let before = keys(&server, 3);

    for _ in 0..50 {
        assert_all_operational(&look_again(check.as_ref()).await, &["new@redis", "old@redis"]);
        assert_all_operational(&look_again(own.as_ref()).await, &["own@redis"]);
        let rows = at_once(look_again(empty.as_ref())).await;
        assert_eq!(summaries(&rows), [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")]);
    }
    assert_eq!(keys(&server, 3), before);
    assert_eq!(keys(&server, 4), Vec::<String>::new());
    // Old workers ended when something was missing in the question.
    assert!(workers.iter().all(|worker| !worker.process.log().contains("Unrecoverable")));
}

#[tokio::test]
async fn a_worker_that_is_gone_is_known_at_once_and_one_that_hangs_after_the_wait() {
    let server = RedisServer::start(&[]);
    let mut stays = CeleryWorker::launch(NEW, "stays@redis", &url(&server, 0), &[]);
    let mut goes = CeleryWorker::launch(OLD, "goes@redis", &url(&server, 0), &[]);
    stays.wait();
    goes.wait();
    let check = service(&at(&server, json!({})), &json!({"answer_within": 2}));
    assert_all_operational(&look_again(check.as_ref()).await, &["goes@redis", "stays@redis"]);

    goes.process.pause();
    let rows = look_again(check.as_ref()).await;
    assert_all_operational(&rows[..1], &["stays@redis"]);
    assert_down_since(&rows[1], "goes@redis", "no answer within 2 s; it answered last at ");
    assert_eq!(lists_of_answers(&server), Vec::<String>::new());

    // What it says when it goes on is too late for that check, and not in the way of the next.
    goes.process.resume();
    wait_for_late_answer(&server).await;
    goes.process.kill();
    let rows = at_once(look_again(check.as_ref())).await;
    assert_all_operational(&rows[..1], &["stays@redis"]);
    assert_down_since(&rows[1], "goes@redis", "not connected to the broker; it answered last at ");
    assert_eq!(lists_of_answers(&server), Vec::<String>::new());

    stays.process.pause();
    look_again(check.as_ref()).await;
    stays.process.resume();
    wait_for_late_answer(&server).await;
    stays.process.kill();
    let rows = at_once(look_again(check.as_ref())).await;
    assert_down_since(&rows[0], "goes@redis", "not connected to the broker; it answered last at ");
    assert_down_since(&rows[1], "stays@redis", "not connected to the broker; it answered last at ");
    assert_eq!((rows.len(), lists_of_answers(&server)), (2, Vec::new()));
}

fn lists_of_answers(server: &RedisServer) -> Vec<String> {
    keys(server, 0).into_iter().filter(|key| key.contains("reply")).collect()
}

async fn wait_for_late_answer(server: &RedisServer) {
    waiting::until("an answer has come", async || !lists_of_answers(server).is_empty()).await;
}
