//! The history of Uptime Kuma, as Platus shows it after an import.

use super::kuma_database::{Version, create};
use super::{Imported, import};
use crate::channels::receiver::Receiver;
use crate::notify::{config, until_notified};
use crate::test_app::TestApp;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use tempfile::TempDir;

/// The minutes of an outage, counted back from now, of a monitor that tries twice again.
const FAILED: (i64, i64) = (1_500, 1_562);

/// Three days of checks, one a minute: of a target that failed for an hour yesterday, of one that was in maintenance for as long, and of a
/// group of databases.
fn rows() -> String {
    let (to, from) = FAILED;
    let beats = |monitor: i64, status: &str| {
        format!(
            "INSERT INTO heartbeat (monitor_id, status, msg, time, ping)
             WITH RECURSIVE ago(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ago WHERE n < 4320)
             SELECT {monitor}, {status}, CASE WHEN n BETWEEN {to} AND {from} THEN 'connect ECONNREFUSED' ELSE '200 - OK' END,
                 strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || n || ' minutes'), 12.5 FROM ago;"
        )
    };
    let failing = format!("CASE WHEN n > {to} + 60 AND n <= {from} THEN 2 WHEN n BETWEEN {to} AND {from} THEN 0 ELSE 1 END");
    let maintained = format!("CASE WHEN n BETWEEN {to} AND {from} THEN 3 ELSE 1 END");
    [
        "INSERT INTO monitor (id, name, type, url, interval, maxretries, expiry_notification)
             VALUES (1, 'Shop', 'http', 'http://127.0.0.1:9/', 60, 2, 0);
         INSERT INTO monitor (id, name, type, hostname, port, interval) VALUES (2, 'Mail', 'port', '127.0.0.1', 9, 60);
         INSERT INTO monitor (id, name, type, database_connection_string) VALUES (3, 'Documents', 'mongodb', 'mongodb://127.0.0.1:9');"
            .to_owned(),
        beats(1, &failing),
        beats(2, &maintained),
        beats(3, "1"),
        "INSERT INTO heartbeat (monitor_id, status, msg, time, ping) VALUES
             (1, 1, '', 'yesterday', 1), (1, 1, '', NULL, 1), (1, NULL, '', '2020-01-01 00:00:00', 1), (7, 1, '', '2020-01-01 00:00:00', 1),
             (2, 1, '', '2999-01-01 00:00:00.000', 1);"
            .to_owned(),
    ]
    .concat()
}

/// The folder of an import with a user. It lives as long as the process that it is for.
fn copy_of(imported: &Imported) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.yaml", "services.yaml", "platus.db"] {
        fs::copy(imported.folder().join(file), folder.path().join(file)).unwrap();
    }
    fs::write(folder.path().join("users.yaml"), "admin: {role: [admin], password: admin}\n").unwrap();
    folder
}

#[tokio::test]
async fn past_checks_incidents_and_availability_are_shown() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("kuma.db");
    create(&file, Version::Two, &rows());
    let before = fs::read(&file).unwrap();
    let imported = import(&["uptime-kuma", file.to_str().unwrap(), "--history"]);
    assert!(imported.said.contains("History: 8577 checks of 2 services, from "), "{}", imported.said);
    assert_eq!(fs::read(&file).unwrap(), before, "the database of Uptime Kuma is only read");
    let app = TestApp::start_in(copy_of(&imported)).await;
    let answer = async |path: &str| app.get_as("admin", path).await.json::<Value>().await.unwrap()["result"].take();
    let incidents = answer("/api/v1.0/services/shop/incidents").await;
    let past: Vec<&Value> = incidents["incidents"]
        .as_array()
        .unwrap_or_else(|| panic!("{incidents}"))
        .iter()
        .filter(|incident| !incident["ended"].is_null())
        .collect();
    assert_eq!(past.len(), 1, "{incidents}");
    let figures = answer("/api/v1.0/services/shop/figures").await;
    let of_days = |days: u64| {
        let all = figures["availability"].as_array().unwrap();
        all.iter().find(|entry| entry["days"] == days).unwrap()["with_maintenance"]["availability"].as_f64().unwrap()
    };
    // An hour and two minutes of three days; the checks since the start are too few to count.
    let expected = 1.0 - 62.0 / 4_320.0;
    assert!((of_days(7) - expected).abs() < 0.002, "{} instead of {expected}: {figures}", of_days(7));
    let history = answer("/api/v1.0/services/mail/history?from=-3d").await;
    assert!(history.to_string().len() > 1_000, "{history}");
    app.stop().await;
}

#[tokio::test]
async fn what_fails_after_the_import_is_a_new_incident() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("kuma.db");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let rows = format!(
        "INSERT INTO monitor (id, name, type, hostname, port, interval)
             VALUES (1, 'gone', 'port', '127.0.0.1', 9, 1), (2, 'back', 'port', '127.0.0.1', {port}, 1);
         INSERT INTO heartbeat (monitor_id, status, msg, time)
             WITH RECURSIVE ago(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ago WHERE n < 20), monitors(id) AS (VALUES (1), (2))
             SELECT id, n > 5, 'x', strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || n || ' minutes') FROM ago, monitors;"
    );
    create(&file, Version::Two, &rows);
    let folder = copy_of(&import(&["uptime-kuma", file.to_str().unwrap(), "--history"]));
    let receiver = Receiver::start();
    fs::write(folder.path().join("config.yaml"), config(&receiver)).unwrap();

    let app = TestApp::start_in(folder).await;
    app.until("back", "operational").await;
    until_notified(&receiver, &[("opened", "gone", "down")]).await;
    let incidents = async |service: &str| {
        let answer: Value = app.get_as("admin", &format!("/api/v1.0/services/{service}/incidents")).await.json().await.unwrap();
        answer["result"]["incidents"].as_array().unwrap().iter().map(|incident| incident["ended"].is_null()).collect::<Vec<_>>()
    };
    assert_eq!(incidents("gone").await, [true, false], "the open incident, and that of Uptime Kuma");
    assert_eq!(incidents("back").await, [false]);
    app.stop().await;
}

#[test]
fn a_backup_and_a_database_without_heartbeats_have_no_history() {
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.json");
    fs::write(&backup, r#"{"version": "1.23.0", "monitorList": []}"#).unwrap();
    let imported = import(&["uptime-kuma", backup.to_str().unwrap(), "--history"]);
    assert_eq!(imported.code, Some(2));
    assert!(imported.said.contains("a backup has no history; give kuma.db, or leave --history out"), "{}", imported.said);
    assert!(!imported.folder().exists());

    let file = folder.path().join("kuma.db");
    create(&file, Version::One, "DROP TABLE heartbeat; CREATE VIEW heartbeat AS SELECT 1 AS monitor_id;");
    let imported = import(&["uptime-kuma", file.to_str().unwrap(), "--history"]);
    assert_eq!(imported.code, Some(2));
    assert!(imported.said.contains("has no table `heartbeat`, and so no history"), "{}", imported.said);
}
