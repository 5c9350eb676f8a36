//! The JSON API against its contract.

use crate::guessing;
use crate::targets::{OddServer, targets};
use crate::test_app::TestApp;
use regex::Regex;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A row as scripts know it: these keys and no others, each in the form of Python's own printing.
#[track_caller]
fn assert_keeps_contract(row: &Value) {
    static DATETIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$").unwrap());
    static TIMEDELTA: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^((1 day|\d+ days), )?\d{1,2}:\d\d:\d\d(\.\d{6})?$").unwrap());
    for (key, value) in row.as_object().unwrap() {
        let keeps = match key.as_str() {
            "type" | "name" | "node" | "nodename" => value.is_string(),
            "state" | "last_state" => ["operational", "unhealthy", "down", "unknown"].map(Value::from).contains(value),
            "checked" => value.as_str().is_some_and(|text| DATETIME.is_match(text) && !text.ends_with(".000000")),
            "elapsed" => value.as_str().is_some_and(|text| TIMEDELTA.is_match(text) && !text.ends_with(".000000")),
            "retries" => value.is_u64(),
            _ => false,
        };
        assert!(keeps, "{key} of {row}");
    }
    for key in ["type", "name", "node", "state", "checked"] {
        assert!(row.get(key).is_some(), "{row} lacks {key}");
    }
}

fn nginx(id: &str, group: &str, path: &str, more: &str) -> String {
    let port = targets().port("HTTP");
    format!(
        "{id}: {{type: rest_http, role: [dev], properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, \
         data: {{type: {group}, name: {id}, url: {path}{more}}}}}\n"
    )
}

#[tokio::test]
async fn health_asks_for_no_login() {
    let app = TestApp::start("{}").await;
    let response = app.get("/api/v1.0/health").await;
    assert_eq!((response.status(), response.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "application/json"));
    assert_eq!(response.text().await.unwrap(), "{\n  \"health\": \"Good doctor!\"\n}\n");
}

#[tokio::test]
async fn without_the_right_credentials_there_is_a_challenge() {
    let app = TestApp::start("{}").await;
    for request in [
        app.request(Method::GET, "/api/v1.0/status"),
        app.request(Method::GET, "/api/v1.0/status").basic_auth("admin", Some("wrong")),
        app.request(Method::GET, "/api/v1.0/status").basic_auth("unknown", Some("admin")),
        app.request(Method::GET, "/api/v1.0/status").bearer_auth("admin"),
        app.request(Method::GET, "/api/v1.0/status").header("authorization", "Basic %%%"),
        app.request(Method::GET, "/api/v1.0/events"),
        app.request(Method::POST, "/api/v1.0/flush_status"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"Authentication Required\"");
        assert_eq!(response.json::<Value>().await.unwrap(), json!({"error": "Unauthorized access"}));
    }
}

#[tokio::test]
async fn passwords_are_text_in_utf8_and_a_number_is_its_text() {
    let app = TestApp::start("{}").await;
    for (user, password) in [("jürgen", "pä:ss"), ("number", "12345")] {
        let request = app.request(Method::GET, "/api/v1.0/status").basic_auth(user, Some(password));
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK, "{user}");
    }
}

#[tokio::test]
async fn rows_keep_the_contract_before_and_after_the_first_check() {
    let services =
        nginx("good", "App", "/ok", "") + &nginx("bad", "App", "/503", "") + &nginx("odd", "App", "/ok", ", search: absent");
    let app = TestApp::start_with("check_interval: 3600\n", &services, &checks::CheckTypes::built_in()).await;
    let rows = app.status("admin").await;
    assert_eq!(rows.len(), 3, "every service has a row at once");
    rows.iter().for_each(assert_keeps_contract);

    let app = TestApp::start(&services).await;
    let (good, bad, odd) =
        (app.until("good", "operational").await, app.until("bad", "down").await, app.until("odd", "unhealthy").await);
    assert_eq!((&good["retries"], &good["last_state"]), (&json!(0), &json!("operational")));
    assert_eq!((&bad["last_state"], &odd["last_state"]), (&json!("unknown"), &json!("unknown")));
    for row in app.status("admin").await {
        assert_keeps_contract(&row);
        assert_eq!(row["node"], "127.0.0.1");
        assert!(row.get("elapsed").is_some(), "{row} was measured");
        assert!(row.get("message").is_none() && row.get("nodename").is_none(), "{row}");
    }
}

#[tokio::test]
async fn rows_are_sorted_by_type_then_name() {
    let services = nginx("zebra", "Alpha", "/ok", "") + &nginx("ant", "Beta", "/ok", "") + &nginx("cow", "Alpha", "/ok", "");
    let app = TestApp::start(&services).await;
    let names: Vec<_> = app.status("admin").await.iter().map(|row| format!("{}/{}", row["type"], row["name"])).collect();
    assert_eq!(names, ["\"Alpha\"/\"cow\"", "\"Alpha\"/\"zebra\"", "\"Beta\"/\"ant\""]);
}

#[tokio::test]
async fn the_answer_does_not_wait_for_a_target_that_hangs() {
    let target = OddServer::hanging();
    let services = format!(
        "hangs: {{type: rest_http, properties: {{host: 127.0.0.1, port: {}, protocol: http, timeout: 60}}, data: {{name: hangs}}}}\n{}",
        target.address.port(),
        nginx("good", "App", "/ok", "")
    );
    let app = TestApp::start(&services).await;
    app.until("good", "operational").await;
    while target.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    // The check is in flight now, and will be for a minute; the client of the tests gives up long before that.
    let rows = app.status("admin").await;
    assert_eq!(rows.iter().map(|row| row["state"].as_str().unwrap()).collect::<Vec<_>>(), ["operational", "unknown"]);
    app.stop().await;
}

