//! Every route, called as each kind of caller. The list comes from the router: a new route must be added here with its permissions, or
//! this test fails.

mod beyond;

use crate::channels::receiver::Receiver;
use crate::test_app::TestApp;
use crate::waiting;
use checks::CheckTypes;
use model::Roles;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use server::auth::{ApiKey, NewKey, Permission};
use server::config::keys_text;
use server::http::{Access, Route, routes};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

const SERVICES: &str = "
for-dev: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-dev}}
for-ops: {role: ops, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-ops}}
";

/// What a caller needs for a route.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Needs {
    /// No authentication.
    Nothing,
    /// Authentication. The content depends on the roles.
    ToBeKnown,
    /// A role that sees the service `for-dev`. For others it does not exist.
    ToSee,
    /// The same, and the role operator.
    ToOperate,
    ToAdminister,
}

/// Who may call a route.
fn needs(method: &str, path: &str) -> Needs {
    match (method, path) {
        ("GET", "/api/v1.0/health" | "/login" | "/language/{code}") | ("POST", "/login" | "/logout") => Needs::Nothing,
        ("POST", "/api/v1.0/heartbeat/{*address}") => Needs::Nothing,
        ("GET", "/" | "/alerts" | "/incidents" | "/silences" | "/settings" | "/wall" | "/metrics") => Needs::ToBeKnown,
        ("GET", "/settings/channels" | "/settings/users" | "/settings/configuration" | "/settings/about") => Needs::ToBeKnown,
        ("GET", "/incidents/{id}" | "/api/v1.0/incidents/{id}") | ("POST", "/rpc/incident" | "/rpc/incident_history") => {
            Needs::ToSee
        }
        ("GET", "/api/v1.0/status" | "/api/v1.0/events" | "/api/v1.0/services" | "/api/v1.0/incidents" | "/api/v1.0/report") => {
            Needs::ToBeKnown
        }
        ("GET", "/api/v1.0/silences") => Needs::ToBeKnown,
        ("GET", "/api/v1.0/services/{id}" | "/api/v1.0/services/{id}/history" | "/api/v1.0/services/{id}/incidents") => {
            Needs::ToSee
        }
        ("GET", "/api/v1.0/services/{id}/figures" | "/api/v1.0/services/{id}/metrics" | "/services/{id}") => Needs::ToSee,
        ("POST", "/services/{id} (check)" | "/services/{id} (pause)" | "/services/{id} (resume)") => Needs::ToOperate,
        ("POST", "/api/v1.0/services/{id}/check" | "/api/v1.0/services/{id}/pause" | "/api/v1.0/services/{id}/resume") => {
            Needs::ToOperate
        }
        ("POST", "/api/v1.0/silences") | ("DELETE", "/api/v1.0/silences/{id}") => Needs::ToOperate,
        ("POST", "/api/v1.0/silences/{id}/extend" | "/rpc/extend" | "/silences (extend)") => Needs::ToOperate,
        ("PUT" | "DELETE", "/api/v1.0/incidents/{id}/acknowledgement") => Needs::ToOperate,
        ("POST", "/api/v1.0/incidents/{id}/notes" | "/rpc/add_note" | "/incidents/{id} (note)") => Needs::ToOperate,
        ("GET", "/api/v1.0/channels" | "/api/v1.0/config" | "/api/v1.0/config/difference") => Needs::ToAdminister,
        ("POST", "/api/v1.0/flush_status" | "/api/v1.0/reload") => Needs::ToAdminister,
        ("GET" | "POST", "/api/v1.0/keys") | ("DELETE", "/api/v1.0/keys/{id}") => Needs::ToAdminister,
        ("POST", "/rpc/create_key" | "/rpc/revoke_key") => Needs::ToAdminister,
        ("POST", "/settings/users (create_key)" | "/settings/users (revoke_key)") => Needs::ToAdminister,
        ("POST", "/api/v1.0/channels/{name}/test" | "/rpc/test_channel" | "/settings/channels (test)") => Needs::ToAdminister,
        ("POST", "/rpc/viewer" | "/rpc/board" | "/rpc/uptime_bars" | "/rpc/settings" | "/rpc/silences") => Needs::ToBeKnown,
        ("POST", "/rpc/service" | "/rpc/service_history" | "/rpc/service_figures") => Needs::ToSee,
        ("POST", "/rpc/check_now" | "/rpc/pause" | "/rpc/resume") => Needs::ToOperate,
        ("POST", "/rpc/incidents" | "/rpc/matching") => Needs::ToBeKnown,
        ("POST", "/rpc/create_silence" | "/rpc/end_silence" | "/rpc/acknowledge" | "/rpc/withdraw_acknowledgement") => {
            Needs::ToOperate
        }
        ("POST", "/rpc/flush") => Needs::ToAdminister,
        ("POST", "/silences (silence)" | "/silences (end)") => Needs::ToOperate,
        ("POST", "/incidents (acknowledge)" | "/incidents (unacknowledge)") => Needs::ToOperate,
        ("POST", "/incidents/{id} (acknowledge)" | "/incidents/{id} (unacknowledge)") => Needs::ToOperate,
        ("POST", "/settings (reset)") => Needs::ToAdminister,
        (method, path) => panic!("{method} {path} is a new route: add to this list who may call it"),
    }
}

