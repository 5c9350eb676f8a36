//! Silences and maintenance that recur, entered by users.

mod stores;

use crate::channels::receiver::Receiver;
use crate::notify::switch::{self, switch};
use crate::notify::{config, until_notified};
use crate::test_app::{StreamEvent, TestApp};
use crate::waiting::until;
use model::State::Down;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use system::clock::Clock;

/// A service whose state a switch sets, for users with this role.
fn service(name: &str, role: &str) -> String {
    format!("{name}: {{role: {role}, type: switch, properties: {{host: {name}}}, data: {{type: App, name: {name}}}}}\n")
}

async fn api(app: &TestApp, user: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.request(method, &format!("/api/v1.0{path}")).basic_auth(user, Some(user)).body(body.to_string());
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn listed(app: &TestApp, user: &str) -> Vec<Value> {
    api(app, user, Method::GET, "/silences", &Value::Null).await.1["result"].as_array().unwrap().clone()
}

#[tokio::test]
async fn it_is_entered_listed_and_ended() {
    let services = service("recurs-shop", "dev") + &service("recurs-other", "ops");
    let app = TestApp::start_with("check_interval: 1\n", &services, &switch::check_types()).await;
    let rule = json!({"days": ["sun"], "week": "first", "from": "02:00", "to": "04:00", "zone": "Europe/Berlin"});
    let order = |services: Value| json!({"services": services, "kind": "maintenance", "comment": "patches", "recurrence": rule});
    for (user, services, status) in [
        ("dev", json!(["recurs-shop"]), StatusCode::FORBIDDEN),
        ("operator", json!(["recurs-other"]), StatusCode::BAD_REQUEST),
        ("operator", json!(["recurs-shop", "recurs-other"]), StatusCode::BAD_REQUEST),
        ("operator", Value::Null, StatusCode::BAD_REQUEST),
    ] {
        let (answered, answer) = api(&app, user, Method::POST, "/silences", &order(services.clone())).await;
        assert_eq!(answered, status, "{services} as {user}: {answer}");
    }
    let (status, answer) = api(&app, "operator", Method::POST, "/silences", &order(json!(["recurs-shop"]))).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let silence = &answer["result"];
    assert_eq!((&silence["recurrence"], &silence["kind"]), (&rule, &json!("maintenance")));
    let occurrences = silence["occurrences"].as_array().unwrap();
    assert_eq!(occurrences.len(), 3, "{silence}");
    assert_eq!((&silence["from"], &silence["until"]), (&occurrences[0]["from"], &occurrences[0]["until"]));
    assert!(occurrences.iter().all(|occurrence| occurrence["from"].as_str().unwrap().contains("T02:00:00+0")), "{silence}");

    assert_eq!(listed(&app, "dev").await, std::slice::from_ref(silence));
    assert!(listed(&app, "ops").await.is_empty(), "it is about nothing that they see");
    let page = app.get_as("dev", "/silences?show=recurring").await.text().await.unwrap();
    assert!(page.contains("first Sun of the month, 02:00 to 04:00, Europe/Berlin") && page.contains("Next: "), "{page}");
    assert!(!page.contains(">End<"), "a viewer cannot end it: {page}");

    let path = format!("/silences/{}", silence["id"]);
    let (status, answer) = api(&app, "operator", Method::POST, &format!("{path}/extend"), &json!({"minutes": 60})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer["error"].as_str().unwrap().contains("it recurs, so it cannot be extended"), "{answer}");
    assert_eq!(api(&app, "ops", Method::DELETE, &path, &Value::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(api(&app, "dev", Method::DELETE, &path, &Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(api(&app, "operator", Method::DELETE, &path, &Value::Null).await.0, StatusCode::OK);
    assert!(listed(&app, "admin").await.is_empty());
}

#[tokio::test]
async fn the_windows_of_the_configuration_are_listed_beside_it() {
    let services = service("recurs-listed", "dev") + &service("recurs-unlisted", "ops");
    let config = "check_interval: 1\nmaintenance: {services: recurs-listed, cron: '0 2 1 * *', lasts: 3600}\n";
    let app = TestApp::start_with(config, &services, &switch::check_types()).await;
    let (_, answer) = api(&app, "dev", Method::GET, "/silences", &Value::Null).await;
    let windows = answer["maintenance_windows"].as_array().unwrap();
    assert_eq!((windows.len(), &windows[0]["services"]), (1, &json!("recurs-listed")), "{answer}");
    assert_eq!(windows[0]["times"], json!(["cron `0 2 1 * *`, for 1 h, UTC"]));
    let begins: Vec<_> = windows[0]["occurrences"].as_array().unwrap().iter().map(|it| it["from"].as_str().unwrap()).collect();
    assert!(begins.len() == 3 && begins.iter().all(|begin| begin.ends_with("-01T02:00:00+00:00")), "{begins:?}");
    let (_, answer) = api(&app, "ops", Method::GET, "/silences", &Value::Null).await;
    assert_eq!(answer.get("maintenance_windows"), None, "it covers nothing that they see: {answer}");
    let (_, answer) = api(&app, "dev", Method::GET, "/silences?after=1", &Value::Null).await;
    assert_eq!(answer.get("maintenance_windows"), None, "only the first page has them");
}

#[tokio::test]
async fn one_that_makes_no_sense_says_what_to_change() {
    let app = TestApp::start_with("check_interval: 1\n", &service("recurs-wrong", "dev"), &switch::check_types()).await;
    for (rule, part) in [
        (json!({"days": ["sun"], "from": "02:00", "to": "04:00", "zone": "Berlin"}), "there is no time zone `Berlin`"),
        (json!({"days": [], "from": "02:00", "to": "04:00"}), "one to seven days of the week"),
        (json!({"month_days": [1, 1], "from": "02:00", "to": "04:00"}), "`month_days` has numbers from 1 to 31, each once"),
        (json!({"days": ["sun", "sun"], "from": "02:00", "to": "04:00"}), "one to seven days of the week, each once"),
        (json!({"from": "24:00", "to": "04:00"}), "`24:00` is not a time such as 22:00"),
        (json!([null, null, null, "02:00", "04:00", "UTC", null, null]), "`recurrence`: expected an object, not a list"),
        (json!({"from": "2", "to": "04:00"}), "`2` is not a time such as 22:00"),
        (json!({"from": "02:00"}), "missing field `to`"),
        (json!({"day": ["sun"], "from": "02:00", "to": "04:00"}), "unknown field `day`"),
        (json!({"from": "02:00", "to": "04:00", "last": "2020-01-01"}), "no time begins between `first` and `last`"),
        (json!({"from": "02:00", "to": "04:00", "first": "9000-01-01"}), "must begin within a year"),
    ] {
        let order = json!({"services": ["recurs-wrong"], "recurrence": rule});
        let (status, answer) = api(&app, "operator", Method::POST, "/silences", &order).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{rule}");
        assert!(answer["error"].as_str().unwrap().contains(part), "{rule}: {answer}");
    }
    let both = json!({"services": ["recurs-wrong"], "minutes": 5, "recurrence": {"from": "02:00", "to": "04:00"}});
    let (status, answer) = api(&app, "operator", Method::POST, "/silences", &both).await;
    assert!(status == StatusCode::BAD_REQUEST && answer["error"].as_str().unwrap().contains("leave `from`"), "{answer}");
}

/// The clock is set to the evening before summer time begins, at which 02:30 does not exist.
#[tokio::test]
async fn it_begins_and_ends_again_and_again_by_itself() {
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    let clock = Clock::running(at("2026-03-28T23:00:00+01:00"), 14_400);
    let services = service("recurs-nightly", "dev");
    let app = TestApp::start_by(clock.clone(), "check_interval: 1\n", &services, &switch::check_types()).await;
    let mut stream = app.events("dev", &[]).await;
    let rule = json!({"from": "02:30", "to": "08:00", "zone": "Europe/Berlin"});
    let order = json!({"services": ["recurs-nightly"], "kind": "maintenance", "recurrence": rule});
    let (status, answer) = api(&app, "operator", Method::POST, "/silences", &order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let is_of = |event: &StreamEvent| event.data["service"] == "recurs-nightly";
    let mut before = at("2026-03-29T02:59:59+02:00");
    for _ in 0..2 {
        let marked = stream.until(|event| is_of(event) && !event.data["suppression"].is_null()).await.data;
        assert!(clock.now() > before, "{marked}");
        assert_eq!((&marked["suppression"]["kind"], &marked["suppression"]["author"]), (&json!("maintenance"), &json!("operator")));
        let end = at(marked["suppression"]["until"].as_str().unwrap());
        assert!(end > before && end.to_rfc3339().ends_with("T08:00:00+02:00"), "{marked}");
        stream.until(|event| is_of(event) && event.data["suppression"].is_null()).await;
        assert!(clock.now() >= end);
        before = end;
    }
    assert_eq!(listed(&app, "dev").await.len(), 1, "it goes on");
}

#[tokio::test]
async fn notifications_and_reports_follow_it_as_they_follow_the_windows_of_the_configuration() {
    let receiver = Receiver::start();
    let services = service("recurs-planned", "dev") + &service("recurs-unplanned", "dev");
    let app = TestApp::start_with(&config(&receiver), &services, &switch::check_types()).await;
    app.until("recurs-planned", "operational").await;
    app.until("recurs-unplanned", "operational").await;
    let all_day = json!({"from": "00:00", "to": "24:00"});
    let order = json!({"services": ["recurs-planned"], "kind": "maintenance", "recurrence": all_day});
    let (status, answer) = api(&app, "operator", Method::POST, "/silences", &order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    switch("recurs-planned", Down);
    app.until("recurs-planned", "down").await;
    switch("recurs-unplanned", Down);
    until_notified(&receiver, &[("opened", "recurs-unplanned", "down")]).await;

    let maintained = async |service: &str| {
        let report = api(&app, "admin", Method::GET, "/report?maintenance=exclude", &Value::Null).await.1;
        let services = report["result"]["services"].as_array().unwrap();
        services.iter().find(|listed| listed["id"] == service).unwrap()["maintenance"].as_f64()
    };
    until("the report has the maintenance", async || maintained("recurs-planned").await > Some(0.0)).await;
    assert_eq!(maintained("recurs-unplanned").await, Some(0.0));
    let history = api(&app, "dev", Method::GET, "/services/recurs-planned/history?from=-1h&merge=true", &Value::Null).await.1;
    let ranges = history["result"]["maintenance"].as_array().unwrap();
    assert_eq!(ranges.len(), 1, "since it was entered, not before: {history}");

    // Still failing when it is ended: the notification is sent then.
    let path = format!("/silences/{}", answer["result"]["id"]);
    assert_eq!(api(&app, "operator", Method::DELETE, &path, &Value::Null).await.0, StatusCode::OK);
    until_notified(&receiver, &[("opened", "recurs-unplanned", "down"), ("opened", "recurs-planned", "down")]).await;
}
