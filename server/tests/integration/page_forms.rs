//! The forms of the page, as a browser without JavaScript sends them.

use crate::channels::receiver::{Receiver, Reply};
use crate::test_app::TestApp;
use crate::waiting;
use checks::CheckTypes;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

const SERVICES: &str = "
shop: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {type: App, name: Shop}}
mail: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {type: App, name: Mail}}
";

/// Sends a form with these fields, as this user.
async fn send(app: &TestApp, user: &str, path: &str, fields: &[(&str, &str)], site: &str) -> Response {
    let (_, cookie) = app.log_in(user, user, "/").await;
    let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = app.request(Method::POST, path).header("cookie", cookie).header("sec-fetch-site", site);
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(body)
        .send()
        .await
        .unwrap()
}

#[track_caller]
fn assert_leads_to(response: &Response, path: &str) {
    assert_eq!((response.status(), response.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, path));
}

async fn silences(app: &TestApp) -> Vec<Value> {
    let answer: Value = app.get_as("admin", "/api/v1.0/silences").await.json().await.unwrap();
    answer["result"].as_array().unwrap().clone()
}

#[tokio::test]
async fn silences_are_made_and_ended() {
    let app = TestApp::start(SERVICES).await;
    let common = [("action", "silence"), ("minutes", "60"), ("comment", "a release")];
    let with = |fields: &[(&'static str, &'static str)]| common.iter().chain(fields).copied().collect::<Vec<_>>();
    for (fields, kind, services) in [
        (with(&[("kind", "silence"), ("service", "Shop")]), "silence", &["shop"][..]),
        (with(&[("kind", "maintenance"), ("services", "shop"), ("service", "App")]), "maintenance", &["shop", "mail"]),
        (with(&[("kind", "silence"), ("all", "true"), ("begins", "2099-01-01T09:30")]), "", &[]),
        (with(&[("kind", "silence"), ("all", "true")]), "silence", &[]),
    ] {
        let response = send(&app, "admin", "/silences", &fields, "same-origin").await;
        if kind.is_empty() {
            // It is read, and too far in the future.
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
            assert!(response.text().await.unwrap().contains("it must end within a year"));
            continue;
        }
        assert_leads_to(&response, "/silences");
        let silence = silences(&app).await.remove(0);
        assert_eq!((&silence["kind"], &silence["comment"]), (&kind.into(), &"a release".into()), "{silence}");
        let expected = if services.is_empty() { Value::Null } else { Value::from(services) };
        assert_eq!(silence["services"], expected);
        let id = silence["id"].to_string();
        let page = app.get_as("admin", "/silences").await.text().await.unwrap();
        assert!(page.contains(&format!("data-silence=\"{id}\"")), "{page}");
        assert_leads_to(&send(&app, "admin", "/silences", &[("action", "end"), ("id", &id)], "same-origin").await, "/silences");
        assert!(silences(&app).await.is_empty());
    }
}

