//! A service that could not be checked at the start, until a reload corrects it.

use super::{ask, changes, reload, write};
use crate::channels::receiver::Receiver;
use crate::notify::marks::row;
use crate::notify::{config, until_notified};
use crate::test_app::{TestApp, configuration};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};

fn door(properties: &str) -> String {
    format!("door: {{role: dev, type: tcp, properties: {{host: 127.0.0.1, {properties}}}, data: {{name: Door}}}}\n")
}

/// The numbers of its incidents, and whether they have ended.
async fn incidents(app: &TestApp) -> Vec<(u64, bool)> {
    let (_, answer) = ask(app, Method::GET, "/services/door/incidents").await;
    let incidents = answer["result"]["incidents"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
    incidents.iter().map(|incident: &Value| (incident["id"].as_u64().unwrap(), incident["ended"].is_string())).collect()
}

#[tokio::test]
async fn it_goes_on_with_its_state_and_its_incident() {
    let receiver = Receiver::start();
    let config = format!("{}reload: manual\n", config(&receiver));
    let app = TestApp::start_in(configuration(&config, &door("port: 9"))).await;
    app.until("Door", "down").await;
    until_notified(&receiver, &[("opened", "Door", "down")]).await;
    let before = incidents(&app).await;
    assert!(matches!(before[..], [(_, false)]), "{before:?}");
    write(&app, "services.yaml", &door("prt: 9"));
    let app = TestApp::start_in(app.stop_keeping_files().await).await;
    let wrong = row(&app, "dev", "door").await;
    assert!(wrong.to_string().contains("its configuration has an error"), "{wrong}");
    assert_eq!(incidents(&app).await, before);

    write(&app, "services.yaml", &door("port: 9"));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    app.until("Door", "down").await;
    assert_eq!(row(&app, "dev", "door").await["incident"], before[0].0);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    write(&app, "services.yaml", &door(&format!("port: {}", listener.local_addr().unwrap().port())));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    app.until("Door", "operational").await;
    until_notified(&receiver, &[("opened", "Door", "down"), ("recovered", "Door", "operational")]).await;
    assert_eq!(incidents(&app).await, [(before[0].0, true)]);
    app.stop().await;
}
