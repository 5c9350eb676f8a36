//! Who gets what, at every address.

use super::past::{Past, at};
use super::{SERVICES, refusal, result};
use chrono::{Duration, Utc};
use model::State::Down;
use reqwest::{Method, StatusCode};

/// Every address that tells of services; those of one service with that service.
const ADDRESSES: [&str; 10] = [
    "/services",
    "/services/shop",
    "/services/shop/history",
    "/services/shop/incidents",
    "/incidents",
    "/incidents?open=true",
    "/report?from=2026-01-01&to=2026-02-01",
    "/report?from=2026-01-01&to=2026-02-01&format=csv",
    "/services/mail",
    "/services/mail/history",
];

fn past() -> Past {
    let mut past = Past::default();
    for (service, node) in [("shop", "node-of-shop"), ("mail", "node-of-mail"), ("gone", "node-of-gone")] {
        let id = past.node(service, node);
        past.was(id, Down, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        past.incident(id, at("2026-01-01T00:00:00Z"), None, Down);
        past.checked(id, Down, Utc::now() - Duration::hours(2), Utc::now() - Duration::hours(1), 1000);
        past.transition(id, Utc::now() - Duration::hours(2), Down, Down);
    }
    past
}

#[tokio::test]
async fn everybody_sees_their_own_and_nothing_of_others() {
    let app = past().start(SERVICES).await;
    for (user, own) in [("admin", &["shop", "mail"][..]), ("dev", &["shop"]), ("ops", &["mail"]), ("superadmin", &[])] {
        for address in ADDRESSES {
            let response = app.get_as(user, &format!("/api/v1.0{address}")).await;
            let status = response.status();
            let text = response.text().await.unwrap();
            let of_one = ["shop", "mail"].into_iter().find(|service| address.contains(service));
            let refused = of_one.is_some_and(|service| !own.contains(&service));
            assert_eq!(status, if refused { StatusCode::NOT_FOUND } else { StatusCode::OK }, "{address} as {user}: {text}");
            for service in ["shop", "mail", "gone"] {
                let expected = own.contains(&service) && of_one.is_none_or(|one| one == service);
                let is_told = text.contains(&format!("\"{service}\"")) || text.contains(&format!("\n{service},"));
                assert_eq!(is_told, expected, "{service} at {address} as {user}: {text}");
                let has_history = expected && !["/services", "/services/shop", "/services/mail"].contains(&address);
                let is_told = text.contains(&format!("node-of-{service}"));
                assert_eq!(is_told, has_history, "the node of {service} at {address} as {user}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn what_somebody_may_not_see_looks_like_what_does_not_exist() {
    let app = past().start(SERVICES).await;
    for rest in ["", "/history", "/incidents", "/history?from=nonsense", "/incidents?limit=0", "?nonsense=1"] {
        let absent = refusal(&app, "dev", &format!("/services/absent{rest}")).await;
        assert_eq!(absent.0, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(refusal(&app, "dev", &format!("/services/mail{rest}")).await, absent, "{rest}");
        assert_eq!(refusal(&app, "superadmin", &format!("/services/shop{rest}")).await, absent, "{rest}");
        // It has history and is not configured any more.
        assert_eq!(refusal(&app, "admin", &format!("/services/gone{rest}")).await, absent, "{rest}");
    }
}

#[tokio::test]
async fn nobody_gets_anything_without_a_login() {
    let app = Past::default().start(SERVICES).await;
    for address in ADDRESSES {
        let response = app.get(&format!("/api/v1.0{address}")).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{address}");
        let response = app.post_as("admin", &format!("/api/v1.0{address}")).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{address}");
        let response = app.request(Method::HEAD, &format!("/api/v1.0{address}")).basic_auth("admin", Some("admin"));
        assert_eq!(response.send().await.unwrap().status(), StatusCode::OK, "{address}");
    }
    let answer = result(&app, "superadmin", "/incidents").await;
    assert_eq!(answer["incidents"].as_array().map(Vec::len), Some(0));
}
