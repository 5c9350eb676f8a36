//! A check leaves nothing on the broker, and says goodbye.

use super::*;
use std::fs;

#[tokio::test]
async fn a_hundred_checks_leave_nothing_behind() {
    let shared = shared().await;
    let mut worker = shared.worker(OLD, "w@traces", "traces", &[]);
    worker.wait();
    let check = service(&shared.at("traces", json!({})), &json!({"answer_within": PATIENCE, "expected_workers": ["w@traces"]}));
    // The first one makes the exchange for the answers, as any client of Celery does.
    assert_all_operational(&look_again(check.as_ref()).await, &["w@traces"]);
    let before = left(&shared.rabbit);

    // Half of them get an answer, and half of them find no worker.
    let empty = service(&shared.at("traces", json!({"control_exchange": "empty"})), &json!({}));
    for _ in 0..50 {
        assert_all_operational(&look_again(check.as_ref()).await, &["w@traces"]);
        assert_eq!(look_again(empty.as_ref()).await.len(), 1);
    }
    assert_eq!(left(&shared.rabbit), before);
    let log = shared.rabbit.process.log();
    let ends: Vec<_> =
        log.lines().filter(|line| line.contains("closing AMQP connection") && line.contains("vhost: 'traces'")).collect();
    assert!(ends.len() >= 100 && ends.iter().all(|line| line.contains("[info]")), "{ends:#?}");
    // Those of other tests come and go.
    assert!(threads_of_the_library() < 20);
}

/// It has one for each connection.
fn threads_of_the_library() -> usize {
    let names = fs::read_dir("/proc/self/task").unwrap().flatten().map(|task| fs::read_to_string(task.path().join("comm")));
    names.flatten().filter(|name| name.starts_with("lapin")).count()
}

/// The queues and bindings of the virtual host.
fn left(rabbit: &RabbitMq) -> (String, String) {
    let sorted = |text: String| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines.join("\n")
    };
    let queues = sorted(rabbit.control(&["list_queues", "-p", "traces", "name"]));
    let bindings = sorted(rabbit.control(&["list_bindings", "-p", "traces", "source_name", "destination_name"]));
    assert!(queues.contains("w@traces.celery.pidbox"), "{queues}");
    (queues, bindings)
}
