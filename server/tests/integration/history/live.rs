//! What a running Platus takes down itself.

use super::result;
use crate::test_app::TestApp;
use crate::waiting;
use checks::CheckTypes;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const TOKEN: &str = "token-of-the-backup";

/// A job, which is how the test wants it to be.
async fn started() -> TestApp {
    let services = format!(
        "backup: {{type: heartbeat, role: dev, properties: {{host: box, token: {TOKEN}}}, data: {{type: Jobs, name: Backup, every: 3600}}}}"
    );
    TestApp::start_with("check_interval: 1\nretries_before_notify: 1\n", &services, &CheckTypes::built_in()).await
}

async fn say(app: &TestApp, word: &str, state: &str) {
    let response = app.request(Method::POST, &format!("/api/v1.0/heartbeat/{TOKEN}{word}")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    app.until("Backup", state).await;
}

/// Asks until the answer is as wanted.
async fn until(app: &TestApp, address: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    waiting::eventually(async || {
        let answer = result(app, "dev", address).await;
        if is_wanted(&answer) { Ok(answer) } else { Err(answer) }
    })
    .await
}

#[tokio::test]
async fn what_is_seen_is_history_at_once() {
    let app = started().await;
    say(&app, "", "operational").await;
    say(&app, "/fail", "down").await;
    let open = result(&app, "dev", "/incidents?open=true").await;
    assert_eq!((&open["incidents"][0]["worst"], &open["incidents"][0]["node"]), (&json!("down"), &json!("box")));
    say(&app, "", "operational").await;
    say(&app, "/fail", "down").await;
    say(&app, "", "operational").await;

    let history = result(&app, "dev", "/services/backup/history?from=-1h&points=2000").await;
    let ways: Vec<_> = history["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|transition| format!("{} to {}", transition["from"].as_str().unwrap(), transition["to"].as_str().unwrap()))
        .collect();
    let flapping = ["down to operational", "operational to down", "down to operational", "operational to down"];
    assert_eq!(ways[..4], flapping, "the latest first");
    assert_eq!(history["transitions"][1]["message"], "the job failed");

    let incidents = result(&app, "dev", "/services/backup/incidents").await;
    let ended: Vec<_> = incidents["incidents"].as_array().unwrap().iter().filter(|it| it["worst"] == "down").collect();
    assert_eq!(ended.len(), 2);
    assert!(ended.iter().all(|incident| incident["ended"].is_string() && incident["lasted"].as_f64().unwrap() > 0.0), "{ended:?}");

    let checks = |history: &Value, state: &str| -> u64 {
        let points = history["nodes"][0]["points"].as_array().unwrap();
        points.iter().map(|point| point["checks"][state].as_u64().unwrap()).sum()
    };
    assert!(checks(&history, "down") >= 2 && checks(&history, "operational") >= 3, "{history}");
    let seconds = |history: &Value| -> f64 {
        let points = history["nodes"].as_array().unwrap().iter().flat_map(|node| node["points"].as_array().unwrap());
        points.map(|point| point["seconds"]["operational"].as_f64().unwrap()).sum()
    };
    let before = seconds(&history);
    until(&app, "/services/backup/history?from=-1h", |history| seconds(history) >= before + 1.0).await;
}
