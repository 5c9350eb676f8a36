//! What Platus serves and sends: API, event stream, pages, metrics, tables, all channels.

use super::sources::{Sources, TOKEN, failing, files, hostile_names, keys};
use super::{HOSTILE, assert_plain, assert_plain_json, assert_plain_table};
use crate::channels::receiver::Receiver;
use crate::reload::ask;
use crate::servers::smtp::SmtpServer;
use crate::test_app::TestApp;
use crate::waiting::{eventually, until};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// Every kind of channel, beside those that refuse.
fn config(sources: &Sources, receiver: &Receiver, mails: &SmtpServer) -> String {
    let url = receiver.url("");
    format!(
        "{}  - {{type: discord, group_window: 0, data: {{url: '{url}/discord'}}}}
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
        sources.config(),
        mails.port("relay")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_text_forges_anything_anywhere() {
    let (sources, receiver, mails) = (Sources::start(), Receiver::start(), SmtpServer::start());
    let folder = files(&config(&sources, &receiver, &mails), &sources.services());
    fs::write(folder.path().join("keys.yaml"), keys()).unwrap();
    let app = TestApp::start_in(folder).await;
    let failed = app.request(Method::POST, &format!("/api/v1.0/heartbeat/{TOKEN}/fail")).body(HOSTILE).send().await.unwrap();
    assert_eq!(failed.status(), StatusCode::OK);
    let order = json!({"services": ["job"], "minutes": 5, "comment": HOSTILE});
    assert_eq!(send(&app, Method::POST, "/silences", &order).await, StatusCode::CREATED);

    let mut events = app.events("admin", &[]).await;
    let mut raw = String::new();
    until("all services have failed", async || {
        let rows = app.status("admin").await;
        rows.len() >= failing().len() && rows.iter().all(|row| row["state"] != "operational" && row["retries"] != 0)
    })
    .await;
    while raw.matches("event: status").count() < 10 {
        raw.push_str(&String::from_utf8_lossy(&events.response.chunk().await.unwrap().unwrap()));
    }
    assert_plain("the stream", &raw, &['\n']);
    assert!(raw.contains("red") && raw.contains("FORGED"), "the hostile text is in it: {raw}");

    give_orders(&app).await;
    write_hostile_names(&app).await;
    let incidents = incidents(&app).await;
    the_api_is_plain(&app, &incidents).await;
    tables_are_plain(&app).await;
    pages_are_plain(&app, &incidents).await;
    metrics_are_plain(&app).await;
    notifications_are_plain(&receiver, &mails).await;
}

/// The status of a request of an administrator. The answer has no raw control characters, also if it is an error.
async fn send(app: &TestApp, method: Method, address: &str, body: &Value) -> StatusCode {
    let request = app.request(method, &format!("/api/v1.0{address}")).basic_auth("admin", Some("admin"));
    let response = request.body(body.to_string()).send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_plain(address, &text, &['\n']);
    assert_plain_json(address, &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{address}: {error}: {text}")));
    status
}

/// The numbers of all incidents. There is one of each service.
async fn incidents(app: &TestApp) -> Vec<u64> {
    eventually(async || {
        let (_, answer) = ask(app, Method::GET, "/incidents").await;
        let incidents = answer["result"]["incidents"].as_array().unwrap();
        let numbers: Vec<u64> = incidents.iter().map(|incident| incident["id"].as_u64().unwrap()).collect();
        if numbers.len() >= failing().len() { Ok(numbers) } else { Err(answer) }
    })
    .await
}

/// What operators write: notes, acknowledgements, pauses, silences, keys.
async fn give_orders(app: &TestApp) {
    let incident = incidents(app).await[0];
    for (method, address, body, expected) in [
        (Method::POST, format!("/incidents/{incident}/notes"), json!({"text": HOSTILE}), 201),
        (Method::PUT, format!("/incidents/{incident}/acknowledgement"), json!({"comment": HOSTILE}), 200),
        (Method::POST, "/services/text/pause".to_owned(), json!({"comment": HOSTILE}), 200),
        (
            Method::POST,
            "/silences".to_owned(),
            json!({"minutes": 5, "services": ["text"], "comment": HOSTILE, "type": HOSTILE}),
            400,
        ),
        (Method::POST, "/silences".to_owned(), json!({"minutes": 5, "services": [HOSTILE]}), 400),
        (Method::POST, "/silences".to_owned(), json!({"minutes": 5, "tags": [HOSTILE], HOSTILE: 1}), 400),
        (
            Method::POST,
            "/silences".to_owned(),
            json!({"services": ["key"], "comment": HOSTILE, "recurrence": {"from": "22:00", "to": "23:00", "zone": HOSTILE}}),
            400,
        ),
        (Method::POST, "/keys".to_owned(), json!({"name": HOSTILE, "user": "dev"}), 400),
        (Method::POST, "/keys".to_owned(), json!({"name": "key", "user": HOSTILE}), 400),
        (Method::POST, "/keys".to_owned(), json!({"name": "key", "user": "dev", "roles": [HOSTILE]}), 400),
        (Method::POST, "/keys".to_owned(), json!({"name": "=1+1;=2", "user": "dev"}), 201),
    ] {
        assert_eq!(send(app, method, &address, &body).await.as_u16(), expected, "{address} {body}");
    }
}

/// A reload refuses them, and quotes them where it says why: those of all files, and then those of services alone.
async fn write_hostile_names(app: &TestApp) {
    let path = |file: &str| app.folder().join(file);
    let before = ["config.yaml", "users.yaml"].map(|file| (file, fs::read_to_string(path(file)).unwrap()));
    for files in [hostile_names().to_vec(), before.to_vec()] {
        for (file, text) in files {
            fs::write(path(file), text).unwrap();
        }
        assert_eq!(send(app, Method::POST, "/reload", &Value::Null).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn the_api_is_plain(app: &TestApp, incidents: &[u64]) {
    let mut addresses: Vec<String> = [
        "/health",
        "/status",
        "/services",
        "/incidents",
        "/report",
        "/silences",
        "/channels",
        "/keys",
        "/config",
        "/config/difference",
        "/services/rows/incidents",
        "/services/rows/history?from=-1h",
        "/services/rows/figures",
    ]
    .map(str::to_owned)
    .into();
    addresses.extend(failing().iter().map(|service| format!("/services/{}", encoded(service))));
    addresses.extend(incidents.iter().map(|incident| format!("/incidents/{incident}")));
    addresses.push(format!("/services/rows/history?node={}", encoded(HOSTILE)));
    addresses.push(format!("/services/{}", encoded(HOSTILE)));
    for address in &addresses {
        let status = send(app, Method::GET, address, &Value::Null).await;
        assert!(matches!(status.as_u16(), 200 | 400 | 404), "{address}: {status}");
    }
    // What was asked for is in the answers.
    let (_, incident) = ask(app, Method::GET, &format!("/incidents/{}", incidents[0])).await;
    let incident = &incident["result"];
    assert!(incident["notes"][0]["text"].as_str().is_some_and(|text| text.contains("red")), "{incident}");
    let (_, config) = ask(app, Method::GET, "/config").await;
    let lists = config["result"]["lists"].as_array().unwrap();
    assert_eq!(lists.iter().filter(|list| list["error"].is_string()).count(), 2, "{config}");
    assert!(config["result"]["latest_reload"]["errors"].to_string().contains("red"), "{config}");
    until("one channel has dropped a notification, and both show why", async || {
        let (_, channels) = ask(app, Method::GET, "/channels").await;
        assert_plain_json("/channels", &channels);
        let channels = channels["result"].as_array().unwrap();
        let shows = |key: &str| channels.iter().filter(|channel| channel[key].to_string().contains("FORGED")).count();
        shows("given_up") == 1 && shows("trouble") == 2
    })
    .await;
    until("metrics are kept", async || {
        let (_, metrics) = ask(app, Method::GET, "/services/rows/metrics?from=-1h&points=1").await;
        assert_plain_json("/services/rows/metrics", &metrics);
        metrics["result"]["nodes"].to_string().contains("red")
    })
    .await;
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

async fn tables_are_plain(app: &TestApp) {
    for address in ["/services/rows/history?from=-1h&format=csv", "/incidents?format=csv", "/report?format=csv"] {
        let response = app.get_as("admin", &format!("/api/v1.0{address}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        let table = response.text().await.unwrap();
        assert_plain_table(address, &table);
        assert!(table.contains("[31mred"), "{address}: {table}");
    }
}

async fn pages_are_plain(app: &TestApp, incidents: &[u64]) {
    let fixed = [
        "/",
        "/incidents",
        "/silences",
        "/settings",
        "/settings/channels",
        "/settings/users",
        "/settings/configuration",
        "/settings/about",
        "/wall",
    ];
    let services: Vec<String> = failing().iter().map(|service| format!("/services/{}", encoded(service))).collect();
    let incidents = incidents.iter().map(|incident| format!("/incidents/{incident}"));
    for path in fixed.into_iter().map(str::to_owned).chain(services).chain(incidents) {
        let response = app.get_as("admin", &path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let page = response.text().await.unwrap();
        assert_plain(&path, &page, &['\n', '\t']);
        assert!(!page.contains("<script>alert") && !page.contains("</script>\"'"), "{path}");
    }
}

async fn metrics_are_plain(app: &TestApp) {
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    assert_plain("/metrics", &metrics, &['\n']);
    assert!(metrics.contains("=cmd|"), "{metrics}");
    for line in metrics.lines() {
        assert!(line.starts_with('#') || line.starts_with("platus_") || line.starts_with("process_"), "{line}");
    }
}

async fn notifications_are_plain(receiver: &Receiver, mails: &SmtpServer) {
    let kinds = ["/discord", "/msteams", "/slack", "/webhook", "/written", "/said", "enqueue", "sendMessage"];
    let got = |kind: &str| receiver.requests().iter().any(|request| request.path.contains(kind) && request.body.contains("red"));
    until("every channel has got it", async || kinds.iter().all(|kind| got(kind)) && !mails.received("recipients").is_empty())
        .await;
    for request in receiver.requests() {
        assert_plain(&request.path, &request.body, &['\n']);
        assert_plain_json(&request.path, &request.json());
        if request.path == "/slack" {
            let text = formatted_by_slack(&request.json());
            assert!(!text.contains("<!channel>") && !text.contains("<script>"), "{text}");
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

/// The texts in which Slack sees mentions and links: not those that are plain by their type.
fn formatted_by_slack(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(values) => values.iter().map(formatted_by_slack).collect(),
        Value::Object(members) if members.get("type").is_some_and(|kind| kind == "plain_text") => String::new(),
        Value::Object(members) => members.values().map(formatted_by_slack).collect(),
        _ => String::new(),
    }
}