#[tokio::test]
async fn checks_do_not_depend_on_viewers() {
    let app = TestApp::start(&nginx("bad", "App", "/503", "")).await;
    let first = app.until("bad", "down").await;
    for _ in 0..20 {
        app.status("dev").await;
    }
    let rows = app.status("admin").await;
    let retries = rows[0]["retries"].as_u64().unwrap() - first["retries"].as_u64().unwrap();
    assert!(retries < 20, "twenty views are no twenty checks: {retries}");
}

#[tokio::test]
async fn one_broken_service_does_not_stop_the_others() {
    let services = format!(
        "{}typo: {{type: rest_http, properties: {{host: a.example, prot: 80}}, data: {{type: App, name: typo}}}}\n\
         lacks: {{type: mongodb, properties: {{host: [m1.example, m2.example]}}, data: {{type: Infra, name: lacks}}}}\n\
         shapeless: 7\n",
        nginx("good", "App", "/ok", "")
    );
    let app = TestApp::start(&services).await;
    app.until("good", "operational").await;
    let mut stream = app.events("admin", &[("last-event-id", "0-0")]).await;
    assert_eq!(stream.next().await.unwrap().name, "resync");
    let rows = app.status("admin").await;
    let shown: Vec<_> = rows.iter().map(|row| format!("{} {} {}", row["name"], row["node"], row["state"])).collect();
    assert_eq!(
        shown,
        [
            r#""good" "127.0.0.1" "operational""#,
            r#""typo" "a.example" "unknown""#,
            r#""lacks" "m1.example" "unknown""#,
            r#""shapeless" "n/a" "unknown""#
        ]
    );
    rows.iter().for_each(assert_keeps_contract);
}

#[tokio::test]
async fn flush_is_for_admin_and_forgets_every_state() {
    let target = OddServer::hanging();
    let services = format!(
        "web: {{type: rest_http, role: dev, interval: 3600, properties: {{host: 127.0.0.1, port: {}, protocol: http}}, \
         data: {{name: web}}}}\n{}",
        target.address.port(),
        nginx("bad", "App", "/503", "")
    );
    let app = TestApp::start(&services).await;
    app.until("bad", "down").await;
    let response = app.post_as("dev", "/api/v1.0/flush_status").await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.json::<Value>().await.unwrap(), json!({"error": "This needs the role admin"}));

    let mut stream = app.events("admin", &[]).await;
    let response = app.post_as("admin", "/api/v1.0/flush_status").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.json::<Value>().await.unwrap(), json!({"result": true}));
    let forgotten = stream.until(|event| event.data["name"] == "bad" && event.data["state"] == "unknown").await;
    assert_eq!(forgotten.data["retries"], 0);
    let counted_anew = stream.until(|event| event.data["name"] == "bad" && event.data["state"] == "down").await;
    assert_eq!(counted_anew.data["retries"], 1);
}

#[tokio::test]
async fn every_error_below_api_is_json() {
    let app = TestApp::start("{}").await;
    let large = vec![b'x'; 70_000];
    for (request, status) in [
        (app.request(Method::GET, "/api"), StatusCode::NOT_FOUND),
        (app.request(Method::GET, "/api/"), StatusCode::NOT_FOUND),
        (app.request(Method::GET, "/api/v1.0/nothing"), StatusCode::NOT_FOUND),
        (app.request(Method::GET, "/api/v2.0/status"), StatusCode::NOT_FOUND),
        (app.request(Method::DELETE, "/api/v1.0/health"), StatusCode::METHOD_NOT_ALLOWED),
        (app.request(Method::POST, "/api/v1.0/status").basic_auth("admin", Some("admin")), StatusCode::METHOD_NOT_ALLOWED),
        (app.request(Method::GET, "/api/v1.0/flush_status").basic_auth("admin", Some("admin")), StatusCode::METHOD_NOT_ALLOWED),
        (
            app.request(Method::POST, "/api/v1.0/flush_status").basic_auth("admin", Some("admin")).body(large),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            app.request(Method::POST, "/api/v1.0/flush_status")
                .basic_auth("admin", Some("admin"))
                .header("origin", "https://evil.example"),
            StatusCode::FORBIDDEN,
        ),
    ] {
        let response = request.send().await.unwrap();
        let address = response.url().path().to_owned();
        assert_eq!(response.status(), status, "{address}");
        assert_eq!(response.headers()["content-type"], "application/json", "{address}");
        let error: Value = response.json().await.unwrap();
        assert!(error["error"].as_str().is_some_and(|text| text.len() > 5) && error.as_object().unwrap().len() == 1, "{error}");
    }
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_and_the_right_user_elsewhere_is_not() {
    let app = TestApp::start("{}").await;
    let guess = async || app.request(Method::GET, "/api/v1.0/status").basic_auth("admin", Some("guess")).send().await.unwrap();
    let response = guessing::until_refused(guess).await;
    assert!(response.json::<Value>().await.unwrap()["error"].is_string());
    assert_eq!(app.get_as("dev", "/api/v1.0/status").await.status(), StatusCode::OK);
}
