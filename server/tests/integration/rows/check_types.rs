//! Every check type, as far as each can: its first answer, one with other names than the service has, an empty one, and none; fresh,
//! after a flush and after a restart.

use crate::servers::free_port;
use crate::servers::mongod::Mongod;
use crate::servers::redis::RedisServer;
use crate::servers::unbound::UnboundServer;
use crate::targets::OddServer;
use crate::test_app::TestApp;
use crate::waiting::eventually;
use crate::{aws_ec2, celery_worker};
use checks::CheckTypes;
use mongodb::bson::doc;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::spawn_blocking;

/// A service and the nodes of its rows.
struct Case {
    name: &'static str,
    plugin: &'static str,
    properties: Value,
    data: Value,
    nodes: Vec<String>,
}

fn case(name: &'static str, plugin: &'static str, properties: Value, data: Value, nodes: &[&str]) -> Case {
    Case { name, plugin, properties, data, nodes: nodes.iter().map(|node| (*node).to_owned()).collect() }
}

impl Case {
    fn service(&self) -> String {
        let mut data = json!({"type": "T", "name": self.name});
        data.as_object_mut().unwrap().extend(self.data.as_object().unwrap().clone());
        // JSON is YAML, too.
        format!("{}: {}\n", self.name, json!({"type": self.plugin, "properties": self.properties, "data": data}))
    }

    fn rows(&self) -> impl Iterator<Item = String> {
        self.nodes.iter().map(|node| format!("{}/{node}", self.name))
    }
}

/// Each answer has one row, which is named like the service's host.
fn with_one_node(closed: u16, http: &OddServer, redis: &RedisServer, dns: &UnboundServer) -> Vec<Case> {
    // A server that waits for HTTP says nothing to one who begins with TLS.
    let here = |port: u16| json!({"host": "127.0.0.1", "port": port, "timeout": 1});
    let plain = |port: u16| json!({"host": "127.0.0.1", "port": port, "protocol": "http"});
    let name = |server: String| json!({"host": "platus.example", "server": server, "timeout": 1});
    let nowhere = format!("127.0.0.1:{closed}");
    vec![
        case("http", "rest_http", plain(http.address.port()), json!({}), &["127.0.0.1"]),
        case("http-error", "rest_http", plain(closed), json!({}), &["127.0.0.1"]),
        case("tcp", "tcp", here(http.address.port()), json!({}), &["127.0.0.1"]),
        case("tcp-error", "tcp", here(closed), json!({}), &["127.0.0.1"]),
        case("tls", "tls", here(http.address.port()), json!({}), &["127.0.0.1"]),
        case("tls-error", "tls", here(closed), json!({}), &["127.0.0.1"]),
        case("redis", "redis", here(redis.port), json!({}), &["127.0.0.1"]),
        case("redis-error", "redis", here(closed), json!({}), &["127.0.0.1"]),
        case("dns", "dns", name(dns.address()), json!({}), &["platus.example"]),
        case("dns-error", "dns", name(nowhere), json!({}), &["platus.example"]),
        case("ping", "ping", json!({"host": "127.0.0.1"}), json!({"count": 1}), &["127.0.0.1"]),
        case("heartbeat", "heartbeat", json!({"token": "0123456789abcdef"}), json!({"every": 60}), &["n/a"]),
        case("exec", "exec", json!({"host": "here", "command": ["true"]}), json!({}), &["here"]),
    ]
}

fn with_many_nodes(closed: u16, moto: (&str, &[String]), celery: [Value; 2], set: &Mongod) -> Vec<Case> {
    let list = |rows: &str| json!({"host": "here", "command": ["echo", rows]});
    let filter = |role: &str| json!([{"Name": "tag:Role", "Values": [role]}]);
    let ec2 = |url: &str| aws_ec2::account(url, REGION);
    let (url, ids) = moto;
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let [workers, no_workers] = celery;
    let nowhere = json!({"host": "127.0.0.1", "port": closed, "timeout": 1});
    let ab = r#"[{"node": "a", "state": "operational"}, {"node": "b", "state": "down"}]"#;
    vec![
        case("exec-list", "exec", list(ab), json!({}), &["a", "b"]),
        case("exec-empty", "exec", list("[]"), json!({}), &["here"]),
        case("exec-error", "exec", json!({"host": "here", "command": ["/nowhere"]}), json!({}), &["here"]),
        case("ec2", "aws_ec2", ec2(url), json!({"ec2_filters": filter("web")}), &ids),
        case("ec2-empty", "aws_ec2", ec2(url), json!({"ec2_filters": filter("none")}), &["n/a"]),
        case("ec2-allowed", "aws_ec2", ec2(url), json!({"ec2_filters": filter("none"), "allow_empty": true}), &["n/a"]),
        case("ec2-error", "aws_ec2", ec2(&format!("http://127.0.0.1:{closed}")), json!({}), &["n/a"]),
        case("celery", "celery_worker", workers, json!({}), &["new@shared", "old@shared"]),
        case("celery-empty", "celery_worker", no_workers, json!({}), &["127.0.0.1"]),
        case("celery-error", "celery_worker", nowhere.clone(), json!({}), &["127.0.0.1"]),
        case("mongodb", "mongodb", json!({"host": set.name()}), json!({}), &["localhost"]),
        case("mongodb-error", "mongodb", nowhere, json!({}), &["127.0.0.1"]),
    ]
}

