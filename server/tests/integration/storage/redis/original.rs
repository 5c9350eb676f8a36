//! A database that the original Platus has filled.

use super::*;
use storage::LegacyStatus;

#[tokio::test]
async fn what_the_original_left_is_read_until_something_is_stored() {
    let server = RedisServer::start(&[]);
    let original = [
        "type",
        "App",
        "name",
        "Shop",
        "node",
        "web1",
        "state",
        "down",
        "checked",
        "2017-04-30 16:57:57",
        "retries",
        "4",
        "last_state",
        "operational",
    ];
    let () = ask(&server, &[&["HSET", "Shop"], &original[..]].concat());
    let () = ask(&server, &["HSET", "Mail ☂", "state", "operational"]);
    let () = ask(&server, &["HSET", "Order", "state", "paid"]);
    let () = ask(&server, &["HSET", "Cart", "items", "3"]);
    let () = ask(&server, &["SET", "Text", "kept"]);
    let before: Vec<String> = sorted(&server);

    let expected = [
        LegacyStatus { name: "Mail ☂".to_owned(), node: None, state: State::Operational, retries: 0, last_state: State::Unknown },
        LegacyStatus {
            name: "Shop".to_owned(),
            node: Some("web1".to_owned()),
            state: State::Down,
            retries: 4,
            last_state: State::Operational,
        },
    ];
    // A process that ended before it stored anything has not taken it over.
    for _ in 0..2 {
        let store = store(&server);
        assert_eq!(store.load().await.unwrap().legacy, expected);
    }
    let store = started(&server).await;
    store.commit(&commit(1, vec![node(1, Some(status("New", State::Down)))])).await.unwrap();
    assert_eq!(store.load().await.unwrap().legacy, []);
    assert_eq!(started(&server).await.load().await.unwrap().legacy, []);

    let mut after = sorted(&server);
    after.retain(|key| !key.starts_with("platus:") && key != "New");
    assert_eq!(after, before);
    assert_eq!(hash(&server, "Shop")["retries"], "4");
}

#[track_caller]
fn sorted(server: &RedisServer) -> Vec<String> {
    let mut keys: Vec<String> = ask(server, &["KEYS", "*"]);
    keys.sort();
    keys
}
