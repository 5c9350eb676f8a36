//! What `docs/exec.md` shows works as it stands there.

use super::python_itself;
use crate::looking::look;
use crate::servers::{folder, free_port};
use crate::test_app::configuration;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use server::application;
use server::config::Config;
use std::fs;
use std::net::TcpListener;
use std::process::Command;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/exec.md"));

/// The pieces of code of this language.
fn pieces(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    PAGE.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

async fn run(command: Value) -> Result<Vec<Observation>, String> {
    look("exec", &json!({"host": "node", "command": command}), &json!({})).await
}

#[test]
fn the_services_load() {
    let folder = configuration("{}", &pieces("yaml").concat());
    let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    let services = application::services(&config, &CheckTypes::built_in(), &Heartbeats::default(), None);
    assert_eq!(services.len(), 3);
    for (service, _) in services {
        assert!(service.check.is_ok(), "{:?}", service.check.as_ref().err());
    }
}

#[tokio::test]
async fn the_shell_script_looks_at_a_backup() {
    let folder = folder();
    let [script, backup] = ["check_backup", "backup"].map(|name| folder.path().join(name).display().to_string());
    fs::write(&script, pieces("sh")[0]).unwrap();
    let seen = async |hours: &str| run(json!(["sh", script, backup, hours])).await.unwrap().remove(0);

    let seen_absent = seen("26").await;
    assert_eq!((seen_absent.state, seen_absent.message.as_deref()), (State::Down, Some("there is no backup, or an empty one")));
    fs::write(&backup, "all").unwrap();
    let young = seen("26").await;
    assert_eq!((young.state, young.message.as_deref()), (State::Operational, Some("the backup is 0 h old")));
    let metrics: Vec<_> = young.metrics.iter().map(|metric| (metric.name.as_str(), metric.value, metric.unit.as_str())).collect();
    assert_eq!(metrics, [("age", 0.0, "h"), ("size", 3.0, "B")]);
    assert!(Command::new("touch").args(["-d", "30 hours ago", &backup]).status().unwrap().success());
    let old = seen("26").await;
    assert_eq!((old.state, old.message.as_deref()), (State::Unhealthy, Some("the backup is 30 h old")));

    let called_wrongly = run(json!(["sh", script])).await.unwrap().remove(0);
    assert_eq!(called_wrongly.state, State::Unknown);
    assert!(called_wrongly.message.unwrap().contains("which file?"));
}

#[tokio::test]
async fn the_python_script_tries_ports() {
    let folder = folder();
    let script = folder.path().join("check_ports").display().to_string();
    fs::write(&script, pieces("python")[0]).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = format!("open={}", listener.local_addr().unwrap());
    let closed = format!("closed=127.0.0.1:{}", free_port());
    let rows = run(json!([python_itself(), script, open, closed])).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.node.as_str(), row.state)).collect();
    assert_eq!(told, [("open", State::Operational), ("closed", State::Down)]);
    assert!(rows[0].elapsed.is_some() && rows[1].message.as_ref().unwrap().contains("refused"), "{rows:?}");
}