/// A caller, with the headers that they send.
struct Caller {
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    /// `None` for an unauthenticated caller.
    may: Option<Permission>,
    sees_for_dev: bool,
}

/// A route with its placeholders filled in.
struct Question {
    method: Method,
    path: String,
    body: Option<String>,
}

#[tokio::test]
async fn every_route_checks_every_kind_of_caller() {
    let receiver = Receiver::start();
    let app = TestApp::start_with(&config(&receiver), SERVICES, &CheckTypes::built_in()).await;
    let callers = callers(&app).await;
    waiting::until("there is an incident", async || incident(&app).await.is_some()).await;
    for route in all_routes() {
        let needs = needs(route.method, &route.path);
        for caller in &callers {
            let question = question(&app, route.method, &route.path).await;
            let response = send(&app, &question, caller).send().await.unwrap();
            let status = response.status();
            let what = format!("{} {} as {}: {status}", question.method, question.path, caller.name);
            match (needs, caller.may) {
                (Needs::Nothing, _) => {
                    assert!(!matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{what}");
                }
                // The rate limiter refuses repeated wrong credentials.
                (_, None) if status == StatusCode::TOO_MANY_REQUESTS => {}
                (_, None) if route.access == Access::Page => {
                    let to = response.headers()["location"].to_str().unwrap();
                    assert!(status == StatusCode::SEE_OTHER && to.starts_with("/login"), "{what} to {to}");
                }
                (_, None) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}"),
                // It has moved.
                (Needs::ToBeKnown, Some(_)) if route.path == "/alerts" => {
                    assert_eq!(status, StatusCode::PERMANENT_REDIRECT, "{what}");
                }
                (Needs::ToBeKnown, Some(_)) => assert_eq!(status, StatusCode::OK, "{what}"),
                (Needs::ToSee | Needs::ToOperate, Some(_)) if !caller.sees_for_dev => {
                    let as_if_there_were_none = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN];
                    assert!(as_if_there_were_none.contains(&status), "{what}");
                }
                (Needs::ToSee, Some(_)) => assert_eq!(status, StatusCode::OK, "{what}"),
                // One caller after the other may check a service, not all at once.
                (Needs::ToOperate, Some(Permission::Operate | Permission::Administer))
                    if route.path.ends_with("/check") && status == StatusCode::TOO_MANY_REQUESTS
                        || (route.path.ends_with("/check_now") || route.path.ends_with(" (check)"))
                            && [StatusCode::TOO_MANY_REQUESTS, StatusCode::CONFLICT].contains(&status) => {}
                // The same is true for the test of a channel.
                (Needs::ToAdminister, Some(Permission::Administer))
                    if ["/test", "/test_channel", " (test)"].iter().any(|end| route.path.ends_with(end))
                        && status == StatusCode::TOO_MANY_REQUESTS => {}
                (Needs::ToOperate, Some(Permission::View)) => assert_eq!(status, StatusCode::FORBIDDEN, "{what}"),
                (Needs::ToOperate, Some(_)) | (Needs::ToAdminister, Some(Permission::Administer)) => {
                    // A form leads back to its page.
                    let is_done = route.access == Access::Page && status == StatusCode::SEE_OTHER;
                    assert!(status.is_success() || is_done, "{what}");
                }
                // The functions of the page have one status for whatever they refuse.
                (Needs::ToAdminister, Some(_)) if route.access == Access::Rpc => assert!(!status.is_success(), "{what}"),
                (Needs::ToAdminister, Some(_)) => assert_eq!(status, StatusCode::FORBIDDEN, "{what}"),
            }
        }
    }
}

