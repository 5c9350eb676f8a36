use super::{answering, call, result, services};
use crate::targets::OddServer;
use crate::test_app::TestApp;
use crate::waiting::until;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_service_has_what_its_latest_check_found() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    app.until("Web", "operational").await;
    let service = result(&app, "admin", "/services/web").await;
    assert_eq!((&service["timeout"], &service["roles"]), (&json!(30.0), &json!(["dev"])));
    assert_eq!(service["source"], json!("services.yaml:2"));
    assert!(service.get("problem").is_none() && service.get("pause").is_none());
    let properties = service["properties"].as_array().unwrap();
    let password = properties.iter().find(|entry| entry["key"] == "password").unwrap();
    assert!(password["redacted"] == true && !service.to_string().contains("MARKER"), "{service}");
    let node = &service["nodes"][0];
    assert_eq!((&node["node"], &node["state"], &node["retry_limit"]), (&json!("127.0.0.1"), &json!("operational"), &json!(3)));
    let phases: Vec<_> = node["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    assert_eq!(phases, ["connect", "first byte", "body"]);
    assert!(node["phases"].as_array().unwrap().iter().all(|phase| phase["elapsed"].as_f64().unwrap() > 0.0));
    assert!(node["expectations"].as_array().unwrap().iter().all(|expectation| expectation["met"] == true), "{node}");
    assert_eq!((&node["metrics"], &node["notes"]), (&json!([]), &json!([])));
    let next: DateTime<Utc> = service["next_check"].as_str().unwrap().parse().unwrap();
    assert!(next > Utc::now() + TimeDelta::minutes(50) && next < Utc::now() + TimeDelta::minutes(70), "{next}");
    assert_eq!(service["is_checking"], false);

    let view = call(&app, "admin", "service", &json!({"id": "web"})).await;
    assert_eq!(view.0, StatusCode::OK);
    assert_eq!(view.1["nodes"][0]["detail"]["phases"][0]["name"], "connect");
    assert_eq!((&view.1["source"], &view.1["settings"]["id"]), (&json!("services.yaml:2"), &json!("web")));
}

#[tokio::test]
async fn only_administrators_see_where_a_service_is_configured() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    assert!(result(&app, "dev", "/services/web").await.get("source").is_none());
    assert_eq!(call(&app, "dev", "service", &json!({"id": "web"})).await.1["source"], Value::Null);
    assert_eq!(call(&app, "dev", "service", &json!({"id": "other"})).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_service_with_an_error_says_why_it_is_not_checked() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    let service = result(&app, "admin", "/services/broken").await;
    assert!(service["problem"].as_str().unwrap().contains("services.yaml:8"), "{service}");
    let service = result(&app, "dev", "/services/broken").await;
    assert!(service["problem"].as_str().unwrap().contains("its configuration has an error"), "{service}");
    assert!(service.get("next_check").is_none() && service["nodes"][0].get("phases").is_none(), "{service}");
    assert_eq!(service["is_checking"], false);
}

/// Rows are in the answers of the API, in the events, on the page and in its functions.
#[tokio::test]
async fn only_administrators_see_files_of_the_server_in_the_error_of_a_service() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    let mut streams = [app.events("admin", &[]).await, app.events("dev", &[]).await];
    let silence = app.request(Method::POST, "/api/v1.0/silences").basic_auth("admin", Some("admin"));
    let silence = silence.body(r#"{"services": ["broken"], "minutes": 5}"#).send().await.unwrap();
    assert_eq!(silence.status(), StatusCode::CREATED);
    for (stream, names_files) in streams.iter_mut().zip([true, false]) {
        let event = stream.until(|event| event.data["service"] == "broken").await;
        assert_eq!(event.data["message"].as_str().unwrap().contains("services.yaml"), names_files, "{:?}", event.data);
    }
    let paths =
        ["/", "/services/broken", "/settings", "/settings/configuration", "/api/v1.0/services", "/api/v1.0/services/broken"];
    for path in paths.into_iter().chain(["/api/v1.0/status", "/api/v1.0/report"]) {
        let text = app.get_as("dev", path).await.text().await.unwrap();
        assert!(!text.contains("services.yaml"), "{path}: {text}");
    }
    for function in ["board", "settings"] {
        let answer = call(&app, "dev", function, &json!({})).await.1.to_string();
        assert!(answer.contains("broken") && !answer.contains("services.yaml"), "{function}: {answer}");
    }
    let answer = call(&app, "dev", "service", &json!({"id": "broken"})).await.1.to_string();
    assert!(answer.contains("Administrators see it under Settings") && !answer.contains("services.yaml"), "{answer}");
}

/// What scripts of earlier versions read is as it was.
#[tokio::test]
async fn the_list_of_services_has_no_details() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    let list = result(&app, "dev", "/services").await;
    let keys: Vec<_> = list[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "type", "name", "plugin", "interval", "nodes"]);
}

#[tokio::test]
async fn a_check_that_hangs_says_in_which_phase() {
    // Connections are accepted by the system, and never answered.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let endless = OddServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok");
    let service = |id: &str, protocol: &str, port: u16| {
        let target = format!("properties: {{host: 127.0.0.1, port: {port}, protocol: {protocol}, timeout: 1}}");
        let shown = format!("data: {{name: {id}, url: /, search: ok}}");
        format!("{id}: {{role: dev, interval: 3600, type: rest_http, {target}, {shown}}}\n")
    };
    let services = [
        service("plain", "http", port),
        service("secure", "https", port),
        service("endless", "http", endless.address.port()),
        format!(
            "quiet: {{role: dev, interval: 3600, type: tcp, properties: {{host: 127.0.0.1, port: {port}, timeout: 1}}, data: {{expect: x}}}}\n"
        ),
    ];
    let app = TestApp::start(&services.concat()).await;
    for (id, ended, unfinished) in [
        ("plain", vec!["connect"], Some("first byte")),
        ("secure", vec!["connect"], Some("tls")),
        ("endless", vec!["connect", "first byte"], None),
        ("quiet", vec!["resolve", "connect", "answer"], None),
    ] {
        let address = format!("/services/{id}");
        until("the check has ended", async || result(&app, "dev", &address).await["nodes"][0].get("phases").is_some()).await;
        let node = result(&app, "dev", &address).await["nodes"][0].take();
        let names: Vec<_> = node["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
        assert!(names.starts_with(&ended), "{id}: {node}");
        if let Some(unfinished) = unfinished {
            assert_eq!((names, &node["unfinished"]["name"]), (ended, &json!(unfinished)), "{id}: {node}");
            let elapsed = node["unfinished"]["elapsed"].as_f64().unwrap();
            assert!((0.8..5.0).contains(&elapsed), "{id}: {node}");
        }
    }
}
