use super::{answering, call, post, result, services};
use crate::targets::OddServer;
use crate::test_app::TestApp;
use crate::waiting::until;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_requested_check_answers_with_what_it_found() {
    let works = Arc::new(AtomicBool::new(true));
    let working = Arc::clone(&works);
    let target = OddServer::answering_each(move |_| match working.load(Ordering::Relaxed) {
        true => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
        false => "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n".to_owned(),
    });
    let app = TestApp::start(&services(&target)).await;
    app.until("Web", "operational").await;
    works.store(false, Ordering::Relaxed);
    let (status, answer) = post(&app, "operator", "/services/web/check", "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let node = &answer["result"]["nodes"][0];
    assert_eq!((&node["state"], &node["retries"]), (&json!("down"), &json!(1)), "{answer}");
    assert!(node["message"].as_str().unwrap().contains("503"), "{answer}");
    assert_eq!((target.requests().len(), &answer["result"]["is_checking"]), (2, &json!(false)));
    assert!(answer["result"]["next_check"].is_string());
    assert_eq!(app.status("dev").await.iter().find(|row| row["name"] == "Web").unwrap()["state"], "down");
    // It is in history as every check is.
    let history = result(&app, "dev", "/services/web/history?from=-5m&points=1").await;
    let points = history["nodes"][0]["points"].as_array().unwrap();
    let checks = |state: &str| points.iter().map(|point| point["checks"][state].as_u64().unwrap()).sum::<u64>();
    assert_eq!((checks("operational"), checks("down")), (1, 1), "{history}");
    assert_eq!(history["transitions"][0]["to"], "down");
}

#[tokio::test]
async fn a_service_is_checked_on_request_once_in_five_seconds() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    app.until("Web", "operational").await;
    let (status, view) = call(&app, "operator", "check_now", &json!({"id": "web"})).await;
    assert_eq!((status, &view["nodes"][0]["status"]["state"]), (StatusCode::OK, &json!("operational")), "{view}");
    let response = app.post_as("operator", "/api/v1.0/services/web/check").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    // The same on the page.
    let (status, error) = call(&app, "operator", "check_now", &json!({"id": "web"})).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(error["Wrong"].as_str().unwrap().contains("was checked on request less than 5 s ago"), "{error}");
    assert_eq!(target.requests().len(), 2);
}

#[tokio::test]
async fn two_requests_at_once_make_one_check() {
    let (open, opened) = std::sync::mpsc::channel::<()>();
    let opened = Mutex::new(opened);
    let target = OddServer::answering_each(move |_| {
        opened.lock().unwrap().recv().ok();
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned()
    });
    let app = TestApp::start(&services(&target)).await;
    until("the first check has begun", async || target.requests().len() == 1).await;
    assert_eq!(result(&app, "dev", "/services/web").await["is_checking"], true);
    let (status, answer) = post(&app, "operator", "/services/web/check", "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().unwrap().contains("is running"), "{answer}");
    open.send(()).unwrap();
    app.until("Web", "operational").await;
    let checking = app.request(Method::POST, "/api/v1.0/services/web/check").basic_auth("operator", Some("operator")).send();
    let checking = tokio::spawn(checking);
    until("the check has begun", async || target.requests().len() == 2).await;
    assert_eq!(post(&app, "operator", "/services/web/check", "").await.0, StatusCode::CONFLICT);
    open.send(()).unwrap();
    assert_eq!(checking.await.unwrap().unwrap().status(), StatusCode::OK);
    assert_eq!(target.requests().len(), 2);
}

#[tokio::test]
async fn a_service_that_cannot_be_checked_says_so_and_one_of_others_does_not_exist() {
    let target = answering();
    let app = TestApp::start(&services(&target)).await;
    let (status, answer) = post(&app, "operator", "/services/broken/check", "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(answer["error"].as_str().unwrap().contains("cannot be checked"), "{answer}");
    let (status, error) = call(&app, "operator", "check_now", &json!({"id": "broken"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let cause = "Not checked: this service cannot be checked; its configuration has to be corrected first.";
    assert_eq!(error, json!({"Wrong": cause}));
    assert_eq!(post(&app, "operator", "/services/other/check", "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(post(&app, "dev", "/services/web/check", "").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_user_has_ten_requested_checks_at_a_time() {
    // The target answers once for each message.
    let (open, opened) = std::sync::mpsc::channel::<()>();
    let opened = Mutex::new(opened);
    let answers = |count| (0..count).for_each(|_| open.send(()).unwrap());
    answers(11);
    let target = OddServer::answering_each(move |_| {
        opened.lock().unwrap().recv().ok();
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned()
    });
    let service = |number: usize| {
        let target = format!("properties: {{host: 127.0.0.1, port: {}, protocol: http}}", target.address.port());
        let shown = format!("data: {{name: S{number}, url: /, search: ok}}");
        format!("s{number}: {{role: dev, interval: 3600, timeout: 20, type: rest_http, {target}, {shown}}}\n")
    };
    let app = TestApp::start(&(0..11).map(service).collect::<String>()).await;
    until("all are checked", async || target.requests().len() == 11).await;
    for number in 0..11 {
        app.until(&format!("S{number}"), "operational").await;
    }
    let check = |number: usize| {
        let address = format!("/api/v1.0/services/s{number}/check");
        app.request(Method::POST, &address).basic_auth("operator", Some("operator")).send()
    };
    let running: Vec<_> = (0..10).map(|number| tokio::spawn(check(number))).collect();
    until("ten checks have begun", async || target.requests().len() == 21).await;
    let refused = check(10).await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let text = refused.text().await.unwrap();
    assert!(text.contains("too many requested checks of this user are running"), "{text}");
    answers(11);
    for answer in running {
        assert_eq!(answer.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(check(10).await.unwrap().status(), StatusCode::OK);
}
