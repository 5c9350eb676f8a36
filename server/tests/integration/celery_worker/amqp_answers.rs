//! What workers say over AMQP.

use super::*;
use crate::targets::targets;

const BOTH: [&str; 2] = ["new@shared", "old@shared"];

#[tokio::test]
async fn workers_of_both_generations_answer() {
    let shared = shared().await;
    for (transport, vhost) in [("amqp", "/"), ("pyamqp", "")] {
        let properties = shared.at(vhost, json!({"transport": transport}));
        let rows = at_once(look(&properties, &json!({"expected_workers": BOTH, "answer_within": PATIENCE}))).await.unwrap();
        assert_all_operational(&rows, &BOTH);
        let phases: Vec<_> = rows[0].phases.iter().map(|phase| phase.name).collect();
        assert_eq!(phases, ["resolve", "connect", "login", "queue", "answers"]);
        assert!(
            rows[0].expectations[0].met && rows[0].expectations[0].seen.starts_with("pong after"),
            "{:?}",
            rows[0].expectations
        );
    }
}

#[tokio::test]
async fn workers_that_were_seen_before_are_not_waited_for_longer_than_they_take() {
    let shared = shared().await;
    let check = service(&shared.at("/", json!({})), &json!({"answer_within": 2}));
    // No worker is known at first, so that the check waits for the whole time.
    let answers = |rows: &[Observation]| rows[0].phases.iter().find(|phase| phase.name == "answers").unwrap().elapsed;
    let rows = look_again(check.as_ref()).await;
    assert_all_operational(&rows, &BOTH);
    assert!(answers(&rows) >= Duration::from_secs(2), "{rows:?}");
    let rows = look_again(check.as_ref()).await;
    assert_all_operational(&rows, &BOTH);
    assert!(answers(&rows) < Duration::from_secs(2), "{rows:?}");
}

#[tokio::test]
async fn a_virtual_host_and_a_control_exchange_of_their_own() {
    let shared = shared().await;
    let mut worker = shared.worker(NEW, "w@shop", "shop", &[("CONTROL_EXCHANGE", "shop")]);
    worker.wait();
    let data = json!({"answer_within": PATIENCE, "expected_workers": ["w@shop"]});
    let rows = at_once(look(&shared.at("shop", json!({"control_exchange": "shop"})), &data)).await.unwrap();
    assert_all_operational(&rows, &["w@shop"]);

    let rows = at_once(look(&shared.at("shop", json!({})), &json!({"answer_within": PATIENCE}))).await.unwrap();
    assert_eq!(summaries(&rows), [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")]);
}

#[tokio::test]
async fn too_few_workers_are_reported_in_a_separate_row() {
    let shared = shared().await;
    for (least, state, message) in
        [(2, State::Operational, "2 workers answered"), (3, State::Unhealthy, "expected at least 3 workers, got 2")]
    {
        let data = json!({"min_workers": least, "expected_workers": BOTH, "answer_within": PATIENCE});
        let rows = look(&shared.at("/", json!({})), &data).await.unwrap();
        assert_eq!(summaries(&rows[..1]), [("127.0.0.1", state, message)]);
        assert_all_operational(&rows[1..], &BOTH);
    }
    let rows = look(&shared.at("empty", json!({})), &json!({"min_workers": 3})).await.unwrap();
    let message = "no worker is connected to celery.pidbox; expected at least 3 workers, got 0";
    assert_eq!(summaries(&rows), [("127.0.0.1", State::Down, message)]);
}

#[tokio::test]
async fn tls_is_verified() {
    let shared = shared().await;
    let data = json!({"expected_workers": BOTH, "answer_within": PATIENCE});
    let properties = |more| shared.at("/", with(json!({"transport": "amqps", "port": shared.rabbit.tls_port}), more));
    let identity = json!({"ca": targets().file("CA"), "cert": targets().certificate("client"), "key": targets().key("client")});
    for trusting in [json!({"ca": targets().file("CA")}), json!({"verify": false}), identity] {
        let rows = look(&properties(trusting), &data).await.unwrap();
        assert_all_operational(&rows, &BOTH);
        assert!(rows[0].phases.iter().any(|phase| phase.name == "tls"), "{:?}", rows[0].phases);
    }
    let unknown = look(&properties(json!({})), &data).await.unwrap_err();
    let server = format!("127.0.0.1:{}", shared.rabbit.tls_port);
    let reason = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    assert_eq!(unknown, format!("the certificate of {server} {reason}"));
}

#[tokio::test]
async fn a_user_who_may_not_make_exchanges_asks_without() {
    let shared = shared().await;
    let data = json!({"expected_workers": BOTH, "answer_within": PATIENCE});
    // The exchange for the answers is there after the first question.
    assert_all_operational(&look(&shared.at("/", json!({})), &data).await.unwrap(), &BOTH);
    let check = service(&shared.at("/", json!({"username": "least"})), &data);
    for _ in 0..2 {
        assert_all_operational(&look_again(check.as_ref()).await, &BOTH);
    }
    let server = format!("127.0.0.1:{}", shared.rabbit.port);
    let refused = look(&shared.at("/", json!({"username": "reader"})), &data).await.unwrap_err();
    assert!(
        refused.starts_with(&format!("{server} does not let the user `reader` open a queue for the answers; grant it")),
        "{refused}"
    );
}
