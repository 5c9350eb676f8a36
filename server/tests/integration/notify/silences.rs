use super::switch::switch;
use super::{command, config, services, started, until_notified, until_results, until_waiting};
use crate::channels::receiver::Receiver;
use model::State::{Down, Operational};
use reqwest::{Method, StatusCode};
use serde_json::Value;

#[tokio::test]
async fn a_node_that_is_down_when_a_silence_ends_is_notified_then() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("quiet", "")])).await;
    let body = r#"{"services": ["quiet"], "minutes": 60, "comment": "moving house"}"#;
    let (status, answer) = command(&app, "admin", Method::POST, "/silences", body).await;
    assert_eq!((status, &answer["result"]["author"]), (StatusCode::CREATED, &Value::from("admin")), "{answer}");
    switch("quiet", Down);
    app.until("quiet", "down").await;
    until_waiting(&app, 1, 1).await;
    assert!(receiver.requests().is_empty());

    let (_, list) = command(&app, "dev", Method::GET, "/silences", "").await;
    assert_eq!(list["result"][0]["comment"], "moving house");
    let (_, list) = command(&app, "ops", Method::GET, "/silences", "").await;
    assert_eq!(list["result"], Value::Array(Vec::new()), "it is about nothing that they see");
    let path = format!("/silences/{}", answer["result"]["id"]);
    assert_eq!(command(&app, "ops", Method::DELETE, &path, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(command(&app, "dev", Method::DELETE, &path, "").await.0, StatusCode::FORBIDDEN);
    assert_eq!(command(&app, "admin", Method::DELETE, &path, "").await.0, StatusCode::OK);
    until_notified(&receiver, &[("opened", "quiet", "down")]).await;
}

#[tokio::test]
async fn an_incident_that_ends_within_maintenance_is_never_notified() {
    let receiver = Receiver::start();
    let config = config(&receiver) + "maintenance: {services: 'planned', hours: {from: '00:00', to: '24:00'}}\n";
    let app = started(&config, &services(&[("planned", ""), ("unplanned", "")])).await;
    switch("planned", Down);
    app.until("planned", "down").await;
    until_waiting(&app, 1, 1).await;
    switch("planned", Operational);
    until_waiting(&app, 0, 0).await;
    let results = until_results(&app, "admin", 2).await;
    let results: Vec<_> = results.iter().map(|it| [&it["kind"], &it["result"], &it["reason"]]).collect();
    assert_eq!(results, [["opened", "suppressed", "maintenance"], ["recovered", "suppressed", "maintenance"]]);
    switch("unplanned", Down);
    until_notified(&receiver, &[("opened", "unplanned", "down")]).await;
}

#[tokio::test]
async fn an_acknowledged_incident_is_notified_again_only_when_it_ends() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("mine", "")])).await;
    switch("mine", Down);
    until_notified(&receiver, &[("opened", "mine", "down")]).await;
    let (_, incidents) = command(&app, "dev", Method::GET, "/incidents?open=true", "").await;
    let id = incidents["result"]["incidents"][0]["id"].as_u64().unwrap();
    let path = format!("/incidents/{id}/acknowledgement");
    for (user, expected) in [("ops", StatusCode::NOT_FOUND), ("dev", StatusCode::FORBIDDEN), ("admin", StatusCode::OK)] {
        assert_eq!(command(&app, user, Method::PUT, &path, r#"{"comment": "on it"}"#).await.0, expected, "{user}");
    }
    assert_eq!(command(&app, "admin", Method::PUT, "/incidents/999/acknowledgement", "").await.0, StatusCode::NOT_FOUND);
    let (_, again) = command(&app, "admin", Method::PUT, &path, r#"{"minutes": 30}"#).await;
    assert_eq!(again["result"]["incident"], id);
    let (_, list) = command(&app, "dev", Method::GET, "/silences", "").await;
    assert_eq!(list["result"].as_array().unwrap().len(), 1, "the later takes the place of the earlier");
    assert_eq!(command(&app, "admin", Method::DELETE, &path, "").await.0, StatusCode::OK);
    assert_eq!(command(&app, "admin", Method::DELETE, &path, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(command(&app, "admin", Method::PUT, &path, "").await.0, StatusCode::OK);
    switch("mine", Operational);
    until_notified(&receiver, &[("opened", "mine", "down"), ("recovered", "mine", "operational")]).await;
}

#[tokio::test]
async fn an_order_that_makes_no_sense_says_what_to_change() {
    let receiver = Receiver::start();
    let app = started(&config(&receiver), &services(&[("sense", "")])).await;
    for (body, part) in [
        (r#"{"services": ["sense"]}"#, "either `minutes` or `until`"),
        (r#"{"services": ["sense"], "minutes": 0}"#, "ended already"),
        (r#"{"services": ["sense"], "minutes": 999999999}"#, "within a year"),
        (r#"{"services": ["nonsense"], "minutes": 5}"#, "there is no service `nonsense`"),
        (r#"{"services": [], "minutes": 5}"#, "`services` is empty"),
        (r#"{"service": "sense"}"#, "unknown field `service`"),
        ("{", "EOF"),
    ] {
        let (status, answer) = command(&app, "admin", Method::POST, "/silences", body).await;
        let error = answer["error"].as_str().unwrap();
        assert!(status == StatusCode::BAD_REQUEST && error.contains(part), "{body}: {status} {error}");
    }
    assert_eq!(command(&app, "dev", Method::POST, "/silences", r#"{"minutes": 5}"#).await.0, StatusCode::FORBIDDEN);
    assert_eq!(command(&app, "dev", Method::GET, "/channels", "").await.0, StatusCode::FORBIDDEN);
    let (status, _) = command(&app, "admin", Method::POST, "/silences", r#"{"minutes": 5}"#).await;
    assert_eq!(status, StatusCode::CREATED, "an administrator may silence everything");
}
