//! A file of Gatus with everything that it can have.

use super::{fixture, import};
use std::fs;

#[test]
fn everything_is_carried_over_or_has_a_comment() {
    let imported = import(&["gatus", fixture("gatus.yaml").to_str().unwrap()]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    imported.assert_valid(&[("SHOP_TOKEN", "t")]);
    imported.assert_valid(&[("SHOP_TOKEN", "another")]);
    insta::assert_snapshot!("gatus_services", imported.text("services.yaml"));
    insta::assert_snapshot!("gatus_config", imported.text("config.yaml"));
    insta::assert_snapshot!("gatus_users", imported.text("users.yaml"));
    insta::assert_snapshot!("gatus_summary", imported.said());
}

#[test]
fn secrets_are_in_the_files_and_not_in_the_summary() {
    let imported = import(&["gatus", fixture("gatus.yaml").to_str().unwrap()]);
    assert!(!imported.said.contains("MARKER"), "{}", imported.said);
    let files = imported.text("services.yaml") + &imported.text("config.yaml");
    for secret in ["MARKER-slack", "MARKER-mail", "MARKER-token-0123456789", "MARKER-body"] {
        assert_eq!(files.matches(secret).count(), 1, "{secret}");
    }
    let comments: Vec<&str> = files.lines().filter(|line| line.starts_with('#')).collect();
    assert!(
        comments.iter().any(|line| line.contains("Vault")) && !comments.iter().any(|line| line.contains("MARKER")),
        "{comments:?}"
    );
}

#[test]
fn a_complete_import_ends_with_zero() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    fs::write(&file, "endpoints: [{name: a, url: 'https://a.example.org', conditions: ['[STATUS] == 200']}]\n").unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    assert!(imported.said.ends_with("Everything was carried over.\n"), "{}", imported.said);
    imported.assert_valid(&[]);
}

#[test]
fn an_endpoint_that_is_up_while_its_target_fails_is_a_comment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    let text = "alerting: {slack: {webhook-url: 'https://hooks.example.org/x'}}\nendpoints:\n\
                - {name: closed, url: 'tcp://a.example.org:1', conditions: ['[CONNECTED] == false'], \
                alerts: [{type: slack, send-on-resolved: false}]}\n";
    fs::write(&file, text).unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    imported.assert_valid(&[]);
    let services = imported.text("services.yaml");
    for part in ["\n# closed:\n", "NOT CARRIED OVER: the condition `[CONNECTED]`", "`send-on-resolved: false` of the alert `slack`"]
    {
        assert!(services.contains(part), "{part}: {services}");
    }
}

#[test]
fn the_files_of_a_folder_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("more")).unwrap();
    for (file, text) in [
        (
            "a.yaml",
            "endpoints: [{name: a, url: 'tcp://a.example.org:1', conditions: ['[CONNECTED] == true'], alerts: [{type: discord}]}]",
        ),
        ("more/b.yml", "endpoints: [{name: b, url: 'tcp://b.example.org:1', conditions: ['[CONNECTED] == true']}]"),
        ("more/c.yaml", "alerting: {discord: {webhook-url: 'https://discord.example.com/api/webhooks/1/x'}}"),
        ("note.txt", "no YAML: ["),
    ] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let imported = import(&["gatus", folder.path().to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    imported.assert_valid(&[]);
    let services = imported.text("services.yaml");
    assert!(services.contains("\na:\n") && services.contains("\nb:\n"), "{services}");
    let config = imported.text("config.yaml");
    assert!(config.contains("type: discord") && config.contains("only:\n      services: [a]"), "{config}");
}

#[test]
fn an_address_in_the_environment_is_known_only_where_it_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    let text = "endpoints:\n  - {name: whole, url: '${ADDRESS}', conditions: ['[STATUS] == 200']}\n  \
                - {name: part, url: 'https://$HOST/x', conditions: ['[STATUS] == 200']}\n";
    fs::write(&file, text).unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1));
    imported.assert_valid(&[("HOST", "a.example.org")]);
    let services = imported.text("services.yaml");
    assert!(services.contains("host: '${HOST}'") && services.contains("# whole:\n# NOT CARRIED OVER:"), "{services}");
}

#[test]
fn an_alert_without_a_channel_in_platus_changes_no_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    let text = "alerting:\n  slack: {webhook-url: 'https://hooks.example.org/x', default-alert: {failure-threshold: 5}}\n  \
                pushover: {application-token: a, user-key: b}\nendpoints:\n  \
                - {name: shop, url: 'https://a.example.org', conditions: ['[STATUS] == 200'], alerts: [{type: slack}, {type: pushover}]}\n";
    fs::write(&file, text).unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    let services = imported.text("services.yaml");
    assert!(services.contains("retries_before_notify: 5\n"), "{services}");
}
