//! One service: what it is now, checks on request, and pauses.

mod details;
mod pauses;
mod requested_checks;

use crate::targets::OddServer;
use crate::test_app::TestApp;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// A service that answers, one with an error in its configuration, and one that `dev` does not see. No second check happens by itself
/// within the time of a test.
fn services(target: &OddServer) -> String {
    format!(
        "
web:
  role: dev
  interval: 3600
  type: rest_http
  properties: {{host: 127.0.0.1, port: {}, protocol: http, password: MARKER, username: ops}}
  data: {{type: Shop, name: Web, url: /, search: ok}}
broken: {{role: dev, interval: often, type: tcp, properties: {{host: 127.0.0.1, port: 9}}}}
other: {{role: ops, interval: 3600, type: tcp, properties: {{host: 127.0.0.1, port: 9}}}}
",
        target.address.port()
    )
}

fn answering() -> OddServer {
    OddServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
}

async fn ask(app: &TestApp, user: &str, method: Method, address: &str, body: &str) -> (StatusCode, Value) {
    let request = app.request(method, &format!("/api/v1.0{address}")).basic_auth(user, Some(user));
    let response = request.body(body.to_owned()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// The result of `GET` as this user.
async fn result(app: &TestApp, user: &str, address: &str) -> Value {
    let (status, mut answer) = ask(app, user, Method::GET, address, "").await;
    assert_eq!(status, StatusCode::OK, "{address}: {answer}");
    answer["result"].take()
}

async fn post(app: &TestApp, user: &str, address: &str, body: &str) -> (StatusCode, Value) {
    ask(app, user, Method::POST, address, body).await
}

/// What a function of the page answers.
async fn call(app: &TestApp, user: &str, function: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.request(Method::POST, &format!("/rpc/{function}")).basic_auth(user, Some(user));
    let response = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}
