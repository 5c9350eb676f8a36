//! Configuration files that the original accepted: Platus starts with them, and their errors are warnings.

use crate::channels::receiver::Receiver;
use crate::command_line::serve;
use crate::notify::switch::{check_types, switch};
use crate::servers::free_port;
use crate::servers::redis::RedisServer;
use crate::test_app::{TestApp, USERS, configuration};
use crate::waiting::until;
use checks::CheckTypes;
use model::State;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

async fn settings(app: &TestApp) -> Value {
    let request = app.request(Method::POST, "/rpc/settings").basic_auth("admin", Some("admin"));
    request.header("content-type", "application/json").body("{}").send().await.unwrap().json().await.unwrap()
}

async fn warnings(app: &TestApp) -> String {
    let settings = settings(app).await;
    settings["warnings"].as_array().unwrap().iter().map(|warning| warning.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn users_and_services_that_are_wrong_or_stand_twice_do_not_stop_the_others() {
    let services = "
shop: {role: !!python/tuple [dev], type: rest_http, properties: {host: a.test, port: 443}, data: {name: Old}}
!!python/unicode 'shop': {role: !!python/unicode dev, type: rest_http, properties: {host: 127.0.0.1, port: }, data: {name: New}}
";
    let folder = configuration("{check_interval: 3600, notify: 'False'}", services);
    let bcrypt = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    let users = format!(
        "{USERS}norole: {{password: norole}}\nnopassword: {{role: dev}}\ndev: {{role: !!set {{dev}}, password: newer}}\nnone: {{role: [], \
         password: none}}\nhashed: {{role: dev, password: '{bcrypt}'}}\n"
    );
    fs::write(folder.path().join("users.yaml"), users).unwrap();
    let app = TestApp::start_in(folder).await;

    let status = async |user: &str, password: &str| {
        app.request(Method::GET, "/api/v1.0/status").basic_auth(user, Some(password)).send().await.unwrap()
    };
    assert_eq!(status("norole", "norole").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(status("none", "none").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(status("hashed", bcrypt).await.status(), StatusCode::UNAUTHORIZED, "a hash is no password");
    assert_eq!(status("nopassword", "").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(status("dev", "dev").await.status(), StatusCode::UNAUTHORIZED, "the later password counts");
    let rows: Value = status("dev", "newer").await.json().await.unwrap();
    assert_eq!(rows["result"].as_array().unwrap().len(), 1, "{rows}");
    assert_eq!((&rows["result"][0]["name"], &rows["result"][0]["node"]), (&"New".into(), &"127.0.0.1".into()));

    let warnings = warnings(&app).await;
    for warning in [
        "services.yaml:3:18: the key `shop` stands here again, first at ",
        "users.yaml:9:9: `norole`: the key `role` is missing or has no value; add it. Until then the user cannot log in.",
        "users.yaml:10:13: `nopassword`: the key `password` is missing",
        "users.yaml:11:1: the key `dev` stands here again, first at ",
        "users.yaml:12:14: `none.role`: the list of roles is empty; name at least one. Until then the user cannot log in.",
        "users.yaml:13:31: `hashed.password`: this is a hash (bcrypt) that Platus does not verify; give the hash that `platus users \
         hash` makes of the password. Until then the user cannot log in.",
        "config.yaml:1:32: `notify`: expected true or false, found text; it is taken for false.",
    ] {
        assert!(warnings.contains(warning), "{warning} in {warnings}");
    }
}

#[tokio::test]
async fn a_hook_that_is_no_address_disables_its_channel_alone() {
    let receiver = Receiver::start();
    let config = format!(
        "check_interval: 1\nretries_before_notify: 1\nnotify: True\nnotify_backend:\n  - {{type: slack, data: {{url: slack-url}}}}\n  \
         - {{type: hipchat}}\n  - {{type: webhook, group_window: 0, data: {{url: '{}'}}}}\n",
        receiver.url("/")
    );
    let services = "legacy-hook: {type: switch, properties: {host: legacy-hook}, data: {name: legacy-hook}}";
    let app = TestApp::start_with(&config, services, &check_types()).await;
    app.until("legacy-hook", "operational").await;
    switch("legacy-hook", State::Down);
    until("the other channel is used", async || !receiver.requests().is_empty()).await;

    let channels: Value = app.get_as("admin", "/api/v1.0/channels").await.json().await.unwrap();
    let reason = "config.yaml:5:25: `notify_backend.data`: `url` is no address of the form https://HOST/…";
    assert_eq!((&channels["result"][0]["disabled"], &channels["result"][0]["trouble"]["message"]), (&true.into(), &reason.into()));
    assert_eq!(channels["result"][1]["disabled"], true);
    assert!(channels["result"][2].get("disabled").is_none(), "{channels}");
    let page = app.get_as("admin", "/settings/channels").await.text().await.unwrap();
    assert!(page.contains("Disabled; notifications wait: ") && page.contains("is no address of the form"), "{page}");
    let warnings = warnings(&app).await;
    assert!(
        warnings.contains("The channel slack is disabled: ") && warnings.contains("The channel hipchat is disabled: "),
        "{warnings}"
    );
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    assert!(metrics.contains("platus_channel_up{channel=\"slack\",type=\"slack\"} 0"), "{metrics}");
}

#[tokio::test]
async fn it_begins_without_a_redis_that_is_away_and_goes_on_with_it() {
    let port = free_port();
    let config =
        format!("connect_timeout: 0.1\npersistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {port}}}}}\n");
    let app = TestApp::start_with(&config, "{}", &CheckTypes::built_in()).await;
    assert!(app.get("/api/v1.0/health").await.text().await.unwrap().contains("Good doctor!"));
    let page = app.get_as("dev", "/").await.text().await.unwrap();
    assert!(page.contains("History cannot be saved since"), "{page}");
    let _redis = RedisServer::start_at(port, &[]);
    until("the store is there", async || {
        app.get_as("admin", "/metrics").await.text().await.unwrap().contains("\nplatus_store_up 1\n")
    })
    .await;
}

#[test]
fn the_log_says_that_it_begins_without_a_redis_that_is_away() {
    let port = free_port();
    let config =
        format!("connect_timeout: 0.1\npersistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {port}}}}}\n");
    let folder = configuration(&config, "{}");
    let mut running = serve(folder.path()).stderr(Stdio::piped()).spawn().unwrap();
    let log = BufReader::new(running.stderr.take().unwrap()).lines().map(Result::unwrap);
    let start: Vec<String> = log.take_while(|line| !line.contains(" listens on ")).collect();
    running.kill().unwrap();
    running.wait().unwrap();
    let says_so = |line: &String| {
        line.contains("ERROR")
            && line.contains("The store is unavailable; starting without it.")
            && line.contains(&port.to_string())
    };
    assert!(start.iter().any(says_so), "{start:#?}");
}

#[tokio::test]
async fn the_keywords_of_redis_py_are_taken() {
    let redis = RedisServer::start(&["--unixsocket", "redis.sock", "--requirepass", "s3cret"]);
    let socket = redis.folder().join("redis.sock");
    let start = async |data: &str| {
        let config = format!("persistent_data_backend: {{type: redis, data: {{password: s3cret, {data}}}}}\n");
        TestApp::start_with(&config, "{}", &CheckTypes::built_in()).await
    };
    let common = "socket_timeout: 5, socket_connect_timeout: 5, socket_keepalive: True, charset: utf-8, encoding: utf-8, \
                  encoding_errors: strict, errors: , decode_responses: True, retry_on_timeout: False, ssl: False, \
                  ssl_cert_reqs: , ssl_ca_certs: , ssl_keyfile: , ssl_certfile: , max_connections: 10, connection_pool: , db: 1";
    for place in [format!("host: 127.0.0.1, port: {}", redis.port), format!("unix_socket_path: {}", socket.display())] {
        let app = start(&format!("{place}, {common}")).await;
        let warnings = warnings(&app).await;
        let idle =
            "`socket_keepalive`, `encoding_errors`, `decode_responses`, `max_connections` have no effect in Platus; remove them.";
        assert!(warnings.contains(idle), "{warnings}");
        let settings = settings(&app).await;
        assert_eq!(settings["store"]["trouble"], Value::Null, "{settings}");
        app.stop().await;
    }
}
