//! Visibility by role, on every route that shows rows.

use crate::test_app::{PATIENCE, TestApp, configuration};
use crate::waiting;
use proptest::prelude::*;
use reqwest::StatusCode;
use std::collections::BTreeSet;
use std::fs;

const SERVICES: &str = "
for-dev: {role: dev, type: rest_http, properties: {host: a.invalid}, data: {name: for-dev}}
for-ops: {role: [ops], type: rest_http, properties: {host: a.invalid}, data: {name: for-ops}}
for-both: {role: [dev, qa], type: rest_http, properties: {host: a.invalid}, data: {name: for-both}}
for-admin: {type: rest_http, properties: {host: a.invalid}, data: {name: for-admin}}
for-letters: {role: [d, e, v], type: rest_http, properties: {host: a.invalid}, data: {name: for-letters}}
";

const ALL: [&str; 5] = ["for-admin", "for-both", "for-dev", "for-letters", "for-ops"];

/// The response of a server function to this user.
async fn call(app: &TestApp, user: &str, function: &str) -> String {
    let request = app.request(reqwest::Method::POST, function).basic_auth(user, Some(user));
    let response = request.header("content-type", "application/json").body("{}").send().await.unwrap();
    assert!(response.status().is_success(), "{function}: {}", response.status());
    response.text().await.unwrap()
}

/// The bars of one service for this user.
async fn bars_of(app: &TestApp, user: &str, service: &str) -> String {
    let body = serde_json::json!({"service": service}).to_string();
    let request = app.request(reqwest::Method::POST, "/rpc/uptime_bars").basic_auth(user, Some(user));
    request.header("content-type", "application/json").body(body).send().await.unwrap().text().await.unwrap()
}

