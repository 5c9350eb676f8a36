//! The check type `heartbeat`, with reports as from cron jobs.

mod pending;
mod restart;

use crate::command_line::platus;
use crate::test_app::{TestApp, configuration};
use checks::CheckTypes;
use regex::Regex;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "token-of-the-backup";

fn job(id: &str, token: &str, data: &str) -> String {
    format!("{id}: {{type: heartbeat, role: dev, properties: {{host: box, token: {token}}}, data: {{name: {id}, {data}}}}}\n")
}

async fn started() -> TestApp {
    TestApp::start(&job("backup", TOKEN, "every: 3600")).await
}

/// A report of a job, and the status of the response.
async fn say(app: &TestApp, address: &str, words: &str) {
    let request = app.request(Method::POST, &format!("/api/v1.0/heartbeat/{address}")).body(words.to_owned());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({"result": true}));
}

/// Waits for this state and message of a row. The message is a regular expression.
async fn until(app: &TestApp, service: &str, state: &str, message: &str) -> Value {
    let message = Regex::new(&format!("^{message}$")).unwrap();
    let mut stream = app.events("dev", &[]).await;
    let says = |data: &Value| message.is_match(data["message"].as_str().unwrap_or_default());
    stream.until(|event| event.data["name"] == service && event.data["state"] == state && says(&event.data)).await.data
}

#[tokio::test]
async fn a_job_is_operational_once_it_is_heard() {
    let app = started().await;
    let row = until(&app, "backup", "unknown", "no heartbeat yet; one is due every 1 h").await;
    assert_eq!(row["node"], "box");
    say(&app, TOKEN, "what a success says is left alone").await;
    until(&app, "backup", "operational", "").await;
    let rows = app.status("dev").await;
    assert_eq!((&rows[0]["state"], rows[0].get("elapsed")), (&json!("operational"), None));
}

#[tokio::test]
async fn a_run_with_a_start_is_measured() {
    let app = started().await;
    say(&app, &format!("{TOKEN}/start"), "").await;
    until(&app, "backup", "unknown", "no heartbeat yet; the job is running").await;
    say(&app, &format!("{TOKEN}/0"), "").await;
    until(&app, "backup", "operational", "").await;
    assert!(app.status("dev").await[0]["elapsed"].is_string());
}

#[tokio::test]
async fn a_failure_is_reported_with_its_exit_code_and_last_output() {
    let app = started().await;
    say(&app, TOKEN, "").await;
    until(&app, "backup", "operational", "").await;
    for (word, said, message) in [
        ("fail", "", "the job failed"),
        ("3", "copying\ndisk full\n", "the job failed with exit code 3: disk full"),
        ("255", "\u{1b}[31mno\tdisk", r"the job failed with exit code 255: \[31mno disk"),
        ("fail", "<script>alert(1)</script>", r"the job failed: <script>alert\(1\)</script>"),
    ] {
        say(&app, &format!("{TOKEN}/{word}"), said).await;
        until(&app, "backup", "down", message).await;
    }
    let page = app.get_as("dev", "/").await.text().await.unwrap();
    assert!(page.contains("&lt;script&gt;alert") && !page.contains("<script>alert"), "it is text, not a part of the page");
    say(&app, TOKEN, "").await;
    until(&app, "backup", "operational", "").await;
}

#[tokio::test]
async fn a_missing_heartbeat_is_reported() {
    let services = job("silent", "token-of-the-silent", "every: 1, grace: 1") + &job("late", TOKEN, "every: 1, grace: 1");
    let app = TestApp::start(&services).await;
    say(&app, TOKEN, "").await;
    until(&app, "late", "down", r"no heartbeat for \d+ s; one was due every 1 s").await;
    until(&app, "silent", "down", r"no heartbeat in the \d+ s since Platus has been listening; one was due every 1 s").await;
    say(&app, TOKEN, "").await;
    until(&app, "late", "operational", "").await;
}

#[tokio::test]
async fn a_run_that_does_not_end_is_reported() {
    let app = TestApp::start(&job("backup", TOKEN, "every: 3600, max_run: 1")).await;
    say(&app, &format!("{TOKEN}/start"), "").await;
    until(&app, "backup", "down", r"the job has been running for \d+ s; it should be done within 1 s").await;
    say(&app, TOKEN, "").await;
    until(&app, "backup", "operational", "").await;
}

#[tokio::test]
async fn what_is_no_heartbeat_is_refused_and_changes_nothing() {
    let app = started().await;
    let at = |method: Method, address: &str| app.request(method, &format!("/api/v1.0/heartbeat/{address}"));
    let fail = format!("{TOKEN}/fail");
    for (request, status) in [
        (at(Method::POST, "an-unknown-token-value"), StatusCode::NOT_FOUND),
        (at(Method::POST, "an-unknown-token-value/start"), StatusCode::NOT_FOUND),
        (at(Method::POST, ""), StatusCode::NOT_FOUND),
        (at(Method::POST, &TOKEN.to_uppercase()), StatusCode::NOT_FOUND),
        (at(Method::POST, &format!("{TOKEN}/failed")), StatusCode::NOT_FOUND),
        (at(Method::POST, &format!("{TOKEN}/fail/3")), StatusCode::NOT_FOUND),
        (at(Method::POST, "%ff%fe"), StatusCode::BAD_REQUEST),
        (at(Method::GET, TOKEN), StatusCode::METHOD_NOT_ALLOWED),
        (at(Method::HEAD, TOKEN), StatusCode::METHOD_NOT_ALLOWED),
        (at(Method::PUT, &fail), StatusCode::METHOD_NOT_ALLOWED),
        (at(Method::GET, &fail), StatusCode::METHOD_NOT_ALLOWED),
        (at(Method::POST, TOKEN).header("origin", "https://evil.example"), StatusCode::FORBIDDEN),
    ] {
        let request = request.build().unwrap();
        let (method, address) = (request.method().clone(), request.url().path().to_owned());
        let response = app.client.execute(request).await.unwrap();
        assert_eq!((response.status(), &response.headers()["content-type"] == "application/json"), (status, true), "{address}");
        if method != Method::HEAD {
            let answer: Value = response.json().await.unwrap();
            assert!(answer["error"].is_string() && !answer.to_string().contains("token-of"), "{address}: {answer}");
        }
    }
    until(&app, "backup", "unknown", "no heartbeat yet.*; a request with GET came, which does not count: send POST").await;
}

