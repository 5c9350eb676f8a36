//! Who sees what, on every surface that shows rows.

use crate::test_app::{PATIENCE, TestApp};
use std::collections::BTreeSet;

const SERVICES: &str = "
for-dev: {role: dev, type: rest_http, properties: {host: a.invalid}, data: {name: for-dev}}
for-ops: {role: [ops], type: rest_http, properties: {host: a.invalid}, data: {name: for-ops}}
for-both: {role: [dev, qa], type: rest_http, properties: {host: a.invalid}, data: {name: for-both}}
for-admin: {type: rest_http, properties: {host: a.invalid}, data: {name: for-admin}}
for-letters: {role: [d, e, v], type: rest_http, properties: {host: a.invalid}, data: {name: for-letters}}
";

const ALL: [&str; 5] = ["for-admin", "for-both", "for-dev", "for-letters", "for-ops"];

/// What a server function answers this user.
async fn call(app: &TestApp, user: &str, function: &str) -> String {
    let request = app.request(reqwest::Method::POST, function).basic_auth(user, Some(user));
    let response = request.header("content-type", "application/json").body("{}").send().await.unwrap();
    assert!(response.status().is_success(), "{function}: {}", response.status());
    response.text().await.unwrap()
}

/// Waits until every service has been checked and has a history: that is made for all viewers together.
async fn until_all_have_history(app: &TestApp) {
    let all_have = async {
        loop {
            let strips = call(app, "admin", "/rpc/strips").await;
            if ALL.iter().all(|name| strips.contains(name)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, all_have).await.expect("every service gets a history in time");
}

/// Each surface, as the set of services that this user finds on it.
async fn surfaces(app: &TestApp, user: &str) -> Vec<(&'static str, BTreeSet<String>)> {
    let named = |text: &str| ALL.iter().filter(|name| text.contains(*name)).map(|name| (*name).to_owned()).collect();
    let status: BTreeSet<String> = app.status(user).await.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    let mut seen = vec![("status", status)];
    for page in ["/", "/settings", "/metrics", "/api/v1.0/services", "/api/v1.0/report", "/api/v1.0/report?format=csv"] {
        seen.push((page, named(&app.get_as(user, page).await.text().await.unwrap())));
    }
    for function in ["/rpc/board", "/rpc/strips", "/rpc/settings"] {
        seen.push((function, named(&call(app, user, function).await)));
    }
    seen
}

#[tokio::test]
async fn every_surface_shows_the_same_services() {
    // The first checks are spread over the interval.
    let app = TestApp::start_with("check_interval: 1\n", SERVICES, &server::plugins::Registry::built_in()).await;
    until_all_have_history(&app).await;
    for (user, expected) in
        [("admin", &ALL[..]), ("dev", &["for-both", "for-dev"]), ("ops", &["for-both", "for-ops"]), ("superadmin", &[])]
    {
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        for (surface, seen) in surfaces(&app, user).await {
            assert_eq!(seen, expected, "{surface} as {user}");
        }
    }
}

#[tokio::test]
async fn the_stream_tells_each_viewer_only_what_is_theirs() {
    let app = TestApp::start(
        "
for-ops: {role: [ops], type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-ops}}
for-dev: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-dev}}
",
    )
    .await;
    let (mut dev, mut nobody) = (app.events("dev", &[]).await, app.events("superadmin", &[]).await);
    for _ in 0..3 {
        let event = dev.until(|event| event.name == "status").await;
        assert_eq!(event.data["name"], "for-dev");
    }
    // Three rounds have gone by for the others, too. What the stream without rights holds is signs of life, and nothing else.
    app.stop().await;
    while let Some(event) = nobody.next().await {
        assert_eq!(event.name, "heartbeat");
    }
}
