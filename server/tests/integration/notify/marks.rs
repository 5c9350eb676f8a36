//! Suppression as the page shows it, and orders of operators on the page.

use super::switch::{self, switch};
use super::{command, config, services, started};
use crate::channels::receiver::Receiver;
use crate::test_app::TestApp;
use crate::waiting::until;
use chrono::TimeDelta;
use model::State::{Down, Operational};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use system::clock::Clock;

/// Calls a function of the page.
async fn call(app: &TestApp, user: &str, function: &str, arguments: Value) -> (StatusCode, Value) {
    let request = app.request(Method::POST, &format!("/rpc/{function}")).basic_auth(user, Some(user));
    let response = request.header("content-type", "application/json").body(arguments.to_string()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// The row of a service, as the page of this user has it.
pub(crate) async fn row(app: &TestApp, user: &str, service: &str) -> Value {
    let (_, board) = call(app, user, "board", json!({})).await;
    board["rows"].as_array().unwrap().iter().find(|row| row["service"] == service).cloned().unwrap_or_default()
}

#[tokio::test]
async fn rows_name_the_author_of_a_silence() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("held", ""), ("other", "")])).await;
    let mut stream = app.events("dev", &[]).await;
    let order = json!({"request": {"services": ["held"], "minutes": 60, "comment": "moving house"}});
    assert_eq!(call(&app, "dev", "create_silence", order.clone()).await.0, StatusCode::FORBIDDEN);
    let (status, answer) = call(&app, "operator", "create_silence", order).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    stream.until(|event| event.name == "suppressions").await;
    let marked = stream.until(|event| event.data["service"] == "held" && !event.data["suppression"].is_null()).await.data;
    assert_eq!((&marked["suppression"]["kind"], &marked["suppression"]["author"]), (&json!("silence"), &json!("operator")));
    assert_eq!(marked["suppression"]["comment"], "moving house");
    assert_eq!(row(&app, "dev", "other").await["suppression"], Value::Null);

    let (_, holds) = call(&app, "dev", "silences", json!({})).await;
    let id = &holds["entered"][0]["id"];
    assert_eq!(call(&app, "ops", "silences", json!({})).await.1["entered"], json!([]), "it is about nothing that they see");
    assert_eq!(call(&app, "ops", "end_silence", json!({"id": id})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(call(&app, "operator", "end_silence", json!({"id": id})).await.0, StatusCode::OK);
    stream.until(|event| event.data["service"] == "held" && event.data["suppression"].is_null()).await;
}

#[tokio::test]
async fn a_later_silence_begins_by_itself_and_ends_by_itself() {
    let receiver = Receiver::start();
    let clock = Clock::running(chrono::Local::now().fixed_offset(), 3600);
    let app = TestApp::start_by(clock.clone(), &config(&receiver), &services(&[("later", "")]), &switch::check_types()).await;
    let mut stream = app.events("dev", &[]).await;
    let now = clock.now();
    let (from, until) = (now + TimeDelta::hours(1), now + TimeDelta::hours(3));
    let order = json!({"request": {"services": ["later"], "from": from.to_rfc3339(), "until": until.to_rfc3339()}});
    assert_eq!(call(&app, "operator", "create_silence", order).await.0, StatusCode::OK);
    let marked = stream.until(|event| event.data["service"] == "later" && !event.data["suppression"].is_null()).await;
    assert!(clock.now() >= from, "{:?}", marked.data);
    stream.until(|event| event.data["service"] == "later" && event.data["suppression"].is_null()).await;
    assert!(clock.now() >= until);
    until_nothing_is_ordered(&app).await;
}

#[tokio::test]
async fn the_author_of_an_acknowledgement_is_named_until_the_incident_ends() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("named", "")])).await;
    switch("named", Down);
    until("there is an incident", async || !row(&app, "dev", "named").await["incident"].is_null()).await;
    let incident = row(&app, "dev", "named").await["incident"].clone();
    let order = json!({"incident": incident, "request": {"comment": "on it"}});
    for (user, expected) in [("ops", StatusCode::NOT_FOUND), ("dev", StatusCode::FORBIDDEN), ("operator", StatusCode::OK)] {
        assert_eq!(call(&app, user, "acknowledge", order.clone()).await.0, expected, "{user}");
    }
    until("the row says so", async || row(&app, "dev", "named").await["suppression"]["kind"] == "acknowledgement").await;
    switch("named", Operational);
    app.until("named", "operational").await;
    let ended = row(&app, "dev", "named").await;
    assert_eq!((&ended["incident"], &ended["suppression"]), (&Value::Null, &Value::Null), "{ended}");
    until_nothing_is_ordered(&app).await;
}

#[tokio::test]
async fn time_within_a_window_of_the_configuration_is_marked_and_can_be_left_out() {
    let receiver = Receiver::start();
    let config = config(&receiver) + "maintenance: {services: 'expected', hours: {from: '00:00', to: '24:00'}}\n";
    let app = started(&config, &services(&[("expected", ""), ("surprising", "")])).await;
    assert_eq!(row(&app, "dev", "expected").await["suppression"]["kind"], "maintenance");
    assert_eq!(row(&app, "dev", "surprising").await["suppression"], Value::Null);
    let (_, holds) = call(&app, "dev", "silences", json!({})).await;
    assert_eq!(holds["configured"][0]["scope"]["services"], json!(["expected"]));
    assert_eq!(holds["configured"][0]["times"][0]["text"], "every day, 00:00 to 00:00, UTC");
    assert!(call(&app, "ops", "silences", json!({})).await.1["configured"].as_array().unwrap().is_empty());

    let maintained = async |service: &str| {
        let (_, report) = command(&app, "admin", Method::GET, "/report?maintenance=exclude", "").await;
        let services = report["result"]["services"].as_array().unwrap();
        services.iter().find(|listed| listed["id"] == service).unwrap().clone()
    };
    until("history has some of it", async || maintained("expected").await["maintenance"].as_f64() > Some(0.0)).await;
    until("history has some of the other", async || maintained("surprising").await["operational"].as_f64() > Some(0.0)).await;
    assert_eq!(maintained("surprising").await["maintenance"].as_f64(), Some(0.0));
    assert_eq!(maintained("expected").await["operational"].as_f64(), Some(0.0), "{}", maintained("expected").await);
}

async fn until_nothing_is_ordered(app: &TestApp) {
    until("it is forgotten", async || command(app, "admin", Method::GET, "/silences", "").await.1["result"] == json!([])).await;
}