#[tokio::test]
async fn recurring_silences_are_made_and_ended() {
    let app = TestApp::start(SERVICES).await;
    let common = [("action", "silence"), ("kind", "maintenance"), ("service", "Shop"), ("minutes", "60"), ("begins", "")];
    let times = [("starts", "22:00"), ("stops", "04:30"), ("repeats_in", "Asia/Kolkata"), ("month_days", ""), ("week", "first")];
    let with = |fields: &[(&'static str, &'static str)]| common.iter().chain(&times).chain(fields).copied().collect::<Vec<_>>();
    let times = r#""from": "22:00", "to": "04:30", "zone": "Asia/Kolkata""#;
    for (fields, expected) in [
        (with(&[("repeats", "weekly"), ("days", "mon"), ("days", "sun")]), format!(r#"{{"days": ["mon", "sun"], {times}}}"#)),
        (with(&[("repeats", "monthly"), ("days", "sun")]), format!(r#"{{"days": ["sun"], "week": "first", {times}}}"#)),
    ] {
        assert_leads_to(&send(&app, "admin", "/silences", &fields, "same-origin").await, "/silences");
        let silence = silences(&app).await.remove(0);
        assert_eq!(silence["recurrence"], serde_json::from_str::<Value>(&expected).unwrap(), "{silence}");
        assert_eq!((&silence["kind"], &silence["services"]), (&"maintenance".into(), &Value::from(vec!["shop"])));
        let id = silence["id"].to_string();
        let page = app.get_as("admin", "/silences").await.text().await.unwrap();
        assert!(page.contains(&format!("data-silence=\"{id}\"")) && page.contains("22:00 to 04:30, Asia/Kolkata"), "{page}");
        assert_leads_to(&send(&app, "admin", "/silences", &[("action", "end"), ("id", &id)], "same-origin").await, "/silences");
        assert!(silences(&app).await.is_empty());
    }
    for (fields, reason) in [
        (with(&[("repeats", "weekly")]), "Select a day of the week."),
        (with(&[("repeats", "month_days"), ("month_days", "40")]), "Enter a day of the month."),
    ] {
        let refused = send(&app, "admin", "/silences", &fields, "same-origin").await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let page = refused.text().await.unwrap();
        assert!(page.contains(reason) && page.contains("role=\"alert\""), "{page}");
    }
    assert!(silences(&app).await.is_empty());
}

#[tokio::test]
async fn incidents_are_acknowledged() {
    let app = TestApp::start(SERVICES).await;
    let open = async || -> Vec<Value> {
        let answer: Value = app.get_as("admin", "/api/v1.0/incidents?open=true").await.json().await.unwrap();
        answer["result"]["incidents"].as_array().unwrap().clone()
    };
    waiting::until("there is an incident", async || !open().await.is_empty()).await;
    let incident = open().await.remove(0)["id"].to_string();
    let fields = [("action", "acknowledge"), ("incident", incident.as_str()), ("comment", " looking ")];
    let page = format!("/incidents/{incident}");
    for path in ["/incidents", page.as_str()] {
        assert_leads_to(&send(&app, "admin", path, &fields, "same-origin").await, path);
        let acknowledgement = silences(&app).await.remove(0);
        assert_eq!((&acknowledgement["kind"], &acknowledgement["comment"]), (&"acknowledgement".into(), &"looking".into()));
        let fields = [("action", "unacknowledge"), ("incident", incident.as_str())];
        assert_leads_to(&send(&app, "admin", path, &fields, "same-origin").await, path);
        assert!(silences(&app).await.is_empty());
    }
}

#[tokio::test]
async fn several_incidents_are_acknowledged_at_once() {
    let app = TestApp::start(SERVICES).await;
    let open = async || -> Vec<Value> {
        let answer: Value = app.get_as("admin", "/api/v1.0/incidents?open=true").await.json().await.unwrap();
        answer["result"]["incidents"].as_array().unwrap().clone()
    };
    waiting::until("there are two incidents", async || open().await.len() == 2).await;
    let ids: Vec<String> = open().await.iter().map(|incident| incident["id"].to_string()).collect();
    let mut fields = vec![("action", "acknowledge")];
    fields.extend(ids.iter().map(|id| ("incident", id.as_str())));
    assert_leads_to(&send(&app, "admin", "/incidents", &fields, "same-origin").await, "/incidents");
    assert_eq!(silences(&app).await.len(), 2);
    fields.push(("incident", "x"));
    let wrong = send(&app, "admin", "/incidents", &fields, "same-origin").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert!(wrong.text().await.unwrap().contains("The field `incident` is not a number."));
}

#[tokio::test]
async fn all_states_are_reset_after_a_confirmation() {
    let app = TestApp::start(SERVICES).await;
    let response = send(&app, "admin", "/settings", &[("action", "reset")], "same-origin").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("Confirm that all states are to be reset."));
    let confirmed = [("action", "reset"), ("confirmed", "true")];
    assert_leads_to(&send(&app, "admin", "/settings", &confirmed, "same-origin").await, "/settings?reset=1");
    let page = app.get_as("admin", "/settings?reset=1").await.text().await.unwrap();
    assert!(page.contains("All states are reset."), "{page}");
}

#[tokio::test]
async fn channels_are_tested() {
    let (well, away) = (Receiver::start(), Receiver::answering(vec![Reply::status(503)]));
    let channel = |name: &str, receiver: &Receiver| {
        format!("  - {{type: webhook, name: {name}, data: {{url: '{}'}}}}\n", receiver.url("/s3cret"))
    };
    let config = format!("notify: true\nnotify_backend:\n{}{}", channel("well", &well), channel("away", &away));
    let app = TestApp::start_with(&config, SERVICES, &CheckTypes::built_in()).await;
    let test = async |user: &str, channel: &str, site: &str| {
        send(&app, user, "/settings/channels", &[("action", "test"), ("channel", channel)], site).await
    };
    for (user, channel, site, status) in [
        ("dev", "well", "same-origin", StatusCode::FORBIDDEN),
        ("admin", "well", "cross-site", StatusCode::FORBIDDEN),
        ("admin", "nothing", "same-origin", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(test(user, channel, site).await.status(), status, "{channel} as {user} from {site}");
    }
    assert!(well.requests().is_empty());
    assert_leads_to(&test("admin", "well", "same-origin").await, "/settings/channels?tested=well");
    well.only_request();
    let page = app.get_as("admin", "/settings/channels?tested=well").await.text().await.unwrap();
    assert!(page.contains("<b>Delivered</b>"), "{page}");

    for (channel, status, reason) in [
        ("away", StatusCode::SERVICE_UNAVAILABLE, "Test of away: Not delivered after "),
        ("well", StatusCode::TOO_MANY_REQUESTS, "Not tested: this channel was tested less than 10 s ago; try again later."),
    ] {
        let response = test("admin", channel, "same-origin").await;
        assert_eq!(response.status(), status, "{channel}");
        let page = response.text().await.unwrap();
        assert!(page.contains(reason) && page.contains("<h1>Channels</h1>") && page.contains("role=\"alert\""), "{page}");
        assert!(!page.contains("s3cret"), "{page}");
    }
}

#[tokio::test]
async fn a_refused_form_is_answered_by_its_page_with_the_reason() {
    let app = TestApp::start(SERVICES).await;
    let silence = [("action", "silence"), ("kind", "silence"), ("service", "Shop"), ("minutes", "60")];
    for (user, path, fields, status, reason) in [
        ("dev", "/silences", &silence[..], StatusCode::FORBIDDEN, "This needs the role operator or admin."),
        ("admin", "/silences", &silence[..2], StatusCode::BAD_REQUEST, "Select a service."),
        ("admin", "/silences", &[("action", "end"), ("id", "77")], StatusCode::NOT_FOUND, "It no longer exists."),
        ("admin", "/silences", &[("action", "end"), ("id", "x")], StatusCode::BAD_REQUEST, "The field `id` is not a number."),
        ("admin", "/incidents", &[("action", "acknowledge")], StatusCode::BAD_REQUEST, "The field `incident` is not a number."),
        ("admin", "/incidents", &[("action", "acknowledge"), ("incident", "77")], StatusCode::NOT_FOUND, "It no longer exists."),
        ("dev", "/silences", &[("action", "acknowledge"), ("incident", "77")], StatusCode::BAD_REQUEST, "This form is unknown."),
        ("admin", "/silences", &[("action", "reset")], StatusCode::BAD_REQUEST, "This form is unknown."),
        ("dev", "/settings", &[("action", "reset"), ("confirmed", "true")], StatusCode::FORBIDDEN, "This needs the role admin."),
    ] {
        let response = send(&app, user, path, fields, "same-origin").await;
        assert_eq!(response.status(), status, "{fields:?} as {user}");
        let page = response.text().await.unwrap();
        let heading = match path {
            "/silences" => "<h1>Silences and maintenance</h1>",
            "/incidents" => "<h1>Incidents</h1>",
            _ => "<h1>Health<",
        };
        assert!(page.contains(reason) && page.contains(heading) && page.contains("role=\"alert\""), "{fields:?}: {page}");
    }
    // Another site gets neither a page nor a silence.
    let foreign = send(&app, "admin", "/silences", &silence, "cross-site").await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert!(!foreign.text().await.unwrap().contains("<h1>Silences and maintenance</h1>"));
    assert!(silences(&app).await.is_empty());
}

#[tokio::test]
async fn the_page_of_alerts_has_moved() {
    let app = TestApp::start(SERVICES).await;
    for (old, new) in [
        ("/alerts", "/incidents"),
        ("/alerts?incident=7", "/incidents/7?acknowledge"),
        ("/alerts?service=shop", "/silences?new&service=shop"),
    ] {
        let (_, cookie) = app.log_in("dev", "dev", "/").await;
        let response = app.request(Method::GET, old).header("cookie", cookie).send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        assert_eq!((response.status(), location), (StatusCode::PERMANENT_REDIRECT, new));
    }
}
