//! A process without free file descriptors reports its targets as unknown, and its own exhaustion.

use crate::command_line::Running;
use crate::metrics;
use crate::targets::targets;
use crate::test_app::{EventStream, PATIENCE, configuration};
use crate::waiting::until;
use reqwest::Client;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const WORDS: &str = "Platus has no file descriptor left";

/// One of each type that needs a descriptor. What they ask is there, except that most of it speaks something else.
fn services() -> Value {
    let (http, tls) = (targets().port("HTTP"), targets().port("HTTPS"));
    let aws = json!({
        "region": "eu-central-1", "access_key": "AKIDEXAMPLE", "secret_key": "secret", "endpoint_url": format!("http://127.0.0.1:{http}")
    });
    let types = [
        ("tcp", json!({"host": "127.0.0.1", "port": http}), json!({})),
        ("rest_http", json!({"host": "127.0.0.1", "port": http, "protocol": "http"}), json!({"url": "/ok"})),
        ("tls", json!({"host": "127.0.0.1", "port": tls, "ca": targets().file("CA")}), json!({})),
        ("redis", json!({"host": "127.0.0.1", "port": http}), json!({})),
        ("ping", json!({"host": "127.0.0.1"}), json!({})),
        ("dns", json!({"host": "example.test", "server": format!("127.0.0.1:{http}")}), json!({})),
        ("exec", json!({"command": ["true"]}), json!({})),
        #[cfg(feature = "mongodb")]
        ("mongodb", json!({"host": "127.0.0.1", "port": http, "tls": false}), json!({})),
        ("celery_worker", json!({"host": "127.0.0.1", "port": http, "transport": "redis"}), json!({"answer_within": 1})),
        ("aws_ec2", aws, json!({})),
    ];
    let services = types.into_iter().map(|(kind, properties, mut data)| {
        data["name"] = kind.into();
        (kind.to_owned(), json!({"type": kind, "timeout": 2, "interval": 1, "properties": properties, "data": data}))
    });
    let named = json!({"type": "tcp", "timeout": 2, "properties": {"host": "localhost", "port": http}, "data": {"name": "named"}});
    Value::Object(services.chain([("named".to_owned(), named)]).collect())
}

/// Lowers the limit of a process to the descriptors that it has open.
fn exhaust(process: u32) {
    let entries = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let open: Vec<u64> = entries.map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap()).collect();
    // Below the first three the program could not even find out that there is none.
    let free = (4..).find(|number| !open.contains(number)).unwrap();
    limit(process, free);
}

fn limit(process: u32, current: u64) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let process = Pid::from_raw(i32::try_from(process).unwrap());
    prlimit(process, Resource::Nofile, Rlimit { current: Some(current), maximum }).unwrap();
}

#[tokio::test]
async fn no_check_calls_a_target_down_for_want_of_descriptors() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let services = services();
    let names: Vec<String> = services.as_object().unwrap().keys().cloned().collect();
    let folder = configuration("check_interval: 1\n", &services.to_string());
    let mut running = Running::serve(folder.path());
    let client = Client::builder().no_proxy().timeout(PATIENCE * 3).build().unwrap();
    let page = async |path: &str| {
        let url = format!("http://{}{path}", running.address());
        client.get(url).basic_auth("admin", Some("admin")).send().await.unwrap().text().await.unwrap()
    };
    let well = ["exec", "named", "rest_http", "tcp", "tls"];
    let are_well = async || {
        let answer: Value = serde_json::from_str(&page("/api/v1.0/status").await).unwrap();
        let rows = answer["result"].as_array().unwrap();
        well.iter().all(|name| rows.iter().any(|row| row["name"] == *name && row["state"] == "operational"))
    };
    until("all that can be are operational", are_well).await;

    let mut stream = EventStream::open(&client, running.address()).await.unwrap();
    let mut states: BTreeMap<String, Value> = BTreeMap::new();
    exhaust(running.id());
    let knows = |row: &Value| row["state"] == "unknown" && row["message"].as_str().is_some_and(|message| message.contains(WORDS));
    while !names.iter().all(|name| states.get(name).is_some_and(knows)) {
        let row = stream.until(|event| event.name == "status").await.data;
        let name = row["name"].as_str().unwrap().to_owned();
        // What these speak is no HTTP, and the port is not that of a DNS server.
        assert!(row["state"] != "down", "{row}");
        states.insert(name, row);
        // Connections that checks had open have ended meanwhile.
        exhaust(running.id());
    }

    limit(running.id(), 1024);
    until("all are operational again", are_well).await;
    let figures = page("/metrics").await;
    let value = |name| metrics::value(&figures, name);
    assert!(value("platus_exhaustion_failures_total") >= names.len() as u64);
    assert_eq!(value("process_max_fds"), 1024);
    assert!((4..1024).contains(&value("process_open_fds")));
    assert!(page("/settings").await.contains(WORDS));
    running.signal("-TERM");
    running.end();
    let lines = running.log().iter().filter(|line| line.contains("Checks fail because") && line.contains(WORDS)).count();
    assert!((1..=5).contains(&lines), "{lines} lines");
}
