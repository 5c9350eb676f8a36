use super::{answering, call, post, result, services};
use crate::channels::receiver::Receiver;
use crate::notify::switch::{self, switch};
use crate::notify::{config, until_notified};
use crate::test_app::TestApp;
use crate::waiting::until;
use checks::CheckTypes;
use chrono::Utc;
use history::Retention;
use model::State::{Down, Operational};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use storage::memory::MemoryStore;
use storage::{FormerIds, Store, writer};

#[tokio::test]
async fn a_paused_service_is_not_checked_and_says_who_paused_it() {
    let (target, beat) = (answering(), answering());
    // Another service, whose checks show that time passes.
    let beats = format!(
        "beat: {{role: dev, interval: 1, type: rest_http, properties: {{host: 127.0.0.1, port: {}, protocol: http}}, data: {{url: /, search: ok}}}}\n",
        beat.address.port()
    );
    let services = services(&target).replace("3600", "1") + &beats;
    let app = TestApp::start_with("check_interval: 1\n", &services, &CheckTypes::built_in()).await;
    app.until("Web", "operational").await;
    let (status, answer) = post(&app, "operator", "/services/web/pause", r#"{"comment": "a new release"}"#).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!((&answer["result"]["author"], &answer["result"]["comment"]), (&json!("operator"), &json!("a new release")));
    let mut checks = 0;
    until("no check runs", async || {
        let before = std::mem::replace(&mut checks, target.requests().len());
        let begun = beat.requests().len();
        until("two more intervals have passed", async || beat.requests().len() >= begun + 3).await;
        before == checks && target.requests().len() == checks
    })
    .await;
    let service = result(&app, "dev", "/services/web").await;
    assert_eq!((&service["pause"]["author"], &service["is_checking"]), (&json!("operator"), &json!(false)), "{service}");
    assert!(service.get("next_check").is_none(), "{service}");
    assert_eq!(service["nodes"][0]["suppression"]["kind"], "pause");
    let (status, answer) = post(&app, "operator", "/services/web/check", "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().unwrap().contains("paused"), "{answer}");
    let row = app.status("dev").await.into_iter().find(|row| row["name"] == "Web").unwrap();
    assert!(row.get("suppression").is_none() && row.get("pause").is_none(), "the rows of the original: {row}");
    let health = app.get("/api/v1.0/health").await;
    assert_eq!(health.status(), StatusCode::OK);

    let mut stream = app.events("dev", &[]).await;
    assert_eq!(post(&app, "operator", "/services/web/resume", "").await, (StatusCode::OK, json!({"result": true})));
    assert_eq!(post(&app, "operator", "/services/web/resume", "").await, (StatusCode::OK, json!({"result": false})));
    stream.until(|event| event.data["name"] == "Web" && event.data.get("suppression").is_none()).await;
    until("it is checked again", async || target.requests().len() > checks).await;
}

#[tokio::test]
async fn a_pause_ends_by_itself_and_survives_a_restart() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let start = async || {
        let start = writer::start(Arc::clone(&store), Retention::default(), Duration::from_secs(20), false, FormerIds::default())
            .await
            .unwrap();
        let services = "web: {role: dev, type: switch, properties: {host: paused-restart}, data: {name: Web}}\n";
        TestApp::start_on(start, "check_interval: 1\n", services, &switch::check_types()).await
    };
    let app = start().await;
    app.until("Web", "operational").await;
    let until_then = (Utc::now() + chrono::TimeDelta::seconds(9)).to_rfc3339();
    let body = json!({"id": "web", "request": {"until": until_then}});
    assert_eq!(call(&app, "operator", "pause", &body).await.0, StatusCode::OK);
    app.stop().await;
    switch("paused-restart", Down);
    let app = start().await;
    let service = result(&app, "dev", "/services/web").await;
    assert_eq!((&service["pause"]["author"], &service["nodes"][0]["state"]), (&json!("operator"), &json!("operational")));
    app.until("Web", "down").await;
    assert!(Utc::now().to_rfc3339() > until_then);
    assert!(result(&app, "dev", "/services/web").await.get("pause").is_none());
    switch("paused-restart", Operational);
}

#[tokio::test]
async fn a_pause_is_no_availability_and_no_notification() {
    let receiver = Receiver::start();
    // `q` fails at the same time, and shows when `p` would have been notified.
    let service = |name: &str, interval| {
        format!(
            "{name}: {{role: dev, interval: {interval}, timeout: 8, type: switch, properties: {{host: paused-{name}}}, \
             data: {{type: App, name: {name}}}}}\n"
        )
    };
    let services = service("p", 1) + &service("q", 3);
    let app = TestApp::start_with(&config(&receiver), &services, &switch::check_types()).await;
    app.until("p", "operational").await;
    app.until("q", "operational").await;
    post(&app, "operator", "/services/p/pause", "").await;
    let paused = Utc::now();
    switch("paused-p", Down);
    switch("paused-q", Down);
    until_notified(&receiver, &[("opened", "q", "down")]).await;
    switch("paused-q", Operational);
    let of_q = [("opened", "q", "down"), ("recovered", "q", "operational")];
    until_notified(&receiver, &of_q).await;
    let lasted = (Utc::now() - paused).as_seconds_f64();
    post(&app, "operator", "/services/p/resume", "").await;
    until_notified(&receiver, &[of_q[0], of_q[1], ("opened", "p", "down")]).await;
    // Without a pause, a time of up to eighteen seconds would count as one without a gap.
    let history = result(&app, "dev", "/services/p/history?from=-10m&points=1").await;
    let points = history["nodes"][0]["points"].as_array().unwrap();
    let watched: f64 = ["operational", "down"]
        .iter()
        .flat_map(|state| points.iter().map(|point| point["seconds"][*state].as_f64().unwrap()))
        .sum();
    let since = (Utc::now() - paused).as_seconds_f64();
    let before = points.iter().map(|point| point["checks"]["operational"].as_f64().unwrap()).sum::<f64>() + 1.0;
    assert!(watched <= before + since - lasted + 0.5, "{watched} s of {before} s and {since} s, paused for {lasted} s");
}

#[tokio::test]
async fn wrong_pauses_are_refused() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    for body in [
        r#"{"minutes": 0}"#,
        r#"{"minutes": 1, "until": "2030-01-01T00:00:00Z"}"#,
        r#"{"until": "2020-01-01T00:00:00Z"}"#,
        r#"{"until": "9000-01-01T00:00:00Z"}"#,
        r#"{"minutes": 600000}"#,
        r#"{"untill": "2030-01-01T00:00:00Z"}"#,
        "1",
        "[]",
    ] {
        assert_eq!(post(&app, "operator", "/services/web/pause", body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(post(&app, "dev", "/services/web/pause", "{}").await.0, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, "operator", "/services/other/pause", "{}").await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        post(&app, "operator", "/silences", r#"{"kind": "pause", "services": ["web"], "minutes": 1}"#).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_second_pause_replaces_the_first_and_both_ways_end_it() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    for comment in ["first", "second"] {
        post(&app, "operator", "/services/web/pause", &json!({"comment": comment, "minutes": 5}).to_string()).await;
    }
    let list = result(&app, "dev", "/silences").await;
    assert_eq!((list.as_array().unwrap().len(), &list[0]["kind"], &list[0]["comment"]), (1, &json!("pause"), &json!("second")));
    let path = format!("/api/v1.0/silences/{}", list[0]["id"]);
    let deleted = app.request(Method::DELETE, &path).basic_auth("operator", Some("operator")).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::OK);
    assert!(result(&app, "dev", "/services/web").await.get("pause").is_none());
}
