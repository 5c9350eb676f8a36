//! The metrics that checks report, over time.

use super::{refusal, result};
use crate::test_app::{PATIENCE, TestApp};
use crate::waiting;
use checks::CheckTypes;
use history::Retention;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use storage::sqlite::SqliteStore;
use storage::{FormerIds, Store, writer};

const SERVICES: &str = r#"
disk: {role: dev, type: exec, properties: {host: box, command: [sh, -c, "echo 'OK | used=12.5GB;80;90 load=2'"]}, data: {type: Infra, name: Disk}}
"#;

async fn started(folder: &Path) -> TestApp {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::beside(folder));
    let start = writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await.unwrap();
    TestApp::start_on(start, "check_interval: 1\n", SERVICES, &CheckTypes::built_in()).await
}

/// The number of values of the first metric.
fn count(answer: &Value) -> u64 {
    let points = answer["nodes"][0]["metrics"][0]["points"].as_array().cloned().unwrap_or_default();
    points.iter().map(|point| point["count"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn metrics_are_kept_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let app = started(folder.path()).await;
    let kept = waiting::eventually(async || {
        let answer = result(&app, "dev", "/services/disk/metrics?from=-1h&points=1").await;
        if count(&answer) >= 2 { Ok(answer) } else { Err(answer) }
    })
    .await;
    let of_node = result(&app, "dev", "/services/disk/metrics?from=-1h&points=1&node=box").await;
    assert!(count(&of_node) >= count(&kept), "{of_node}");
    let metrics = &kept["nodes"][0]["metrics"];
    let names = |metric: &Value| [metric["name"].clone(), metric["unit"].clone()];
    assert_eq!([names(&metrics[0]), names(&metrics[1])], [[json!("load"), json!("")], [json!("used"), json!("GB")]]);
    let point = &metrics[1]["points"][0];
    assert_eq!([&point["minimum"], &point["mean"], &point["maximum"]], [&json!(12.5); 3]);
    assert_eq!((&kept["nodes"][0]["node"], &kept["service"]), (&json!("box"), &json!("disk")));

    let page = app.get_as("dev", "/services/disk").await.text().await.unwrap();
    assert!(page.contains("class=\"small-chart\"") && page.contains("used: from 12.5 GB to 12.5 GB, latest 12.5 GB"), "{page}");

    for (user, address, expected) in [("ops", "/services/disk/metrics", 404), ("dev", "/services/disk/metrics?node=x", 400)] {
        assert_eq!(refusal(&app, user, address).await.0.as_u16(), expected, "{address} as {user}");
    }
    let before = count(&result(&app, "dev", "/services/disk/metrics?from=-1h").await);
    app.stop().await;
    let app = started(folder.path()).await;
    let after = count(&result(&app, "dev", "/services/disk/metrics?from=-1h").await);
    assert!(after >= before, "{after} after the restart, {before} before");
    app.stop().await;
}
