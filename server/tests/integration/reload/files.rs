//! Services in a folder whose files come, go, and are broken for a while.

use super::{CONFIG, answering, ask, names, web, write};
use crate::targets::OddServer;
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use reqwest::Method;
use std::fs;
use std::os::unix::fs::symlink;

/// Platus with the services of the folder `services`, which it reloads by itself.
async fn start(target: &OddServer) -> TestApp {
    let folder = configuration(&format!("{}services: services\n", CONFIG.replace("manual", "auto")), "{}");
    fs::create_dir(folder.path().join("services")).unwrap();
    fs::write(folder.path().join("services/web.yaml"), web(target, "ok")).unwrap();
    let app = TestApp::start_in(folder).await;
    app.until("Web", "operational").await;
    app
}

fn closed(name: &str) -> String {
    format!("{name}: {{role: dev, type: tcp, properties: {{host: 127.0.0.1, port: 9}}, data: {{name: {name}}}}}\n")
}

async fn until_rows(app: &TestApp, expected: &[&str]) {
    until("the rows are those of the files", async || names(app, "admin").await == expected).await;
}

/// Waits for this number of failed reloads, and returns the errors of the latest.
async fn until_failed(app: &TestApp, number: u64) -> String {
    until("the reload failed", async || ask(app, Method::GET, "/config").await.1["result"]["failed"] == number).await;
    ask(app, Method::GET, "/config").await.1["result"]["latest_reload"]["errors"].to_string()
}

#[tokio::test]
async fn files_are_added_to_a_folder_and_removed() {
    let target = answering();
    let app = start(&target).await;
    write(&app, "services/one.yaml", &closed("One"));
    until_rows(&app, &["One", "Web"]).await;
    fs::create_dir(app.folder().join("services/team")).unwrap();
    write(&app, "services/team/two.yml", &closed("Two"));
    until_rows(&app, &["One", "Two", "Web"]).await;
    fs::remove_file(app.folder().join("services/one.yaml")).unwrap();
    until_rows(&app, &["Two", "Web"]).await;
    let (_, config) = ask(&app, Method::GET, "/config").await;
    assert_eq!(config["result"]["failed"], 0);
    app.stop().await;
}

#[tokio::test]
async fn the_last_good_configuration_goes_on_while_files_are_broken_or_away() {
    let target = answering();
    let app = start(&target).await;
    let path = |name: &str| app.folder().join(name);

    // A file that is half written.
    write(&app, "services/more.yaml", &closed("More")[..40]);
    assert!(until_failed(&app, 1).await.contains("services/more.yaml:1:"));
    write(&app, "services/more.yaml", &closed("More"));
    until_rows(&app, &["More", "Web"]).await;

    // A folder that vanishes, and is empty as one that is not mounted.
    fs::rename(path("services"), path("aside")).unwrap();
    assert!(until_failed(&app, 2).await.contains("no file at "));
    fs::create_dir(path("services")).unwrap();
    assert!(until_failed(&app, 3).await.contains("no file "));
    fs::remove_dir(path("services")).unwrap();
    fs::rename(path("aside"), path("services")).unwrap();
    until("it is back", async || ask(&app, Method::GET, "/config").await.1["result"]["latest_reload"]["errors"].is_null()).await;

    // A file that cannot be read.
    symlink("nowhere", path("services/dangling.yaml")).unwrap();
    let failed = ask(&app, Method::GET, "/config").await.1["result"]["failed"].as_u64().unwrap();
    assert!(until_failed(&app, failed + 1).await.contains("services/dangling.yaml cannot be read"));

    assert_eq!(names(&app, "admin").await, ["More", "Web"]);
    let row = app.until("Web", "operational").await;
    assert_eq!(row["retries"], 0, "it was checked all the time");
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_only_the_failed_reload_names_is_reloaded_when_it_is_corrected() {
    let target = answering();
    let app = start(&target).await;
    fs::create_dir(app.folder().join("next")).unwrap();
    write(&app, "next/one.yaml", &closed("One")[..40]);
    write(&app, "config.yaml", &format!("{}services: next\n", CONFIG.replace("manual", "auto")));
    assert!(until_failed(&app, 1).await.contains("next/one.yaml:1:"));
    write(&app, "next/one.yaml", &closed("One"));
    until_rows(&app, &["One"]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_link_to_another_folder_is_followed_when_it_is_swapped() {
    let target = answering();
    let app = start(&target).await;
    let path = |name: &str| app.folder().join(name);
    fs::rename(path("services"), path("before")).unwrap();
    symlink("before", path("services")).unwrap();
    fs::create_dir(path("after")).unwrap();
    write(&app, "after/web.yaml", &web(&target, "ok"));
    write(&app, "after/new.yaml", &closed("New"));
    symlink("after", path("next")).unwrap();
    fs::rename(path("next"), path("services")).unwrap();
    until_rows(&app, &["New", "Web"]).await;
    app.stop().await;
}

#[tokio::test]
async fn an_id_in_two_files_is_refused_with_both_places() {
    let target = answering();
    let app = start(&target).await;
    write(&app, "services/zoo.yaml", &format!("{}{}", closed("Zoo"), web(&target, "other")));
    let errors = until_failed(&app, 1).await;
    assert!(errors.contains("services/zoo.yaml:2:1: the service `web` stands here again, first at "), "{errors}");
    assert!(errors.contains("services/web.yaml:1:1"), "{errors}");
    assert_eq!(names(&app, "admin").await, ["Web"]);
    app.stop().await;
}