/// A heartbeat counts whatever its body is.
#[tokio::test]
async fn no_heartbeat_is_lost() {
    let app = started().await;
    let long = "x".repeat(100_000) + "\ndisk full\n";
    let longest = "x".repeat(3 << 20) + "\ndisk full\n";
    for (address, said, message) in [
        ("/fail", long.as_str(), Some("the job failed: disk full")),
        ("", "", None),
        ("/3", longest.as_str(), Some("the job failed with exit code 3: disk full")),
        ("/", long.as_str(), None),
        ("/256", "", Some("the job failed with exit code 256")),
        ("/0/", "", None),
        ("/-9", "killed", Some("the job failed with exit code -9: killed")),
        ("?rid=5f0a&create=1", "", None),
        ("/4294967295/?rid=5f0a", "", Some("the job failed with exit code 4294967295")),
        ("/0", "", None),
        ("/99999999999999999999", "", Some("the job failed")),
        ("/start", "what a run says first", Some("the job failed")),
        ("/log", "what it says later", Some("the job failed")),
        ("/0", "", None),
        ("/fail/", "", Some("the job failed")),
        ("//", "", None),
        ("/FAIL", "", Some("the job failed")),
        ("/0//", "", None),
        ("//Fail//", "disk full", Some("the job failed: disk full")),
        ("/", long.as_str(), None),
    ] {
        say(&app, &format!("{TOKEN}{address}"), said).await;
        if let Some(message) = message {
            until(&app, "backup", "down", message).await;
        }
    }
    until(&app, "backup", "operational", "").await;
}

/// The failure counts even if the job is killed while it sends its log, or the connection is slow.
#[tokio::test]
async fn a_body_that_does_not_come_takes_nothing_from_a_heartbeat() {
    let app = started().await;
    for (code, head) in [
        ("3", "Content-Length: 100\r\n\r\ndisk"),
        ("4", "Transfer-Encoding: chunked\r\n\r\n4\r\ndisk\r\n"),
        ("5", "Transfer-Encoding: chunked\r\n\r\nno chunk"),
        ("6", "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let request = format!("POST /api/v1.0/heartbeat/{TOKEN}/{code} HTTP/1.1\r\nHost: platus\r\n{head}");
        stream.write_all(request.as_bytes()).await.unwrap();
        until(&app, "backup", "down", &format!("the job failed with exit code {code}.*")).await;
        drop(stream);
    }
    let request = format!(
        "POST /api/v1.0/heartbeat/{TOKEN}/7 HTTP/1.1\r\nHost: platus\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         4\r\ndisk\r\n5\r\n full\r\n0\r\n\r\n"
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    until(&app, "backup", "down", "the job failed with exit code 7: disk full").await;
}

#[tokio::test]
async fn a_token_belongs_to_one_service() {
    let services = job("first", TOKEN, "every: 3600") + &job("second", TOKEN, "every: 3600");
    let app = TestApp::start_with("check_interval: 1\n", &services, &CheckTypes::built_in()).await;
    say(&app, TOKEN, "").await;
    until(&app, "first", "operational", "").await;
    let page = app.get_as("admin", "/settings/configuration").await.text().await.unwrap();
    assert!(page.contains("is that of another service, too; give each its own"), "{page}");
    assert!(!page.contains(TOKEN), "{page}");
    let states = app.status("dev").await;
    assert_eq!(states.iter().map(|row| row["state"].as_str().unwrap()).collect::<Vec<_>>(), ["operational", "unknown"]);
}

#[tokio::test]
async fn the_token_allows_reports_and_the_role_allows_reading() {
    let app = started().await;
    say(&app, TOKEN, "").await;
    until(&app, "backup", "operational", "").await;
    assert_eq!((app.status("dev").await.len(), app.status("ops").await.len()), (1, 0));
}

#[test]
fn a_service_that_is_wrong_says_so_without_its_token() {
    for (properties, data, complaint) in [
        (json!({"token": "marker"}), json!({"every": 60}), "`token` must be from 16 to 200 letters"),
        (json!({"token": "marker/with/slashes"}), json!({"every": 60}), "`token` must be from 16 to 200 letters"),
        (json!({"token": "marker-long-enough"}), json!({"every": 0}), "`every` must be seconds, from 1 to 31622400"),
        (json!({"token": "marker-long-enough"}), json!({}), "the key `every` is missing"),
        (json!({}), json!({"every": 60}), "the key `token` is missing"),
    ] {
        let error = crate::looking::connect("heartbeat", &properties, &data).err().unwrap();
        assert!(error.contains(complaint) && !error.contains("marker"), "{error}");
    }
}

#[test]
fn a_probe_cannot_hear_and_says_where_to_look() {
    let folder = configuration("{}", &job("backup", TOKEN, "every: 3600"));
    let config = folder.path().join("config.yaml");
    let output = platus(&["probe", "--config", config.to_str().unwrap()]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("heartbeats are known only to the Platus that serves them; look at its page or API"), "{said}");
    assert!(!said.contains(TOKEN), "{said}");
}
