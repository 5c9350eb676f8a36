//! Sends one hostile text through every source of untrusted text, and searches for it in all output of Platus.

use crate::channels::receiver::{Receiver, Reply};
use crate::command_line::platus;
use crate::servers::smtp::SmtpServer;
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use checks::CheckTypes;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A sample of each kind of text that can forge output.
const HOSTILE: &str = "=cmd|' /C calc'!A0;=1+1\r\nBcc: forged@lan.test\r\nFORGED\0\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{85}\u{202e}dlrow\
    \u{2066}\u{200b}zero\u{feff}\u{2028}\u{2029}\\ud800<script>alert(1)</script>\"'\\\t@SUM(A1) *bold* <!channel> @everyone\u{7f}\u{e0041}";

/// A name in the configuration, as YAML writes it.
const NAME: &str = r#""n\e[31mred\u009bname\u202edlrow\u200b\nFORGED</title><script>alert(2)</script>""#;

const TOKEN: &str = "token-of-the-job";

/// A service for each source: a key of JSON, a value of JSON, the output of a program as text and as rows, a name in the configuration,
/// and the words of a job.
fn services(target: &Receiver, folder: &Path) -> String {
    let address = format!("host: 127.0.0.1, port: {}, protocol: http", target.address.port());
    let (text, rows) = (folder.join("text").display().to_string(), folder.join("rows").display().to_string());
    format!(
        "key: {{type: rest_http, role: dev, properties: {{{address}}}, data: {{name: key, search: {{a: {{}}}}}}}}
value: {{type: rest_http, role: dev, properties: {{{address}}}, data: {{name: value, json: {{$.b: fine}}}}}}
text: {{type: exec, role: dev, properties: {{command: [sh, -c, 'cat {text}; exit 2']}}, data: {{name: text}}}}
rows: {{type: exec, role: dev, properties: {{command: [cat, {rows}]}}, data: {{name: rows}}}}
named: {{type: exec, role: dev, properties: {{host: {NAME}, command: [sh, -c, 'exit 2']}}, data: {{name: {NAME}, type: {NAME}}}}}
job: {{type: heartbeat, role: dev, properties: {{token: {TOKEN}}}, data: {{name: job, every: 3600}}}}
"
    )
}

fn target() -> Receiver {
    let body = json!({"a": {HOSTILE: 1}, "b": HOSTILE}).to_string();
    Receiver::answering(vec![Reply::Answer(200, "Content-Type: application/json\r\nX-Odd: \u{202e}\r\n", body)])
}

/// What the programs of the services print.
fn write_outputs(folder: &Path) {
    fs::write(folder.join("text"), HOSTILE).unwrap();
    // A name may have 200 characters.
    let name: String = HOSTILE.chars().filter(|letter| *letter != '\u{7f}').take(190).collect();
    let rows = json!([{"node": name, "nodename": HOSTILE, "state": "down", "message": HOSTILE, "metrics": {"x": {"value": 1, "unit": HOSTILE}}}]);
    fs::write(folder.join("rows"), rows.to_string()).unwrap();
}

/// Every kind of channel.
fn config(receiver: &Receiver, mails: &SmtpServer) -> String {
    let url = receiver.url("");
    format!(
        "check_interval: 1
retries_before_notify: 1
notify: true
notify_backend:
  - {{type: discord, group_window: 0, data: {{url: '{url}/discord'}}}}
  - {{type: msteams, group_window: 0, data: {{url: '{url}/msteams'}}}}
  - {{type: ntfy, group_window: 0, data: {{url: '{url}', topic: platus}}}}
  - {{type: pagerduty, group_window: 0, data: {{url: '{url}', routing_key: key}}}}
  - {{type: slack, group_window: 0, data: {{url: '{url}/slack'}}}}
  - {{type: telegram, group_window: 0, data: {{url: '{url}', token: '1:key', chat_id: '1'}}}}
  - {{type: webhook, group_window: 0, data: {{url: '{url}/webhook'}}}}
  - {{type: webhook, name: written, group_window: 0, data: {{url: '{url}/written', body: '{{{{#each alerts}}}}{{{{#if @first}}}}{{\"a\": \"{{{{node}}}} {{{{seen}}}}\"}}{{{{/if}}}}{{{{/each}}}}'}}}}
  - {{type: webhook, name: said, group_window: 0, template: '{{{{#each alerts}}}}{{{{node}}}} {{{{seen}}}}{{{{/each}}}}', data: {{url: '{url}/said'}}}}
  - {{type: email, group_window: 0, data: {{fr: platus@lan.test, to: ops@lan.test, host: localhost, port: {}, tls: none}}}}
",
        mails.port("relay")
    )
}

/// Invisible characters, and characters that change how others are shown.
fn forges(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || ('\u{e0000}'..='\u{e0fff}').contains(&letter)
}

/// Asserts that a text cannot forge output. `kept` are the control characters of the format itself.
#[track_caller]
fn assert_plain(place: &str, text: &str, kept: &[char]) {
    let found = text.char_indices().find(|(_, letter)| forges(*letter) && !kept.contains(letter));
    if let Some((at, letter)) = found {
        let (start, end) = (text.floor_char_boundary(at.saturating_sub(80)), text.floor_char_boundary((at + 80).min(text.len())));
        panic!("{place} has {letter:?}: {:?}", &text[start..end]);
    }
}

