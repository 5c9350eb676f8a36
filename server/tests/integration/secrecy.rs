//! Secrets of the configuration appear in no response, log line, notification or error.

use crate::channels::receiver::Receiver;
use crate::command_line::serve;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting;
use checks::CheckTypes;
use reqwest::{Client, Method};
use server::http::routes;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

/// Every secret holds this word, and so does nothing else.
const MARKER: &str = "MARKER";

/// The program with all that it writes to its log.
struct Logged {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Drop for Logged {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A service for each plugin, with each of its secret keys filled with a marker. None can be reached.
fn services() -> String {
    let check_types = CheckTypes::built_in();
    let mut text = String::new();
    for name in check_types.names() {
        let documentation = check_types.documentation(name).unwrap();
        for (index, key) in documentation.properties.iter().filter(|key| key.secret).map(|key| &key.key).enumerate() {
            let properties = format!("{{host: 127.0.0.1, port: 9, {key}: '{MARKER}-{name}-{key}'}}");
            writeln!(text, "{name}-{index}: {{role: dev, type: {name}, properties: {properties}, data: {{}}}}").unwrap();
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_seen_again() {
    let receiver = Receiver::start();
    let port = receiver.address.port();
    let config = format!(
        "log_level: trace
check_interval: 1
retries_before_notify: 1
notify: true
notify_backend:
  - {{type: slack, data: {{url: 'http://{MARKER}-user:{MARKER}-pass@127.0.0.1:{port}/{MARKER}-hook?token={MARKER}-token'}}}}
  - {{type: webhook, data: {{url: 'http://127.0.0.1:9/{MARKER}-webhook', secret: {MARKER}-hmac, headers: {{X-Auth: {MARKER}-header}}}}}}
  - {{type: email, data: {{fr: a@b.c, to: d@e.f, host: 127.0.0.1, port: 9, username: {MARKER}-mail, password: {MARKER}-mailpass}}}}
  - {{type: telegram, data: {{token: '1:{MARKER}-telegram', chat_id: '1', url: 'http://127.0.0.1:9'}}}}
  - {{type: pagerduty, data: {{routing_key: {MARKER}-routing, url: 'http://127.0.0.1:9'}}}}
vault: true
vault_backend: {{host: 127.0.0.1, port: 9, protocol: http, auth: {{method: approle, role_id: {MARKER}-role, secret_id: {MARKER}-secret-id}}}}
"
    );
    let folder = configuration(&config, "");
    let mut services = services();
    let by_file = folder.path().join("secret");
    fs::write(&by_file, format!("{MARKER}-from-file\n")).unwrap();
    let elsewhere = "
kept: {role: dev, type: redis, properties: {host: 127.0.0.1, port: 9, vault_password: apps/shop}, data: {name: kept}}
from-env: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http, token: '${SECRET}'}, data: {url: '/?key=MARKER-query'}}
from-file: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http, token_file: secret}, data: {}}
wrong-type: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: MARKER-port, timeout: MARKER-timeout}, data: {}}
wrong-pem: {role: dev, type: rest_http, properties: {host: 127.0.0.1, cert: MARKER-cert, key: MARKER-key}, data: {}}
program: {role: dev, type: exec, properties: {command: [/bin/sh, -c, 'exit 2'], env: {TOKEN: MARKER-env}}, data: {}}
";
    services.push_str(elsewhere);
    fs::write(folder.path().join("services.yaml"), services).unwrap();
    fs::write(
        folder.path().join("users.yaml"),
        "admin: {role: admin, password: MARKER-admin}\ndev: {role: dev, password: MARKER-dev}\n",
    )
    .unwrap();

    let mut command = serve(folder.path());
    let mut child = command.env("SECRET", format!("{MARKER}-from-environment")).stderr(Stdio::piped()).spawn().unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let (stderr, lines) = (child.stderr.take().unwrap(), Arc::clone(&log));
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = lines.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
    let running = Logged { child, log };
    let log = || running.log.lock().unwrap().clone();
    waiting::until("it listens", async || log().contains("listens on http://")).await;
    let address = log().split("listens on http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    waiting::until("a notification is sent", async || !receiver.requests().is_empty()).await;

    let client = Client::builder().no_proxy().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut answers = String::new();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| ("POST", path.to_owned()));
    let ways = routes().into_iter().map(|route| (route.method, route.path.to_owned())).chain(functions);
    for (method, path) in ways.filter(|(_, path)| !path.ends_with("/events") && !path.contains("{*")) {
        let path = path.replace("{id}", "kept").replace("{token}", "unknown").replace("{word}", "fail");
        for (user, password) in [("admin", "MARKER-admin"), ("dev", "MARKER-dev"), ("admin", "MARKER-wrong")] {
            let request = client.request(method.parse::<Method>().unwrap(), format!("http://{address}{path}"));
            let request = request.basic_auth(user, Some(password)).header("content-type", "application/json").body("{}");
            let response = request.send().await.unwrap();
            writeln!(answers, "{method} {path} as {user}: {:?}", response.headers()).unwrap();
            answers.push_str(&response.text().await.unwrap());
        }
    }
    let events = client.get(format!("http://{address}/api/v1.0/events")).basic_auth("admin", Some("MARKER-admin"));
    let mut events = events.send().await.unwrap();
    let mut heard = String::new();
    while heard.matches("event: status").count() < 20 {
        heard.push_str(&String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap()));
    }
    assert!(answers.contains("Properties and data"), "the pages are among the answers");
    for (place, text) in [("answers", &answers), ("events", &heard), ("log", &log())] {
        let found: Vec<_> =
            text.lines().filter(|line| line.contains(MARKER)).map(|line| line.chars().take(400).collect::<String>()).collect();
        assert!(found.is_empty(), "in the {place}:\n{}", found.join("\n"));
    }
    for request in receiver.requests() {
        assert!(!request.body.contains(MARKER), "a message holds a secret");
    }
}
