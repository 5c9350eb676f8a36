//! The keys that users and scripts read.

use super::*;

fn expected(name: &str, node: &str, state: &str, retries: &str) -> BTreeMap<String, String> {
    [
        ("type", "App"),
        ("name", name),
        ("node", node),
        ("state", state),
        ("checked", "2017-04-30 16:57:57.459312"),
        ("elapsed", "0:00:00.729046"),
        ("retries", retries),
        ("last_state", "operational"),
    ]
    .map(|(field, value)| (field.to_owned(), value.to_owned()))
    .into()
}

#[tokio::test]
async fn a_node_and_its_service_are_hashes_as_with_the_original() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    store.commit(&commit(1, vec![node(1, Some(status("Shop", State::Down)))])).await.unwrap();
    assert_eq!(hash(&server, "platus:node:shop:web1"), expected("Shop", "web1", "down", "1"));
    assert_eq!(hash(&server, "Shop"), expected("Shop", "web1", "down", "1"));

    // A write replaces the whole: nothing of the one before is left.
    let silent = StoredStatus { elapsed: None, node_name: Some("blue".to_owned()), ..status("Shop", State::Unknown) };
    store.commit(&commit(2, vec![node(1, Some(silent))])).await.unwrap();
    let mut fields = expected("Shop", "web1", "unknown", "1");
    fields.remove("elapsed");
    fields.insert("nodename".to_owned(), "blue".to_owned());
    assert_eq!(hash(&server, "platus:node:shop:web1"), fields);
    assert_eq!(hash(&server, "Shop"), fields);

    store.commit(&commit(3, vec![node(1, None)])).await.unwrap();
    assert_eq!(ask::<u32>(&server, &["EXISTS", "platus:node:shop:web1", "Shop", "platus:rows:Shop"]), 0);
}

#[tokio::test]
async fn the_worst_node_stands_for_its_service() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    let with = |id, state| node(id, Some(status("Shop", state)));
    let first = vec![with(1, State::Operational), with(2, State::Down), with(3, State::Unhealthy)];
    store.commit(&commit(1, first)).await.unwrap();
    assert_eq!(hash(&server, "Shop"), expected("Shop", "web2", "down", "1"));
    assert_eq!(hash(&server, "platus:node:shop:web1"), expected("Shop", "web1", "operational", "0"));

    store.commit(&commit(2, vec![with(2, State::Operational)])).await.unwrap();
    assert_eq!(hash(&server, "Shop")["node"], "web3");
    let hidden = StoredStatus { shown: false, ..status("Shop", State::Unhealthy) };
    store.commit(&commit(3, vec![node(3, Some(hidden))])).await.unwrap();
    assert_eq!(hash(&server, "Shop"), expected("Shop", "web1", "operational", "0"));

    // A service may get another name.
    let renamed = [1, 2].map(|id| node(id, Some(status("Store", State::Operational))));
    store.commit(&commit(4, renamed.to_vec())).await.unwrap();
    assert_eq!(ask::<u32>(&server, &["EXISTS", "Shop"]), 0);
    assert_eq!(hash(&server, "Store"), expected("Store", "web1", "operational", "0"));
}

#[tokio::test]
async fn the_keys_of_other_programs_are_left_alone() {
    let server = RedisServer::start(&[]);
    let () = ask(&server, &["SET", "Text", "kept"]);
    let () = ask(&server, &["HSET", "Cart", "items", "3"]);
    let () = ask(&server, &["RPUSH", "Queue", "one"]);
    let () = ask(&server, &["HSET", "Old", "state", "down", "name", "Old", "retries", "2"]);
    let store = started(&server).await;
    let names = ["Text", "Cart", "Queue", "Old", "platus:meta", ""];
    let record = |(name, id): (&&str, u32)| node(id, Some(status(name, State::Down)));
    let all: Vec<NodeRecord> = names.iter().zip(1..).map(record).collect();
    store.commit(&commit(1, all.clone())).await.unwrap();
    assert_eq!(hash(&server, "Old"), expected("Old", "web4", "down", "1"));

    // They may come later, too.
    let () = ask(&server, &["DEL", "Old"]);
    let () = ask(&server, &["SET", "Old", "mine"]);
    store.commit(&commit(2, all.clone())).await.unwrap();
    let forgotten = all.into_iter().map(|record| NodeRecord { status: None, ..record }).collect();
    store.commit(&commit(3, forgotten)).await.unwrap();
    assert_eq!(ask::<String>(&server, &["GET", "Text"]), "kept");
    assert_eq!(ask::<String>(&server, &["GET", "Old"]), "mine");
    assert_eq!(hash(&server, "Cart"), BTreeMap::from([("items".to_owned(), "3".to_owned())]));
    assert_eq!(ask::<Vec<String>>(&server, &["LRANGE", "Queue", "0", "-1"]), ["one"]);
    assert_eq!(store.load().await.unwrap().last_commit, 3);
}

#[tokio::test]
async fn two_platus_may_share_a_database() {
    let server = RedisServer::start(&[]);
    let (one, other) = (started(&server).await, store_with(server.port, json!({"prefix": "other:"})));
    other.load().await.unwrap();
    one.commit(&commit(1, vec![node(1, Some(status("Shop", State::Down)))])).await.unwrap();
    other.commit(&commit(1, vec![node(2, Some(status("Mail", State::Down)))])).await.unwrap();
    assert_eq!(one.load().await.unwrap().nodes.iter().map(|node| node.id.0).collect::<Vec<_>>(), [1]);
    assert_eq!(other.load().await.unwrap().nodes.iter().map(|node| node.id.0).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn a_renamed_service_has_the_keys_of_its_present_id_only() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    let first = vec![node(1, Some(status("Shop", State::Down))), node(2, Some(status("Shop", State::Operational)))];
    store.commit(&commit(1, first)).await.unwrap();
    let mut loaded = store.load().await.unwrap();
    let former_ids = FormerIds::new([(ServiceId::new("store"), vec![ServiceId::new("shop")])]);
    let renaming = former_ids.decide_for(&loaded).apply(&mut loaded).unwrap();
    store.commit(&renaming).await.unwrap();
    let nodes = ["shop:web1", "shop:web2", "store:web1", "store:web2"];
    let is_there = nodes.map(|node| ask::<u32>(&server, &["EXISTS", &format!("platus:node:{node}")]));
    assert_eq!(is_there, [0, 0, 1, 1]);
    assert_eq!(hash(&server, "Shop"), expected("Shop", "web1", "down", "1"), "its name is as it was");
    store.commit(&commit(3, vec![NodeRecord { status: None, ..loaded.nodes[0].clone() }])).await.unwrap();
    assert_eq!(hash(&server, "Shop")["node"], "web2");
}
