use super::{SERVICES, refusal, result};
use crate::targets::targets;
use crate::test_app::TestApp;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn services_are_listed_with_their_current_nodes() {
    let services = format!(
        "web: {{type: rest_http, role: dev, properties: {{host: 127.0.0.1, port: {}, protocol: http}}, \
         data: {{type: App, name: Web, url: /ok}}}}\n{SERVICES}",
        targets().port("HTTP")
    );
    let app = TestApp::start(&services).await;
    app.until("Web", "operational").await;
    app.until("Shop", "down").await;
    let all = result(&app, "admin", "/services").await;
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|service| service["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["shop", "web", "mail"], "by type, then name");

    let web = result(&app, "dev", "/services/web").await;
    let node = &web["nodes"][0];
    let expected = json!({
        "id": "web",
        "type": "App",
        "name": "Web",
        "plugin": "rest_http",
        "interval": 1.0,
        "nodes": [{
            "node": "127.0.0.1",
            "state": "operational",
            "since": node["since"],
            "checked": node["checked"],
            "elapsed": node["elapsed"],
            "retries": 0,
            "last_state": "operational",
        }],
    });
    // Since then the answer has more keys; `service_page` tests them.
    let mut known = web.clone();
    for key in ["timeout", "roles", "properties", "data", "next_check", "is_checking"] {
        known.as_object_mut().unwrap().remove(key);
    }
    for key in ["retry_limit", "phases", "expectations", "metrics", "notes"] {
        assert!(known["nodes"][0].as_object_mut().unwrap().remove(key).is_some(), "{web}");
    }
    assert_eq!(known, expected);
    for key in ["since", "checked"] {
        let text = node[key].as_str().unwrap();
        assert!(text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok(), "{text}");
    }
    let elapsed = node["elapsed"].as_f64().unwrap();
    assert!(elapsed > 0.0 && elapsed < 20.0, "{elapsed}");
    let shop = result(&app, "dev", "/services/shop?tz=Asia/Kolkata").await;
    assert_eq!(shop["nodes"][0]["message"], "connection refused by 127.0.0.1:9");
    assert!(shop["nodes"][0]["checked"].as_str().unwrap().ends_with("+05:30"), "{shop}");
}

#[tokio::test]
async fn a_service_that_was_never_checked_says_so() {
    let app = TestApp::start("shapeless: 7").await;
    let service = result(&app, "admin", "/services/shapeless").await;
    let node = &service["nodes"][0];
    assert_eq!((&node["state"], node.get("checked"), node.get("elapsed")), (&json!("unknown"), None, None));
    assert!(node["message"].is_string(), "{node}");
}

#[tokio::test]
async fn ids_hold_any_character() {
    let service = "{interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: x}}";
    let ids = ["a/b", "a b", "ä%2F?#&", "history", "..x", "\u{1F600}", "a\\b", "\"quoted\""];
    let services: String = ids.iter().map(|id| format!("{}: {service}\n", json!(id))).collect();
    let app = TestApp::start(&services).await;
    for id in ids {
        let escaped: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(result(&app, "admin", &format!("/services/{escaped}")).await["id"], id);
        for address in ["incidents", "history"] {
            result(&app, "admin", &format!("/services/{escaped}/{address}")).await;
        }
    }
    for address in ["/services/a", "/services/a%2Fb%2F", "/services/%FF", "/services/", "/services/a/b", "/services/%00"] {
        let (status, error) = refusal(&app, "admin", address).await;
        assert_eq!((status, error.as_str()), (StatusCode::NOT_FOUND, "There is nothing at this address"), "{address}");
    }
}

#[tokio::test]
async fn no_secret_is_shown() {
    let services = "web: {type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http, basic_auth: {username: bob, \
                    password: s3cr3t}}, data: {name: web}}";
    let app = TestApp::start(services).await;
    for address in ["services", "services/web", "services/web/history", "services/web/incidents", "incidents", "report"] {
        let text = app.get_as("admin", &format!("/api/v1.0/{address}")).await.text().await.unwrap();
        assert!(!text.contains("s3cr3t") && !text.contains("bob"), "{text}");
    }
}
