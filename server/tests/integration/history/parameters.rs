use super::{SERVICES, refusal, result};
use crate::test_app::TestApp;
use reqwest::StatusCode;

#[tokio::test]
async fn bad_parameters_are_named_with_what_is_expected() {
    let app = TestApp::start(SERVICES).await;
    for (address, expected) in [
        ("/services?from=-1h", "`from`: unknown parameter; known parameters: tz"),
        ("/services/shop?tz=Berlin", "`tz`: expected the name of a time zone"),
        ("/services/shop/history?from=yesterday", "`from`: expected an instant such as 2026-10-25T09:00:00Z"),
        ("/services/shop/history?from=-1h&to=-2h", "`from`: expected an instant before `to`"),
        ("/services/shop/history?from=-99y", "`from`: history is kept for 3650 days"),
        ("/services/shop/history?points=0", "`points`: expected a whole number from 1 to 2000, not `0`"),
        ("/services/shop/history?points=2001", "`points`: expected a whole number from 1 to 2000, not `2001`"),
        ("/services/shop/history?point=1", "`point`: unknown parameter; did you mean `points`?"),
        ("/services/shop/history?points=1&points=2", "`points`: given twice; give it once"),
        ("/services/shop/incidents?limit=1001", "`limit`: expected a whole number from 1 to 1000, not `1001`"),
        ("/services/shop/incidents?open=true", "`open`: unknown parameter"),
        ("/incidents?open=false", "`open`: expected `true`, not `false`"),
        ("/incidents?limit=all", "`limit`: expected a whole number from 1 to 1000, not `all`"),
        ("/report?maintenance=no", "`maintenance`: expected `include` or `exclude`, not `no`"),
        ("/report?format=xml", "`format`: expected `json` or `csv`, not `xml`"),
        ("/report?tz=europe/berlin", "did you mean `Europe/Berlin`?"),
        ("/report?from=2026-02-01&to=2026-01-01&format=csv", "`from`: expected an instant before `to`"),
        ("/report?from=%00%22%3Cscript%3E", "not ` \"<script>`"),
    ] {
        let (status, error) = refusal(&app, "admin", address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}: {error}");
        assert!(error.contains(expected), "{address}: {error}");
    }
}

#[tokio::test]
async fn times_are_taken_in_many_forms() {
    let app = TestApp::start(SERVICES).await;
    let address = |parameters: &str| format!("/report?{parameters}");
    for (parameters, from, to) in [
        ("from=2026-01-01T12:00&to=2026-01-03T12:00", "2026-01-01T12:00:00Z", "2026-01-03T12:00:00Z"),
        ("from=1767225600&to=1767312000", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("from=2026-01-01T00:00:00+01:00&to=2026-01-02", "2025-12-31T23:00:00Z", "2026-01-02T00:00:00Z"),
        ("from=2026-01-01&to=2026-01-02&tz=America/New_York", "2026-01-01T00:00:00-05:00", "2026-01-02T00:00:00-05:00"),
    ] {
        let history = result(&app, "admin", &format!("/services/shop/history?{parameters}")).await;
        assert_eq!((history["from"].as_str(), history["to"].as_str()), (Some(from), Some(to)), "{parameters}");
        result(&app, "admin", &address(parameters)).await;
    }
}
