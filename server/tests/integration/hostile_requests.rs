//! Requests and files that must get a clear refusal, and never a panic, a status of 500 or the end of the process.

use crate::command_line::platus;
use crate::test_app::{TestApp, configuration};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ONE: &str = "one: {type: exec, role: dev, properties: {command: ['true']}, data: {name: one}}\n";

/// Sends a head as it stands and returns the whole answer.
async fn send(app: &TestApp, head: &str) -> String {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_target_that_is_no_path_is_a_bad_request() {
    let app = TestApp::start(ONE).await;
    for head in [
        "CONNECT x HTTP/1.1",
        "CONNECT x:443 HTTP/1.1",
        "GET foo HTTP/1.1",
        "POST foo HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET * HTTP/1.1",
    ] {
        let answer = send(&app, head).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head}: {answer}");
    }
    let answer = send(&app, "GET foo HTTP/1.1").await;
    assert!(answer.contains("The target of the request is no path"), "{answer}");
    for (head, status) in [
        ("GET http://x/api/v1.0/health HTTP/1.1", "200"),
        ("GET http://x HTTP/1.1", "303"),
        ("GET //x/../%2e%2e/%00%ff HTTP/1.1", "404"),
        ("GET /api/v1.0/services/%ff HTTP/1.1", "401"),
    ] {
        let answer = send(&app, head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
    }
}

async fn order(app: &TestApp, body: String) -> (StatusCode, String) {
    let request = app.request(Method::POST, "/api/v1.0/silences").basic_auth("admin", Some("admin")).body(body);
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn orders_of_impossible_times_are_bad_requests() {
    let app = TestApp::start(ONE).await;
    for (from, length) in [
        ("+262142-12-31T00:00:00Z", "\"minutes\": 4294967295"),
        ("+262142-12-31T23:59:59Z", "\"minutes\": 1"),
        ("-262143-01-01T00:00:00Z", "\"minutes\": 4294967295"),
        ("-262143-01-01T00:00:00+23:59", "\"minutes\": 1"),
        ("+10000-01-01T00:00:00Z", "\"minutes\": 1"),
        ("9999-12-31T23:59:59Z", "\"minutes\": 60"),
        ("2026-11-28T00:00:00Z", "\"minutes\": 4294967295"),
        ("2026-11-28T00:00:00Z", "\"until\": \"+262142-12-31T00:00:00Z\""),
        ("+262142-12-31T00:00:00Z", "\"until\": \"-262143-01-01T00:00:00Z\""),
        ("-0001-01-01T00:00:00Z", "\"until\": \"2027-01-01T00:00:00Z\""),
        ("1970-01-01T00:00:00Z", "\"minutes\": -1"),
        ("1970-01-01T00:00:00Z", "\"minutes\": 1e300"),
        ("\\ud800", "\"minutes\": 1"),
    ] {
        let body = format!(r#"{{"services": ["one"], "from": "{from}", {length}}}"#);
        let (status, answer) = order(&app, body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
        let error: Value = serde_json::from_str(&answer).unwrap();
        assert!(error["error"].as_str().is_some_and(|error| error.len() > 20), "{answer}");
    }
    for body in ["[".repeat(60_000), "{\"services\":".repeat(5_000), "\"".to_owned(), "null".to_owned(), "\u{0}".to_owned()] {
        assert_eq!(order(&app, body).await.0, StatusCode::BAD_REQUEST);
    }
    let (status, _) = order(&app, r#"{"services": ["one"], "minutes": 5}"#.to_owned()).await;
    assert_eq!(status, StatusCode::CREATED, "it still answers");
}

#[tokio::test]
async fn a_wrong_body_to_a_function_of_the_page_is_a_bad_request() {
    let app = TestApp::start(ONE).await;
    for function in ["create_silence", "end_silence", "acknowledge"] {
        for body in ["", "{", "[]", "{}", "null", r#"{"id": -1}"#, r#"{"request": {"kind": "x"}}"#, r#"{"id": "\ud800"}"#] {
            let request = app.request(Method::POST, &format!("/rpc/{function}")).basic_auth("admin", Some("admin"));
            let response = request.header("content-type", "application/json").body(body).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{function} {body}");
            let text = response.text().await.unwrap();
            assert!(text.contains("The body is wrong: "), "{function} {body}: {text}");
        }
        let request = app.request(Method::POST, &format!("/rpc/{function}")).basic_auth("admin", Some("admin"));
        let response = request.header("content-type", "application/json").body(b"\xff".to_vec()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{function}");
    }
}

/// Before, the process ended with an exhausted stack, which names no file.
#[test]
fn a_template_that_would_exhaust_the_stack_is_refused_with_its_place() {
    for (template, words) in [
        ("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}".to_owned(), "`*inline` cannot be used here"),
        ("{{#> a}}{{> @partial-block}}{{/a}}".to_owned(), "there is no partial `a`"),
        (format!("{}x{}", "{{#if title}}".repeat(4_000), "{{/if}}".repeat(4_000)), "it is longer than 65536 bytes"),
        (format!("{}x{}", "{{#if at}}".repeat(3_000), "{{/if}}".repeat(3_000)), "it has more than 500 blocks"),
        (format!("{}x{}", "{{#if at}}".repeat(400), "{{/if}}".repeat(400)), "nested more than 32 levels deep"),
        (format!("{{{{#if {}at{}}}}}x{{{{/if}}}}", "(not ".repeat(5_000), ")".repeat(5_000)), "more than 50 brackets"),
    ] {
        let config = format!(
            "notify: true\nnotify_backend:\n  type: slack\n  data: {{url: 'http://127.0.0.1:9/'}}\n  template: '{template}'\n"
        );
        let folder = configuration(&config, ONE);
        let path = folder.path().join("config.yaml").display().to_string();
        let output = platus(&["probe", "--config", &path]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some(), "{:?}: {said}", output.status);
        assert!(said.contains("config.yaml:5:13: ") && said.contains(words), "{said}");
    }
}

#[test]
fn files_that_are_nested_without_end_are_refused_with_their_place() {
    for services in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)] {
        let folder = configuration("{}", "");
        fs::write(folder.path().join("services.yaml"), &services).unwrap();
        let path = folder.path().join("config.yaml").display().to_string();
        let output = platus(&["probe", "--config", &path]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some() && said.contains("services.yaml"), "{:?}: {said}", output.status);
    }
}
