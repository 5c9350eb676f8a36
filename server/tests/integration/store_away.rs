//! The API and the page while the store is away: another process holds the lock of the database, as a backup that
//! hangs does.

use crate::test_app::{PATIENCE, TestApp};
use rusqlite::Connection;
use serde_json::Value;

const SERVICES: &str = "
shop: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {type: App, name: Shop}}
";

/// Blocks other writers until it is dropped.
struct Hold(Connection);

impl Hold {
    fn on(app: &TestApp) -> Self {
        let connection = Connection::open(app.folder().join("platus.db")).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(connection)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

async fn text(app: &TestApp, user: &str, path: &str) -> String {
    app.get_as(user, path).await.text().await.unwrap()
}

#[tokio::test]
async fn everybody_hears_that_history_cannot_be_saved_and_that_it_can_again() {
    const NOTICE: &str = "History cannot be saved since";
    let app = TestApp::start(SERVICES).await;
    let mut stream = app.events("dev", &[]).await;
    let seen = stream.until(|event| event.name == "status").await.id.unwrap();
    assert!(!text(&app, "dev", "/").await.contains(NOTICE));

    let hold = Hold::on(&app);
    let away = stream.until(|event| event.name == "store").await;
    assert_eq!(away.data["dropped_samples"], 0);
    assert!(away.data["since"].is_string(), "{away:?}");
    assert_eq!(away.data.as_object().unwrap().len(), 2, "nothing of the place is for everybody");
    for path in ["/", "/settings"] {
        let page = text(&app, "dev", path).await;
        assert!(page.contains(NOTICE), "{path}: {page}");
        assert!(!page.contains("platus.db"), "{path}: {page}");
    }
    assert!(text(&app, "dev", "/metrics").await.contains("\nplatus_store_up 0\n"));
    let settings = text(&app, "admin", "/settings").await;
    assert!(settings.contains("platus.db") && settings.contains("Unavailable since "), "{settings}");
    // Checks go on meanwhile.
    stream.until(|event| event.name == "status").await;

    drop(hold);
    let back = stream.until(|event| event.name == "store").await;
    assert_eq!(back.data, Value::Null);
    assert!(!text(&app, "dev", "/").await.contains(NOTICE));
    assert!(text(&app, "dev", "/metrics").await.contains("\nplatus_store_up 1\n"));

    // A client that was disconnected for the whole time gets both.
    let mut late = app.events("dev", &[("last-event-id", &seen)]).await;
    assert_eq!(late.until(|event| event.name == "store").await.id, away.id);
    assert_eq!(late.until(|event| event.name == "store").await.id, back.id);
}
