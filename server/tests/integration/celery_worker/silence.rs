//! Workers that are not there, or not any more.

use super::*;

#[tokio::test]
async fn a_worker_that_falls_silent_is_down_until_it_answers_again() {
    let shared = shared().await;
    let mut stopped = shared.worker(NEW, "stopped@silence", "silence", &[]);
    let mut killed = shared.worker(OLD, "killed@silence", "silence", &[]);
    stopped.wait();
    killed.wait();
    let properties = shared.at("silence", json!({}));
    let check = service(&properties, &json!({"answer_within": 2}));
    assert_all_operational(&look_again(check.as_ref()).await, &["killed@silence", "stopped@silence"]);

    stopped.process.pause();
    let rows = look_again(check.as_ref()).await;
    assert_all_operational(&rows[..1], &["killed@silence"]);
    assert_down_since(&rows[1], "stopped@silence", "no answer within 2 s; it answered last at ");

    stopped.process.resume();
    let again =
        service(&properties, &json!({"answer_within": PATIENCE, "expected_workers": ["killed@silence", "stopped@silence"]}));
    assert_all_operational(&look_again(again.as_ref()).await, &["killed@silence", "stopped@silence"]);

    killed.process.kill();
    let rows = look_again(check.as_ref()).await;
    assert_all_operational(&rows[..1], &["stopped@silence"]);
    assert_down_since(&rows[1], "killed@silence", "no answer within 2 s; it answered last at ");

    check.forget();
    assert_all_operational(&look_again(check.as_ref()).await, &["stopped@silence"]);
}

#[tokio::test]
async fn when_the_last_worker_goes_it_is_known_at_once() {
    let shared = shared().await;
    let mut worker = shared.worker(NEW, "w@last", "last", &[]);
    worker.wait();
    let properties = shared.at("last", json!({}));
    let data = json!({"answer_within": PATIENCE, "expected_workers": ["w@last", "never@last"], "min_workers": 1});
    let remembering = service(&properties, &json!({"answer_within": 2}));
    let forgetting = service(&properties, &json!({"answer_within": 2, "forget_after": 0}));
    let expecting = service(&properties, &data);
    let impatient = with(data, json!({"answer_within": 1}));
    let (remembered, forgotten, rows) =
        tokio::join!(look_again(remembering.as_ref()), look_again(forgetting.as_ref()), look(&properties, &impatient));
    assert_all_operational(&remembered, &["w@last"]);
    assert_all_operational(&forgotten, &["w@last"]);
    let rows = rows.unwrap();
    assert_eq!(told(&rows[..2]), [("127.0.0.1", State::Operational, "1 worker answered"), ("w@last", State::Operational, "")]);
    assert_down_since(&rows[2], "never@last", "no answer within 1 s; it has not answered since the first check at ");

    worker.process.kill();
    // Its queue goes as soon as the broker sees the end of its connection.
    let deadline = Instant::now() + Duration::from_secs(10);
    let gone = loop {
        let rows = look_again(expecting.as_ref()).await;
        let known = rows[1].message.as_deref().is_some_and(|message| message.starts_with("not connected"));
        if known || Instant::now() > deadline {
            break rows;
        }
    };
    assert_eq!(told(&gone[..1]), [("127.0.0.1", State::Unhealthy, "expected at least 1 worker, got 0")]);
    assert_down_since(&gone[1], "never@last", "not connected to the broker; it has not answered since ");
    assert_down_since(&gone[2], "w@last", "not connected to the broker; it has not answered since ");

    let rows = at_once(look_again(remembering.as_ref())).await;
    assert_eq!(rows.len(), 1);
    assert_down_since(&rows[0], "w@last", "not connected to the broker; it answered last at ");
    let rows = at_once(look_again(forgetting.as_ref())).await;
    assert_eq!(told(&rows), [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")]);
}

#[tokio::test]
async fn nobody_is_told_at_once_and_the_end_of_it_once() {
    let shared = shared().await;
    let check = service(&shared.at("empty", json!({})), &json!({"answer_within": PATIENCE}));
    let nobody = [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")];
    for _ in 0..2 {
        assert_eq!(told(&at_once(look_again(check.as_ref())).await), nobody);
    }
    // So is one who may not make the exchanges, now that they are there.
    let restricted = shared.at("empty", json!({"username": "least"}));
    assert_eq!(told(&at_once(look(&restricted, &json!({"answer_within": PATIENCE}))).await.unwrap()), nobody);

    // On a control exchange of its own, since other tests count on nobody here.
    let check = service(&shared.at("empty", json!({"control_exchange": "own"})), &json!({"answer_within": 2}));
    assert_eq!(told(&look_again(check.as_ref()).await), [("127.0.0.1", State::Down, "no worker is connected to own.pidbox")]);
    let mut worker = shared.worker(NEW, "w@empty", "empty", &[("CONTROL_EXCHANGE", "own")]);
    worker.wait();
    let rows = look_again(check.as_ref()).await;
    assert_eq!(told(&rows), [("127.0.0.1", State::Operational, "1 worker answered"), ("w@empty", State::Operational, "")]);
    assert_all_operational(&look_again(check.as_ref()).await, &["w@empty"]);
}

#[tokio::test]
async fn workers_that_hear_and_never_answered_are_busy_or_hung() {
    let shared = shared().await;
    let mut worker = shared.worker(OLD, "w@deaf", "deaf", &[]);
    worker.wait();
    worker.process.pause();
    let rows = look(&shared.at("deaf", json!({})), &json!({})).await.unwrap();
    let message = "no worker answered on celery.pidbox within 1 s, though workers are connected: busy or hung";
    assert_eq!(told(&rows), [("127.0.0.1", State::Down, message)]);
}