/// As [`TestApp::start`], with the channel `ops`. Its notifications wait, so that it gets nothing but tests.
fn config(receiver: &Receiver) -> String {
    let channel = format!("{{type: webhook, name: ops, group_window: 600, data: {{url: '{}'}}}}", receiver.url("/"));
    format!("check_interval: 1\nnotify: true\nnotify_backend: {channel}\n")
}

/// Also without authentication, because browsers and proxies ask for it.
#[tokio::test]
async fn every_path_says_which_methods_it_takes() {
    let app = TestApp::start(SERVICES).await;
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Route { method, path, .. } in routes() {
        let methods = paths.entry(path).or_insert_with(|| BTreeSet::from(["OPTIONS"]));
        methods.insert(method);
        methods.extend((method == "GET").then_some("HEAD"));
    }
    for (path, methods) in paths {
        let path = path.replace("{*function}", "board").replace("{*address}", "t/fail");
        let refused = ["PATCH", "DELETE"].into_iter().find(|method| !methods.contains(method)).unwrap();
        for (method, expected) in [("OPTIONS", StatusCode::NO_CONTENT), (refused, StatusCode::METHOD_NOT_ALLOWED)] {
            let response = app.request(method.parse().unwrap(), &path).send().await.unwrap();
            assert_eq!(response.status(), expected, "{method} {path}");
            let allow = response.headers().get("allow").unwrap_or_else(|| panic!("{method} {path} says nothing"));
            let allowed: BTreeSet<_> = allow.to_str().unwrap().split(',').map(str::trim).collect();
            assert_eq!(allowed, methods, "{method} {path}");
        }
    }
    let nowhere = app.request(Method::OPTIONS, "/api/v1.0/nothing").send().await.unwrap();
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_sites_send_no_commands_and_open_no_streams_as_the_user() {
    let app = TestApp::start(SERVICES).await;
    let (_, cookie) = app.log_in("admin", "admin", "/").await;
    waiting::until("there is an incident", async || incident(&app).await.is_some()).await;
    for route in all_routes() {
        let question = question(&app, route.method, &route.path).await;
        for (header, value) in [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")] {
            let headers = vec![("cookie", cookie.clone()), (header, value.to_owned())];
            let elsewhere = Caller { name: "elsewhere", headers, may: None, sees_for_dev: false };
            let response = send(&app, &question, &elsewhere).send().await.unwrap();
            let is_refused = response.status() == StatusCode::FORBIDDEN;
            let is_to_be = route.method != "GET" || route.path.ends_with("/events");
            assert_eq!(is_refused, is_to_be, "{} {} with {header}: {}", route.method, route.path, response.status());
        }
    }
}

/// A route, one for each function and each form of the page. Those that end what others need come last. The path of a form is
/// followed by the form: `/silences (silence)`.
struct Way {
    access: Access,
    method: &'static str,
    path: String,
}

fn all_routes() -> Vec<Way> {
    let functions: Vec<_> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(functions.len() >= 5, "{functions:?}");
    let ways = routes().into_iter().flat_map(|Route { access, method, path, .. }| {
        let paths = match (method, path) {
            (_, "/rpc/{*function}") => functions.clone(),
            ("POST", "/silences") => ["silence", "extend", "end"].iter().map(|form| format!("{path} ({form})")).collect(),
            ("POST", "/incidents") => ["acknowledge", "unacknowledge"].iter().map(|form| format!("{path} ({form})")).collect(),
            ("POST", "/incidents/{id}") => {
                ["acknowledge", "unacknowledge", "note"].iter().map(|form| format!("{path} ({form})")).collect()
            }
            ("POST", "/services/{id}") => ["check", "pause", "resume"].iter().map(|form| format!("{path} ({form})")).collect(),
            ("POST", "/settings") => vec![format!("{path} (reset)")],
            ("POST", "/settings/channels") => vec![format!("{path} (test)")],
            ("POST", "/settings/users") => ["create_key", "revoke_key"].iter().map(|form| format!("{path} ({form})")).collect(),
            _ => vec![path.to_owned()],
        };
        paths.into_iter().map(move |path| Way { access, method, path })
    });
    let mut ways: Vec<_> = ways.collect();
    ways.sort_by_key(|way| match way.path.as_str() {
        "/logout" => 2,
        path if path.contains("flush") || path.contains("reset") => 1,
        _ => 0,
    });
    ways
}

async fn callers(app: &TestApp) -> Vec<Caller> {
    let with = |name, headers, may, sees_for_dev| Caller { name, headers, may, sees_for_dev };
    let basic = |user: &'static str| {
        use base64::Engine;
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{user}"));
        vec![("authorization", format!("Basic {credentials}"))]
    };
    let session = async |user| vec![("cookie", app.log_in(user, user, "/").await.1)];
    let ended = session("admin").await;
    let logout = app.request(Method::POST, "/logout").header("cookie", &ended[0].1).send().await.unwrap();
    assert_eq!(logout.status(), StatusCode::SEE_OTHER);

    let mut keys = Vec::new();
    let mut key = |name: &'static str, user: &str, roles: Option<&str>, scope, days: i64| {
        let made = NewKey::random().unwrap();
        keys.push(ApiKey {
            name: name.to_owned(),
            user: user.to_owned(),
            roles: roles.map(|role| Roles::from_iter([role])),
            scope,
            expires: Some(chrono::Utc::now() + chrono::TimeDelta::days(days)),
            digest: made.digest,
        });
        vec![("authorization", format!("Bearer {}", made.text))]
    };
    let callers = vec![
        with("anonymous", Vec::new(), None, false),
        with("a wrong password", vec![("authorization", "Basic YWRtaW46d3Jvbmc=".to_owned())], None, false),
        with("an ended session", ended, None, false),
        with("a forged session", vec![("cookie", "platus_session=AAAA".to_owned())], None, false),
        with("a key that expired", key("expired", "admin", None, Permission::Administer, -1), None, false),
        with("an unknown key", vec![("authorization", format!("Bearer {}", NewKey::random().unwrap().text))], None, false),
        with("dev", basic("dev"), Some(Permission::View), true),
        with("ops", basic("ops"), Some(Permission::View), false),
        with("superadmin", basic("superadmin"), Some(Permission::View), false),
        with("operator", basic("operator"), Some(Permission::Operate), true),
        with("admin", basic("admin"), Some(Permission::Administer), true),
        with("the session of dev", session("dev").await, Some(Permission::View), true),
        with("the session of admin", session("admin").await, Some(Permission::Administer), true),
        with("a reading key of admin", key("reads", "admin", None, Permission::View, 1), Some(Permission::View), true),
        with("an operating key of admin", key("operates", "admin", None, Permission::Operate, 1), Some(Permission::Operate), true),
        with(
            "a key of admin for ops",
            key("for-ops", "admin", Some("ops"), Permission::Operate, 1),
            Some(Permission::Operate),
            false,
        ),
        with(
            "a wide key of admin for dev",
            key("for-dev", "admin", Some("dev"), Permission::Administer, 1),
            Some(Permission::Operate),
            true,
        ),
        with("the key of admin", key("all", "admin", None, Permission::Administer, 1), Some(Permission::Administer), true),
        with("a greedy key of dev", key("greedy", "dev", Some("admin"), Permission::Administer, 1), Some(Permission::View), false),
        with("a key of operator", key("operator", "operator", None, Permission::Administer, 1), Some(Permission::Operate), true),
    ];
    fs::write(app.folder().join("keys.yaml"), keys_text(&keys)).unwrap();
    let known = callers.iter().find(|caller| caller.name == "the key of admin").unwrap();
    waiting::until("the keys are known", async || {
        let question = Question { method: Method::GET, path: "/api/v1.0/status".to_owned(), body: None };
        send(app, &question, known).send().await.unwrap().status() == StatusCode::OK
    })
    .await;
    callers
}

