//! The environment of a program, and its isolation.

use super::{message, shell, with};
use crate::test_app::TestApp;
use serde_json::json;

const SEARCH_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/nagios/plugins:/usr/lib64/nagios/plugins";

/// The environment with which the shell was started, without what the shell itself adds.
const ENVIRONMENT: &str = "tr '\\0' ' ' < /proc/$$/environ";

#[tokio::test]
async fn of_our_environment_nothing_is_passed_on() {
    assert_eq!(message(shell(ENVIRONMENT)).await, format!("LANG=C PATH={SEARCH_PATH}"));
    let own = json!({"SECRET": "s3cret", "NUMBER": 5, "EMPTY": null});
    assert_eq!(
        message(with(shell(ENVIRONMENT), "env", own)).await,
        format!("EMPTY= LANG=C NUMBER=5 PATH={SEARCH_PATH} SECRET=s3cret")
    );
    let replaced = json!({"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"});
    assert_eq!(message(with(shell(ENVIRONMENT), "env", replaced)).await, "LANG=C.UTF-8 PATH=/usr/bin:/bin");
}

#[tokio::test]
async fn no_shell_takes_the_arguments_apart() {
    let echo = json!({"command": ["echo", "$HOME  *", "; ls", 80, true]});
    assert_eq!(message(echo).await, "$HOME  * ; ls 80 true");
}

#[tokio::test]
async fn there_is_nothing_to_read() {
    assert_eq!(message(shell("readlink /proc/$$/fd/0")).await, "/dev/null");
}

#[tokio::test]
async fn it_runs_in_a_folder_and_a_group_of_its_own() {
    assert_eq!(message(shell("pwd")).await, "/");
    assert_eq!(message(with(shell("pwd"), "directory", json!("/usr/bin"))).await, "/usr/bin");
    assert_eq!(message(shell("[ \"$(cut -d' ' -f5 /proc/$$/stat)\" = $$ ] && echo leader")).await, "leader");
}

#[tokio::test]
async fn the_settings_page_shows_neither_arguments_nor_values_of_the_environment() {
    let services = "mail: {type: exec, properties: {command: [/bin/true, marker-a, -p, marker-b], env: {PASSWORD: marker-c}, \
                    directory: /usr}, data: {name: mail}}";
    let app = TestApp::start(services).await;
    let page = app.get_as("admin", "/settings/configuration").await.text().await.unwrap();
    assert!(page.contains("command") && page.contains("env.PASSWORD") && page.contains("/usr"), "{page}");
    assert!(!page.contains("marker"), "{page}");
}
