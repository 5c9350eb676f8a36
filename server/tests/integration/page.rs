//! The page without JavaScript, and its session.

use crate::command_line::Running;
use crate::notify::services;
use crate::notify::switch::{check_types, switch};
use crate::test_app::{PATIENCE, TestApp, configuration, cookie};
use model::State;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};

const SERVICES: &str = "
shop: {role: dev, type: rest_http, properties: {host: shop.invalid, username: monitor, password: marker-password,
  request_headers: {X-Key: marker-header}}, data: {type: App, name: Shop, url: '/health?key=marker-query', search: healthy}}
typo: {type: rest_http, properties: {host: a.example, prot: 80}, data: {type: App, name: Typo}}
";

async fn start() -> TestApp {
    TestApp::start_with("check_interval: 3600\n", SERVICES, &checks::CheckTypes::built_in()).await
}

fn location(response: &reqwest::Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_login_and_comes_back_to_where_they_wanted() {
    let app = start().await;
    let response = app.get("/").await;
    assert_eq!((response.status(), location(&response)), (StatusCode::SEE_OTHER, "/login"));
    let response = app.get("/settings?a=b").await;
    assert_eq!(location(&response), "/login?next=%2Fsettings%3Fa%3Db");

    let page = app.get("/login?next=%2Fsettings").await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains("name=\"username\"") && page.contains("name=\"password\"") && page.contains("/settings"), "{page}");

    let (response, cookie) = app.log_in("dev", "dev", "/settings").await;
    assert_eq!((response.status(), location(&response)), (StatusCode::SEE_OTHER, "/settings"));
    let response = app.request(Method::GET, "/settings").header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_leads_back_with_a_message_and_no_session() {
    let app = start().await;
    let (response, cookie) = app.log_in("dev", "wrong", "//evil.example").await;
    assert_eq!((location(&response), cookie.as_str()), ("/login?failed=1&next=%2F", ""));
    let page = app.get("/login?failed=1").await.text().await.unwrap();
    assert!(page.contains("Wrong user name or password"), "{page}");
}

#[tokio::test]
async fn logging_out_ends_the_session_in_the_browser() {
    let app = start().await;
    let (_, session) = app.log_in("dev", "dev", "/").await;
    let request = app.request(Method::POST, "/logout").header("cookie", &session).header("sec-fetch-site", "same-origin");
    let response = request.send().await.unwrap();
    assert_eq!((response.status(), location(&response)), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(cookie(response.headers()), "platus_session=");
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn commands_from_other_sites_are_refused() {
    let app = start().await;
    let (_, session) = app.log_in("admin", "admin", "/").await;
    for path in ["/logout", "/rpc/flush", "/api/v1.0/flush_status"] {
        for (header, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let request = app.request(Method::POST, path).header("cookie", &session).header(header, value);
            assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{path} with {header}");
        }
    }
}

#[tokio::test]
async fn the_table_is_there_without_javascript() {
    let app = start().await;
    let response = app.get_as("admin", "/").await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let page = response.text().await.unwrap();
    for expected in ["<table", "Shop", "shop.invalid", "unknown", "did you mean `port`", "Typo", "0/3"] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
}

#[tokio::test]
async fn settings_never_show_what_could_be_secret() {
    let app = start().await;
    let page = app.get_as("admin", "/settings/configuration").await.text().await.unwrap();
    for shown in ["shop.invalid", "rest_http", "X-Key", "did you mean `port`", "services.yaml:4:55"] {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
    assert!(!page.contains("marker-") && !page.contains("/services.yaml:"), "{page}");
}

#[tokio::test]
async fn server_functions_say_who_may_call_them() {
    let app = start().await;
    let call = async |user: Option<&str>, function: &str| {
        let request = app.request(Method::POST, &format!("/rpc/{function}")).header("content-type", "application/json").body("{}");
        let request = match user {
            Some(user) => request.basic_auth(user, Some(user)),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert!(response.headers().get("www-authenticate").is_none(), "no login window of the browser");
        (response.status(), response.json::<Value>().await.unwrap())
    };
    for function in ["viewer", "board", "settings", "flush"] {
        assert_eq!(call(None, function).await, (StatusCode::UNAUTHORIZED, json!("Unauthorized")), "{function}");
    }
    assert_eq!(call(Some("dev"), "viewer").await, (StatusCode::OK, json!({"name": "dev", "admin": false, "operator": false})));
    assert_eq!(call(Some("dev"), "flush").await, (StatusCode::FORBIDDEN, json!("Forbidden")));
    assert_eq!(call(Some("admin"), "flush").await, (StatusCode::OK, Value::Null));
    let (status, board) = call(Some("dev"), "board").await;
    assert_eq!((status, board["rows"].as_array().unwrap().len()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn a_function_of_another_version_is_answered_in_plain_words() {
    let app = start().await;
    let response = app.request(Method::POST, "/rpc/unknown").basic_auth("dev", Some("dev")).body("{}").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let expected = json!({"Wrong": "The server does not have this function. Load the page again."});
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn an_address_where_nothing_is_has_a_page_that_says_so() {
    let app = start().await;
    let response = app.get_as("dev", "/nothing/here").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(response.text().await.unwrap().contains("There is no such page"));
}

#[tokio::test]
async fn a_row_with_markup_in_it_is_text() {
    let app = TestApp::start_with(
        "check_interval: 3600\n",
        "x: {role: dev, type: rest_http, properties: {host: '<img src=x>'}, data: {type: '</td><script>', name: '<b>bold</b>'}}",
        &checks::CheckTypes::built_in(),
    )
    .await;
    for path in ["/", "/settings", "/settings/configuration"] {
        let page = app.get_as("dev", path).await.text().await.unwrap();
        assert!(
            !page.contains("<img src=x>") && !page.contains("<b>bold</b>") && !page.contains("</td><script>"),
            "{path}: {page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_open_pages_at_once_all_get_them() {
    let app = start().await;
    let order = r#"{"services": ["shop"], "minutes": 60}"#;
    let silence = app.request(Method::POST, "/api/v1.0/silences").basic_auth("admin", Some("admin")).body(order);
    assert_eq!(silence.send().await.unwrap().status(), StatusCode::CREATED);
    for path in ["/", "/incidents", "/silences", "/settings"] {
        for _ in 0..10 {
            let answers = futures::future::join_all((0..20).map(|_| app.get_as("admin", path))).await;
            let statuses: Vec<_> = answers.iter().map(reqwest::Response::status).collect();
            assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{path}: {statuses:?}");
        }
    }
}

/// Clients that disconnect while their page is rendered, at whatever stage it is. Several threads render the parts of a page, and none
/// of them may panic.
#[test]
fn clients_that_disconnect_leave_no_panic_behind() {
    let mut services = String::new();
    for number in 0..60 {
        writeln!(services, "s{number}: {{type: heartbeat, interval: 3600, data: {{type: G{}, name: S{number}}}}}", number % 4)
            .unwrap();
    }
    let folder = configuration("check_interval: 3600\n", &services);
    let mut running = Running::serve(folder.path());
    for path in ["/", "/incidents"].iter().cycle().take(40) {
        let mut clients: Vec<_> = (0..16).map(|_| request(running.address(), path)).collect();
        let mut page = String::new();
        clients[0].read_to_string(&mut page).unwrap();
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("</html>"), "{page}");
        // The pages of the others are in the making, and they disconnect now.
        drop(clients);
    }

    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
    let log = running.log();
    let panics: Vec<_> = log.iter().filter(|line| line.contains("panicked")).collect();
    assert!(panics.is_empty(), "{panics:#?}");
}

/// A request as `admin` for the only answer of a connection.
fn request(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let authorization = "YWRtaW46YWRtaW4="; // admin:admin
    write!(stream, "GET {path} HTTP/1.1\r\nHost: platus\r\nAuthorization: Basic {authorization}\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream
}

#[tokio::test]
async fn a_document_has_only_the_rows_that_its_page_needs() {
    let services = services(&[("needed-row", ""), ("failing-row", ""), ("well-row", "")])
        + "hidden-row: {role: secret, type: switch, properties: {host: hidden-row}, data: {type: App, name: hidden-row}}\n";
    let app = TestApp::start_with("check_interval: 1\nretries_before_notify: 1\n", &services, &check_types()).await;
    for service in ["needed-row", "failing-row", "well-row", "hidden-row"] {
        app.until(service, "operational").await;
    }
    for service in ["failing-row", "hidden-row"] {
        switch(service, State::Down);
        app.until(service, "down").await;
    }
    let document = async |path: &str| app.get_as("operator", path).await.text().await.unwrap();
    let all = document("/").await;
    for (path, needed) in [
        ("/services/needed-row", &["needed-row"][..]),
        ("/incidents", &["failing-row"]),
        ("/silences", &[]),
        ("/settings", &[]),
        ("/silences?new", &["needed-row", "failing-row", "well-row"]),
    ] {
        let page = document(path).await;
        for service in ["needed-row", "failing-row", "well-row", "hidden-row"] {
            let (is_needed, is_in) = (needed.contains(&service), page.contains(service));
            // Of what fails elsewhere, the icon of the tab needs the state.
            let is_counted = service == "failing-row";
            assert!(is_in == (is_needed || is_counted), "{service} in {path}: {page}");
            assert!(!is_counted || page.contains("switched to down") == is_needed, "{service} in {path}: {page}");
        }
        assert!(page.contains("<span class=\"count down\">1<"), "the number of incidents in {path}: {page}");
    }
    assert!(all.contains("well-row") && !all.contains("hidden-row"), "{all}");
    app.stop().await;
}
