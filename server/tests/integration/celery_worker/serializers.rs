//! Workers answer in the form that their tasks have.

use super::*;

const NAMES: [&str; 3] = ["msgpack@serializers", "old@serializers", "yaml@serializers"];

#[tokio::test]
async fn yaml_and_msgpack_are_read_and_pickle_is_not() {
    let shared = shared().await;
    let launch = |version, name, serializer| shared.worker(version, name, "serializers", &[("SERIALIZER", serializer)]);
    let mut workers = [
        launch(NEW, "msgpack@serializers", "msgpack"),
        launch(NEW, "yaml@serializers", "yaml"),
        launch(OLD, "old@serializers", "msgpack"),
    ];
    workers.iter_mut().for_each(CeleryWorker::wait);
    let properties = shared.at("serializers", json!({}));
    let data = json!({"answer_within": PATIENCE, "expected_workers": NAMES});
    assert_all_operational(&at_once(look(&properties, &data)).await.unwrap(), &NAMES);

    let mut pickling = launch(NEW, "pickle@serializers", "pickle");
    pickling.wait();
    let rows = look(&properties, &json!({"answer_within": 2})).await.unwrap();
    let message = "1 worker answered in pickle, which is never read, name unknown; let them use another `task_serializer`";
    assert_eq!(summaries(&rows[..1]), [("127.0.0.1", State::Unknown, message)]);
    assert_all_operational(&rows[1..], &NAMES);
}