/// The same of every key and every text in JSON, as a program reads them.
#[track_caller]
fn assert_plain_json(place: &str, value: &Value) {
    match value {
        Value::String(text) => assert_plain(place, text, &['\n']),
        Value::Array(values) => values.iter().for_each(|value| assert_plain_json(place, value)),
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            assert_plain(place, key, &[]);
            assert_plain_json(place, value);
        }),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_text_forges_anything_anywhere() {
    let (target, receiver, mails) = (target(), Receiver::start(), SmtpServer::start());
    let outputs = tempfile::tempdir().unwrap();
    write_outputs(outputs.path());
    let app = TestApp::start_with(&config(&receiver, &mails), &services(&target, outputs.path()), &CheckTypes::built_in()).await;
    let failed = app.request(Method::POST, &format!("/api/v1.0/heartbeat/{TOKEN}/fail")).body(HOSTILE).send().await.unwrap();
    assert_eq!(failed.status(), StatusCode::OK);
    let order = json!({"services": ["job"], "minutes": 5, "comment": HOSTILE}).to_string();
    let ordered = app.request(Method::POST, "/api/v1.0/silences").basic_auth("operator", Some("operator")).body(order);
    assert_eq!(ordered.send().await.unwrap().status(), StatusCode::CREATED);

    let mut events = app.events("admin", &[]).await;
    let mut raw = String::new();
    until("all services have failed", async || {
        app.status("admin").await.iter().all(|row| row["state"] != "operational" && row["retries"] != 0)
    })
    .await;
    while raw.matches("event: status").count() < 10 {
        raw.push_str(&String::from_utf8_lossy(&events.response.chunk().await.unwrap().unwrap()));
    }
    assert_plain("the stream", &raw, &['\n']);
    assert!(raw.contains("red") && raw.contains("FORGED"), "the hostile text is in it: {raw}");

    for path in [
        "/api/v1.0/status",
        "/api/v1.0/services",
        "/api/v1.0/services/rows",
        "/api/v1.0/incidents",
        "/api/v1.0/services/rows/incidents",
        "/api/v1.0/report",
        "/api/v1.0/silences",
        "/api/v1.0/channels",
    ] {
        let text = app.get_as("admin", path).await.text().await.unwrap();
        assert_plain(path, &text, &['\n']);
        assert_plain_json(path, &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}")));
    }
    let (_, answer) = crate::reload::ask(&app, Method::GET, "/incidents").await;
    let incidents =
        answer["result"]["incidents"].as_array().unwrap().iter().map(|incident| format!("/incidents/{}", incident["id"]));
    let fixed =
        ["/", "/incidents", "/silences", "/settings", "/settings/configuration", "/wall", "/services/named", "/services/rows"];
    let paths: Vec<String> = fixed.into_iter().map(str::to_owned).chain(incidents).collect();
    assert!(paths.len() > fixed.len(), "{answer}");
    for path in &paths {
        let response = app.get_as("admin", path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let page = response.text().await.unwrap();
        assert_plain(path, &page, &['\n']);
        assert!(!page.contains("<script>alert") && !page.contains("</script>\"'"), "{path}");
    }
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    assert_plain("/metrics", &metrics, &['\n']);
    assert!(metrics.contains("=cmd|"), "{metrics}");
    for line in metrics.lines() {
        assert!(line.starts_with('#') || line.starts_with("platus_") || line.starts_with("process_"), "{line}");
    }

    let kinds = ["/discord", "/msteams", "/slack", "/webhook", "/written", "/said", "enqueue", "sendMessage"];
    let got = |kind: &str| receiver.requests().iter().any(|request| request.path.contains(kind) && request.body.contains("red"));
    until("every channel has got it", async || kinds.iter().all(|kind| got(kind)) && !mails.received("recipients").is_empty())
        .await;
    for request in receiver.requests() {
        assert_plain(&request.path, &request.body, &['\n']);
        assert_plain_json(&request.path, &request.json());
        if request.path == "/slack" {
            assert!(!request.body.contains("<!channel>") && !request.body.contains("<script>alert(1)"), "{}", request.body);
        }
        if request.path == "/discord" {
            assert!(!request.body.contains(" @everyone"), "{}", request.body);
        }
    }
    for mail in mails.received("recipients") {
        assert_plain_json("a mail", &mail);
        assert_eq!((&mail["recipients"], &mail["headers"].get("Bcc")), (&json!(["ops@lan.test"]), &None), "{mail}");
        let plain = mail["plain"].as_str().unwrap();
        assert!(!plain.lines().any(|line| line.starts_with("FORGED") || line.starts_with("Bcc")), "{plain}");
        assert!(!mail["html"].as_str().unwrap().contains("<script>"), "{mail}");
    }
}

#[test]
fn a_probe_shows_in_the_terminal_what_there_is() {
    let (target, outputs) = (target(), tempfile::tempdir().unwrap());
    write_outputs(outputs.path());
    let folder = configuration("{}", &services(&target, outputs.path()));
    let path = folder.path().join("config.yaml").display().to_string();
    for more in [&[][..], &["--json"]] {
        let output = platus(&[&["probe", "--config", &path], more].concat()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_plain("standard output", &text, &['\n']);
        assert!(text.contains("FORGED") && !text.lines().any(|line| line.trim_start().starts_with("FORGED")), "{text}");
        assert_plain("standard error", &String::from_utf8(output.stderr).unwrap(), &['\n']);
    }
}
