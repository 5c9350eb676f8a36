//! `docs/adding-a-plugin.md` taken at its word: the file that it shows is added, and a service of it is watched.

mod file_age;

use crate::test_app::TestApp;
use checks::{CheckTypes, Host, Plugin};
use file_age::FileAge;
use model::{CheckError, Expectation, Observation};
use std::fs;
use std::time::{Duration, SystemTime};
use yaml::InvalidSetting;

#[test]
fn the_page_shows_the_file_that_is_tried_here() {
    let page = include_str!("../../../docs/adding-a-plugin.md");
    let file = include_str!("added_plugin/file_age.rs");
    assert!(page.contains(file), "docs/adding-a-plugin.md differs from server/tests/integration/added_plugin/file_age.rs");
}

#[tokio::test]
async fn a_plugin_that_was_added_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latest.tar");
    fs::write(&path, "backup").unwrap();
    let services = format!(
        "backup: {{type: file_age, interval: 1, properties: {{host: storage, path: '{}'}}, data: {{max_age: 3600}}}}",
        path.display()
    );
    let app = TestApp::start_with("{}", &services, &CheckTypes::built_in().with::<FileAge>()).await;
    let row = app.until("backup", "operational").await;
    assert_eq!(row["node"], "storage");
    let two_hours_ago = SystemTime::now() - Duration::from_secs(7200);
    fs::File::options().write(true).open(&path).unwrap().set_modified(two_hours_ago).unwrap();
    app.until("backup", "unhealthy").await;
    app.stop().await;
}

#[test]
fn its_documentation_comes_from_its_types() {
    let documentation = CheckTypes::default().with::<FileAge>().documentation("file_age").unwrap();
    let keys: Vec<_> = documentation.properties.iter().chain(&documentation.data).map(|key| key.key.as_str()).collect();
    assert_eq!(keys, ["path", "host", "max_age"]);
}
