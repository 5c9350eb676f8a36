//! The last good lists, which are kept beside config.yaml.

use super::{entry, list, until_failed, until_rows};
use crate::command_line::platus;
use crate::reload::{CONFIG, ask, names, reload, write};
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use reqwest::{Method, StatusCode};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

#[tokio::test]
async fn an_entry_with_an_error_loses_none() {
    let services = entry("file: shops.json");
    let folder = configuration(CONFIG, &services);
    fs::write(folder.path().join("shops.json"), list(&["a", "b"])).unwrap();
    let mut folder = TestApp::start_in(folder).await.stop_keeping_files().await;
    fs::remove_file(folder.path().join("shops.json")).unwrap();

    // From another folder and with another name of config.yaml, the copies are the same.
    let current = folder.path().to_owned();
    let validated = tokio::task::spawn_blocking(move || {
        platus(&["validate", "--config", "config.yaml"]).current_dir(current).output().unwrap()
    })
    .await
    .unwrap();
    let said = String::from_utf8(validated.stderr).unwrap();
    assert!(said.contains("the last good list stays in use (services: 2)"), "{said}");

    // The settings of the list, then the service.
    for (broken, expected) in [
        (services.replace("shops.json", "'${PLATUS_NO_SUCH_VARIABLE}/shops.json'"), vec!["Shop a", "Shop b"]),
        (services.replace("  type: tcp", "  use: none"), vec![]),
    ] {
        fs::write(folder.path().join("services.yaml"), broken).unwrap();
        let app = TestApp::start_in(folder).await;
        let shown = names(&app, "admin").await;
        assert_eq!(shown.iter().filter(|name| !name.contains("${")).collect::<Vec<_>>(), expected);
        assert!(shown.iter().any(|name| name.contains("${")), "the entry itself shows the error: {shown:?}");
        write(&app, "services.yaml", &services);
        assert_eq!(reload(&app).await.0, StatusCode::OK);
        assert_eq!(names(&app, "dev").await, ["Shop a", "Shop b"]);
        folder = app.stop_keeping_files().await;
    }
}

#[tokio::test]
async fn their_file_is_private_and_what_is_no_ordinary_file_is_left_alone() {
    let folder = configuration(&CONFIG.replace("manual", "auto"), &entry("file: shops.json"));
    let path = |name: &str| folder.path().join(name);
    fs::write(path("shops.json"), list(&["a"])).unwrap();
    fs::write(path("theirs"), "{}").unwrap();
    symlink(path("theirs"), path("discovered.json")).unwrap();
    let (theirs, copies, shops) = (path("theirs"), path("discovered.json"), path("shops.json"));
    let app = TestApp::start_in(folder).await;
    assert_eq!(names(&app, "dev").await, ["Shop a"]);
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "{}");
    assert!(fs::symlink_metadata(&copies).unwrap().is_symlink());

    fs::remove_file(&copies).unwrap();
    // Of a version, or of a person, that was less careful.
    fs::write(&copies, "{}").unwrap();
    fs::write(&shops, list(&["a", "b"])).unwrap();
    until_rows(&app, &["Shop a", "Shop b"]).await;
    // Rows are shown before the copies are written.
    let is_private = async || fs::metadata(&copies).unwrap().mode() & 0o777 == 0o600;
    until("the copies are private", is_private).await;
    fs::write(&shops, "").unwrap();
    until_failed(&app, "is no JSON").await;
    let (_, differences) = ask(&app, Method::GET, "/config/difference").await;
    let lists = differences["result"]["lists"].to_string();
    assert!(lists.contains("shop-${each.labels.name}: ") && lists.contains("is no JSON"), "{differences}");
    app.stop().await;
}