/// No other test has instances there.
const REGION: &str = "ap-south-1";

#[tokio::test(flavor = "multi_thread")]
async fn every_check_type_has_the_rows_of_its_answer() {
    let start = || (Mongod::start(&["--replSet", "rs0"]), RedisServer::start(&[]), UnboundServer::start(&[]), aws_ec2::moto());
    let (set, redis, dns, moto) = spawn_blocking(start).await.unwrap();
    // Its one member has another name than the service looks for.
    let member = doc! { "_id": 0, "host": format!("localhost:{}", set.port) };
    set.run(None, doc! { "replSetInitiate": { "_id": "rs0", "members": [member] } }).await.unwrap();
    set.wait_until_primary(None).await;
    let instances = moto.run_instances(REGION, 2, &[("Role", "web")]);
    let shared = celery_worker::shared().await;
    let http = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let (url, closed) = (moto.url(), free_port());
    let celery = ["/", "bare"].map(|vhost| shared.at(vhost, json!({})));
    let mut cases = with_one_node(closed, &http, &redis, &dns);
    cases.extend(with_many_nodes(closed, (&url, &instances), celery, &set));
    let types: BTreeSet<_> = cases.iter().map(|case| case.plugin).collect();
    assert_eq!(types, CheckTypes::built_in().names().collect(), "each check type is here");

    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("platus.db");
    let config =
        format!("check_interval: 1\npersistent_data_backend: {{type: sqlite, data: {{path: '{}'}}}}\n", database.display());
    let services: String = cases.iter().map(Case::service).collect();
    let expected: BTreeSet<_> = cases.iter().flat_map(Case::rows).collect();

    let app = TestApp::start_with(&config, &services, &CheckTypes::built_in()).await;
    until_checked(&app, &expected).await;
    assert_eq!(app.post_as("admin", "/api/v1.0/flush_status").await.status(), 200);
    until_checked(&app, &expected).await;
    app.stop().await;

    let app = TestApp::start_with(&config, &services, &CheckTypes::built_in()).await;
    assert_eq!(seen(&app).await.0, expected);
    until_checked(&app, &expected).await;
    for (name, state, message) in [
        ("exec-empty", "unknown", "the program printed a list without rows"),
        ("ec2-empty", "unknown", "no instance in ap-south-1 matches `ec2_filters` (tag:Role=none); if that is all right"),
        ("ec2-allowed", "operational", "no instance in ap-south-1 matches `ec2_filters` (tag:Role=none)"),
        ("celery-empty", "down", "no worker is connected to celery.pidbox"),
    ] {
        let service: Value = app.get_as("admin", &format!("/api/v1.0/services/{name}")).await.json().await.unwrap();
        let node = &service["result"]["nodes"][0];
        let text = node["message"].as_str().unwrap_or_default();
        assert!(node["state"] == state && text.starts_with(message), "{name}: {node}");
    }
    app.stop().await;
}

/// The rows, and those of them that no check has brought.
async fn seen(app: &TestApp) -> (BTreeSet<String>, Vec<String>) {
    let rows = app.status("admin").await;
    let row = |row: &Value| format!("{}/{}", row["name"].as_str().unwrap(), row["node"].as_str().unwrap());
    // A job that waits for its first heartbeat looks as if it had not been checked.
    let unchecked = rows.iter().filter(|row| row["state"] == "unknown" && row["retries"] == 0 && row["name"] != "heartbeat");
    (rows.iter().map(row).collect(), unchecked.map(row).collect())
}

/// Waits until every service was checked and there are just these rows.
async fn until_checked(app: &TestApp, expected: &BTreeSet<String>) {
    eventually(async || {
        let (rows, unchecked) = seen(app).await;
        if rows == *expected && unchecked.is_empty() {
            return Ok(());
        }
        let (surplus, missing): (Vec<_>, Vec<_>) = (rows.difference(expected).collect(), expected.difference(&rows).collect());
        Err(format!("there should not be {surplus:?}, there is no {missing:?}, and nobody has checked {unchecked:?}"))
    })
    .await;
}