/// The number of the open incident of `for-dev`.
async fn incident(app: &TestApp) -> Option<u64> {
    incident_of(app, "for-dev").await
}

async fn incident_of(app: &TestApp, service: &str) -> Option<u64> {
    let answer: Value = app.get_as("admin", "/api/v1.0/incidents?open=true").await.json().await.unwrap();
    let mut incidents = answer["result"]["incidents"].as_array().unwrap().iter();
    incidents.find(|incident| incident["service"] == service)?["id"].as_u64()
}

/// The request. An administrator creates its object first, because earlier callers may have deleted it.
async fn question(app: &TestApp, method: &'static str, path: &str) -> Question {
    const SILENCE: &str = r#"{"services": ["for-dev"], "minutes": 5}"#;
    let as_admin = async |method: Method, path: &str, body: &'static str| -> Value {
        let response = app.request(method, path).basic_auth("admin", Some("admin")).body(body).send().await.unwrap();
        response.json().await.unwrap()
    };
    let method = method.parse().unwrap();
    let (path, body) = match (&method, path) {
        (&Method::DELETE, "/api/v1.0/silences/{id}") => {
            let silence = as_admin(Method::POST, "/api/v1.0/silences", SILENCE).await;
            (path.replace("{id}", &silence["result"]["id"].to_string()), None)
        }
        (_, "/api/v1.0/silences/{id}/extend" | "/rpc/extend" | "/silences (extend)") => {
            let silence = as_admin(Method::POST, "/api/v1.0/silences", SILENCE).await;
            let id = silence["result"]["id"].to_string();
            match path {
                "/rpc/extend" => (path.to_owned(), Some(format!(r#"{{"id": {id}, "request": {{"minutes": 5}}}}"#))),
                "/silences (extend)" => form(path, &format!("action=extend&id={id}&minutes=5")),
                _ => (path.replace("{id}", &id), Some(r#"{"minutes": 5}"#.to_owned())),
            }
        }
        (_, "/api/v1.0/incidents/{id}/acknowledgement") => {
            let path = path.replace("{id}", &incident(app).await.unwrap().to_string());
            if method == Method::DELETE {
                as_admin(Method::PUT, &path, "{}").await;
            }
            (path, Some("{}".to_owned()))
        }
        (&Method::POST, "/api/v1.0/silences") => (path.to_owned(), Some(SILENCE.to_owned())),
        (&Method::POST, "/login") => (path.to_owned(), Some("username=dev&password=wrong".to_owned())),
        (_, "/silences (silence)") => form(path, "action=silence&services=for-dev&minutes=5"),
        (_, "/silences (end)") => {
            let silence = as_admin(Method::POST, "/api/v1.0/silences", SILENCE).await;
            form(path, &format!("action=end&id={}", silence["result"]["id"]))
        }
        (&Method::POST, "/incidents (acknowledge)" | "/incidents/{id} (acknowledge)") => {
            let incident = incident(app).await.unwrap();
            form(&path.replace("{id}", &incident.to_string()), &format!("action=acknowledge&incident={incident}"))
        }
        (&Method::POST, "/incidents (unacknowledge)" | "/incidents/{id} (unacknowledge)") => {
            let incident = incident(app).await.unwrap();
            as_admin(Method::PUT, &format!("/api/v1.0/incidents/{incident}/acknowledgement"), "{}").await;
            form(&path.replace("{id}", &incident.to_string()), &format!("action=unacknowledge&incident={incident}"))
        }
        (_, "/api/v1.0/incidents/{id}/notes") => {
            let incident = incident(app).await.unwrap();
            (path.replace("{id}", &incident.to_string()), Some(r#"{"text": "restarting it"}"#.to_owned()))
        }
        (_, "/rpc/add_note") => {
            let incident = incident(app).await.unwrap();
            (path.to_owned(), Some(format!(r#"{{"incident": {incident}, "text": "restarting it"}}"#)))
        }
        (_, "/incidents/{id} (note)") => {
            let incident = incident(app).await.unwrap();
            form(&path.replace("{id}", &incident.to_string()), &format!("action=note&incident={incident}&text=a+note"))
        }
        (_, "/incidents/{id}" | "/api/v1.0/incidents/{id}") => {
            (path.replace("{id}", &incident(app).await.unwrap().to_string()), None)
        }
        (_, "/rpc/incident" | "/rpc/incident_history") => {
            (path.to_owned(), Some(format!(r#"{{"id": {}}}"#, incident(app).await.unwrap())))
        }
        (_, "/rpc/incidents") => {
            let filter = r#"{"status": null, "state": null, "group": null, "search": ""}"#;
            (path.to_owned(), Some(format!(r#"{{"request": {{"filter": {filter}, "from": null, "to": null, "before": null}}}}"#)))
        }
        (_, "/rpc/matching") => (path.to_owned(), Some(r#"{"texts": []}"#.to_owned())),
        (&Method::POST, "/api/v1.0/keys") => (path.to_owned(), Some(new_key())),
        (&Method::DELETE, "/api/v1.0/keys/{id}") => (path.replace("{id}", &key_id(app).await), None),
        (_, "/rpc/create_key") => (path.to_owned(), Some(format!(r#"{{"request": {}}}"#, new_key()))),
        (_, "/rpc/revoke_key") => (path.to_owned(), Some(format!(r#"{{"id": {}}}"#, key_id(app).await))),
        (_, "/settings/users (create_key)") => form(path, &format!("action=create_key&name={}&user=dev", unique())),
        (_, "/settings/users (revoke_key)") => form(path, &format!("action=revoke_key&id={}", key_id(app).await)),
        (_, "/settings/channels (test)") => form(path, "action=test&channel=ops"),
        (_, "/rpc/test_channel") => (path.to_owned(), Some(r#"{"channel": "ops"}"#.to_owned())),
        (_, "/settings (reset)") => form(path, "action=reset&confirmed=true"),
        (_, "/api/v1.0/services/{id}/check") => {
            as_admin(Method::POST, "/api/v1.0/services/for-dev/resume", "").await;
            (path.replace("{id}", "for-dev"), None)
        }
        (_, "/rpc/service" | "/rpc/service_figures" | "/rpc/resume") => (path.to_owned(), Some(r#"{"id": "for-dev"}"#.to_owned())),
        (_, "/rpc/check_now") => {
            as_admin(Method::POST, "/api/v1.0/services/for-dev/resume", "").await;
            (path.to_owned(), Some(r#"{"id": "for-dev"}"#.to_owned()))
        }
        (_, "/services/{id} (check)" | "/services/{id} (pause)" | "/services/{id} (resume)") => {
            let action = path.trim_start_matches("/services/{id} (").trim_end_matches(')');
            form(&path.replace("{id}", "for-dev"), &format!("action={action}&service=for-dev"))
        }
        (_, "/rpc/pause") => (path.to_owned(), Some(r#"{"id": "for-dev", "request": {"minutes": 5}}"#.to_owned())),
        (_, "/rpc/service_history") => {
            let range = r#"{"id": "for-dev", "range": {"from": 0, "to": 9999999999999, "node": null, "points": 10}}"#;
            (path.to_owned(), Some(range.replace(": 0,", &format!(": {},", chrono::Utc::now().timestamp_millis() - 60_000))))
        }
        (_, "/rpc/create_silence") => (path.to_owned(), Some(format!(r#"{{"request": {SILENCE}}}"#))),
        (_, "/rpc/end_silence") => {
            let silence = as_admin(Method::POST, "/api/v1.0/silences", SILENCE).await;
            (path.to_owned(), Some(format!(r#"{{"id": {}}}"#, silence["result"]["id"])))
        }
        (_, "/rpc/withdraw_acknowledgement") => {
            let incident = incident(app).await.unwrap();
            as_admin(Method::PUT, &format!("/api/v1.0/incidents/{incident}/acknowledgement"), "{}").await;
            (path.to_owned(), Some(format!(r#"{{"incident": {incident}}}"#)))
        }
        (_, "/rpc/acknowledge") => {
            let incident = incident(app).await.unwrap();
            (path.to_owned(), Some(format!(r#"{{"incident": {incident}, "request": {{}}}}"#)))
        }
        (_, path) if path.starts_with("/rpc/") => (path.to_owned(), Some("{}".to_owned())),
        (_, path) => (path.replace("{id}", "for-dev").replace("{name}", "ops").replace("{*address}", "t/fail"), None),
    };
    Question { method, path, body }
}

/// Names of keys are unique.
fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("key-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn new_key() -> String {
    format!(r#"{{"name": "{}", "user": "dev"}}"#, unique())
}

/// The id of a key that an administrator has just created.
async fn key_id(app: &TestApp) -> String {
    let request = app.request(Method::POST, "/api/v1.0/keys").basic_auth("admin", Some("admin")).body(new_key());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["result"]["id"].to_string()
}

/// The address of a form and its fields.
fn form(path: &str, fields: &str) -> (String, Option<String>) {
    let (address, _) = path.split_once(' ').unwrap();
    (address.to_owned(), Some(fields.to_owned()))
}

fn send(app: &TestApp, question: &Question, caller: &Caller) -> RequestBuilder {
    let mut request = app.request(question.method.clone(), &question.path);
    if let Some(body) = &question.body {
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        request = request.header("content-type", kind).body(body.clone());
    }
    caller.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
}
