//! `/metrics`, as Prometheus reads it.

use crate::test_app::TestApp;
use reqwest::{Method, StatusCode};

const SERVICES: &str = "
shop: {role: dev, type: rest_http, properties: {host: shop.invalid}, data: {type: App, name: Shop}}
mail: {role: ops, type: rest_http, properties: {host: mail.invalid}, data: {type: App, name: Mail}}
";

async fn start() -> TestApp {
    TestApp::start_with("check_interval: 3600\n", SERVICES, &checks::CheckTypes::built_in()).await
}

#[tokio::test]
async fn metrics_ask_for_a_login_of_either_kind() {
    let app = start().await;
    let response = app.get("/metrics").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
    assert!(!response.text().await.unwrap().contains("platus_"));

    let (_, session) = app.log_in("dev", "dev", "/").await;
    let response = app.request(Method::GET, "/metrics").header("cookie", session).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let response = app.get_as("dev", "/metrics").await;
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
}

const CHANNEL: &str = "
check_interval: 3600
notify: true
notify_backend: {name: secret-pager, type: webhook, data: {url: 'http://127.0.0.1:9/'}}
";

#[tokio::test]
async fn metrics_name_channels_to_those_who_see_every_service() {
    let one = SERVICES.lines().nth(1).unwrap();
    for (services, user, expected) in [
        (SERVICES, "admin", true),
        (SERVICES, "dev", false),
        (SERVICES, "superadmin", false),
        (one, "dev", true),
        (one, "ops", false),
        ("{}", "admin", true),
        ("{}", "dev", false),
    ] {
        let app = TestApp::start_with(CHANNEL, services, &checks::CheckTypes::built_in()).await;
        let text = app.get_as(user, "/metrics").await.text().await.unwrap();
        assert!(text.contains("\nplatus_store_up 1\n"), "{text}");
        let are_named = text.contains("platus_channel_up{channel=\"secret-pager\",type=\"webhook\"}");
        assert_eq!((are_named, text.contains("platus_channel")), (expected, expected), "{user} of {services:?}: {text}");
    }
}

#[tokio::test]
async fn metrics_tell_of_the_store_and_of_the_nodes_that_the_caller_may_see() {
    let app = start().await;
    let text = app.get_as("dev", "/metrics").await.text().await.unwrap();
    assert!(text.contains("\nplatus_store_up 1\n"), "{text}");
    assert!(text.contains("\nplatus_store_dropped_samples_total 0\n"), "{text}");
    // Whoever could not be asked yet, or cannot be asked, is unknown.
    assert!(text.contains("\nplatus_node_state{service=\"shop\",node=\"shop.invalid\",state=\"unknown\"} 1\n"), "{text}");
    assert!(text.contains("\nplatus_node_state{service=\"shop\",node=\"shop.invalid\",state=\"down\"} 0\n"), "{text}");
    assert!(!text.contains("mail"), "{text}");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}