/// Waits until every service has been checked and has a history: that is made for all viewers together.
async fn until_all_have_history(app: &TestApp, services: &[&str]) {
    let all_have = async {
        loop {
            let strips = call(app, "admin", "/rpc/uptime_bars").await;
            if services.iter().all(|name| strips.contains(name)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, all_have).await.expect("every service gets a history in time");
}

/// Each route, with those of the services that this user finds in it.
async fn visible_by_route(app: &TestApp, user: &str, services: &[&str]) -> Vec<(String, BTreeSet<String>)> {
    let named = |text: &str| services.iter().filter(|name| text.contains(*name)).map(|name| (*name).to_owned()).collect();
    let status: BTreeSet<String> = app.status(user).await.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    let mut seen = vec![("status".to_owned(), status)];
    for page in [
        "/",
        "/incidents",
        "/silences",
        "/settings",
        "/metrics",
        "/api/v1.0/services",
        "/api/v1.0/report",
        "/api/v1.0/report?format=csv",
    ] {
        seen.push((page.to_owned(), named(&app.get_as(user, page).await.text().await.unwrap())));
    }
    for function in ["/rpc/board", "/rpc/uptime_bars", "/rpc/settings"] {
        seen.push((function.to_owned(), named(&call(app, user, function).await)));
    }
    let mut with_bars = BTreeSet::new();
    for service in services {
        let found: BTreeSet<String> = named(&bars_of(app, user, service).await);
        assert!(found.iter().all(|found| found == service), "bars of {service}: {found:?}");
        with_bars.extend(found);
    }
    seen.push(("/rpc/uptime_bars of one service".to_owned(), with_bars));
    for part in ["", "/history", "/incidents"] {
        let mut found = BTreeSet::new();
        for service in services {
            let answer = app.get_as(user, &format!("/api/v1.0/services/{service}{part}")).await;
            match answer.status() {
                StatusCode::OK => found.insert((*service).to_owned()),
                status => {
                    assert_eq!(status, StatusCode::NOT_FOUND, "a service that the caller may not see does not exist");
                    false
                }
            };
        }
        seen.push((format!("/api/v1.0/services/ID{part}"), found));
    }
    seen
}

/// The services in the events that this user gets after `position`.
async fn heard(app: &TestApp, user: &str, position: &str) -> BTreeSet<String> {
    let mut stream = app.events(user, &[("last-event-id", position)]).await;
    let mut heard = BTreeSet::new();
    loop {
        let event = stream.next().await.expect("the stream goes on");
        match event.name.as_str() {
            "status" => heard.insert(event.data["name"].as_str().unwrap().to_owned()),
            // It ends what was missed.
            "heartbeat" => return heard,
            other => panic!("{other}"),
        };
    }
}

/// Users and services with roles of their own, of all kinds: one, several, those that look like others, and for services none.
fn random_roles() -> impl Strategy<Value = (Vec<BTreeSet<String>>, Vec<BTreeSet<String>>)> {
    let role = prop::sample::select(vec!["dev", "ops", "qa", "de", "dev ops", "Dev", "administrator", "operator", "größe"]);
    let role = role.prop_map(str::to_owned);
    let (some, roles) = (prop::collection::btree_set(role.clone(), 1..4), prop::collection::btree_set(role, 0..4));
    // A user without a role cannot log in.
    let user = prop_oneof![4 => some, 1 => Just(BTreeSet::from(["admin".to_owned()]))];
    (prop::collection::vec(user, 3..7), prop::collection::vec(roles, 4..10))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_routes_agree_whatever_the_roles((users, services) in random_roles()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(assert_agreement(users, services));
    }
}

async fn assert_agreement(users: Vec<BTreeSet<String>>, services: Vec<BTreeSet<String>>) {
    let ids: Vec<_> = (0..services.len()).map(|number| format!("service-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let yaml = |roles: &BTreeSet<String>| serde_json::to_string(roles).unwrap();
    let lines = services.iter().zip(&ids).map(|(roles, id)| {
        let role = if roles.is_empty() { String::new() } else { format!("role: {}, ", yaml(roles)) };
        format!("{id}: {{{role}type: rest_http, properties: {{host: 127.0.0.1, port: 9, protocol: http}}, data: {{name: {id}}}}}\n")
    });
    let folder = configuration("check_interval: 1\n", &lines.collect::<String>());
    let people = users
        .iter()
        .enumerate()
        .map(|(number, roles)| format!("user-{number}: {{role: {}, password: user-{number}}}\n", yaml(roles)));
    let people = format!("admin: {{role: admin, password: admin}}\n{}", people.collect::<String>());
    fs::write(folder.path().join("users.yaml"), people).unwrap();
    let app = TestApp::start_in(folder).await;
    let position = app.events("admin", &[]).await.next().await.unwrap().id.unwrap();
    until_all_have_history(&app, &ids).await;
    let all: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    waiting::until("the stream has sent all", async || heard(&app, "admin", &position).await == all).await;
    for (number, roles) in users.iter().enumerate() {
        let sees = |service: &BTreeSet<String>| roles.contains("admin") || !roles.is_disjoint(service);
        let expected: BTreeSet<String> =
            services.iter().zip(&ids).filter(|(service, _)| sees(service)).map(|(_, id)| (*id).to_owned()).collect();
        let user = format!("user-{number}");
        assert_eq!(heard(&app, &user, &position).await, expected, "the stream, {roles:?}");
        for (route, seen) in visible_by_route(&app, &user, &ids).await {
            assert_eq!(seen, expected, "{route}, {roles:?}");
        }
    }
}

#[tokio::test]
async fn every_route_shows_the_same_services() {
    // The first checks are spread over the interval.
    let app = TestApp::start_with("check_interval: 1\n", SERVICES, &checks::CheckTypes::built_in()).await;
    until_all_have_history(&app, &ALL).await;
    for (user, expected) in
        [("admin", &ALL[..]), ("dev", &["for-both", "for-dev"]), ("ops", &["for-both", "for-ops"]), ("superadmin", &[])]
    {
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        for (route, seen) in visible_by_route(&app, user, &ALL).await {
            assert_eq!(seen, expected, "{route} as {user}");
        }
    }
}

#[tokio::test]
async fn the_stream_sends_each_viewer_only_their_services() {
    let app = TestApp::start(
        "
for-ops: {role: [ops], type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-ops}}
for-dev: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-dev}}
",
    )
    .await;
    let (mut dev, mut other) = (app.events("dev", &[]).await, app.events("superadmin", &[]).await);
    for _ in 0..3 {
        let event = dev.until(|event| event.name == "status").await;
        assert_eq!(event.data["name"], "for-dev");
    }
    // Three rounds have gone by for the others, too. What the stream without rights holds is signs of life, and nothing else.
    app.stop().await;
    while let Some(event) = other.next().await {
        assert_eq!(event.name, "heartbeat");
    }
}
