use super::{Files, ONE_USER};
use crate::config::LogLevel;
use std::time::Duration;

fn files(config: &str) -> Files {
    Files::new(config, "{}", ONE_USER)
}

#[test]
fn every_key_has_a_default() {
    let config = files("log_level:\n").load().unwrap();
    let settings = config.settings;
    assert_eq!(settings.log_level, LogLevel::Info);
    assert_eq!(settings.check_interval, Duration::from_secs(60));
    assert_eq!(settings.alerting, crate::config::Alerting::default());
    assert!(settings.persistent_data && !settings.notify && !settings.vault);
    assert!(settings.listen.is_none() && settings.notify_backends.is_empty() && settings.vault_backend.is_none());
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn log_levels_have_the_words_of_the_original_and_more() {
    for (word, expected) in [
        ("debug", LogLevel::Debug),
        ("error", LogLevel::Error),
        ("critical", LogLevel::Error),
        ("warn", LogLevel::Warn),
        ("warning", LogLevel::Warn),
        ("trace", LogLevel::Trace),
        ("INFO", LogLevel::Info),
    ] {
        assert_eq!(files(&format!("log_level: {word}")).load().unwrap().settings.log_level, expected, "{word}");
    }
}

#[test]
fn the_interval_comes_from_the_key_then_from_the_environment() {
    let in_environment = |name: &str| (name == "CHECK_INTERVAL").then(|| "7.5".to_owned());
    let interval = |config: &str| files(config).load_with(&in_environment).unwrap().settings.check_interval;
    assert_eq!(interval("check_interval: 5"), Duration::from_secs(5));
    assert_eq!(interval("check_interval:"), Duration::from_secs_f64(7.5));
    assert_eq!(interval("{}"), Duration::from_secs_f64(7.5));

    let wrong = |name: &str| (name == "CHECK_INTERVAL").then(|| "soon".to_owned());
    assert_eq!(
        files("{}").load_with(&wrong).unwrap_err().to_string(),
        "the environment variable CHECK_INTERVAL is wrong: expected seconds from 1 to 86400"
    );
    assert!(files("check_interval: 5").load_with(&wrong).is_ok());
}

#[test]
fn one_backend_or_a_list_of_them() {
    let one = files("notify_backend: {type: slack, data: {url: MARKER}}").load().unwrap();
    assert_eq!(one.settings.notify_backends.len(), 1);
    let two = files("notify_backend:\n  - type: slack\n    data: {url: MARKER}\n  - type: email\n").load().unwrap();
    let kinds: Vec<_> = two.settings.notify_backends.iter().map(|backend| backend.backend.kind.value.as_str()).collect();
    assert_eq!(kinds, ["slack", "email"]);
    assert!(!format!("{one:?} {two:?}").contains("MARKER"));
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() {
    let files = files(
        "log_level: verbose
check_intervall: 5
check_interval: 0.5
retries_before_notify: -1
notify: maybe
listen: localhost
persistent_data_backend:
  typ: redis
notify_backend: slack
vault_backend: {host: v, token: [MARKER]}
",
    );
    insta::assert_snapshot!(files.error(), @r"
    config.yaml:1:12: `log_level`: unknown word; known words: critical, debug, error, info, trace, warn, warning
    config.yaml:2:1: unknown key `check_intervall`; did you mean `check_interval`? Known keys: check_interval, connect_timeout, flapping, listen, log_level, maintenance, notify, notify_backend, persistent_data, persistent_data_backend, public_url, reminder, retention, retries_before_notify, retry_interval, services, start_without_store, successes_before_recovery, users, vault, vault_backend
    config.yaml:3:17: `check_interval`: expected seconds from 1 to 86400
    config.yaml:4:24: `retries_before_notify`: expected a whole number of 0 or more; this value is another
    config.yaml:5:9: `notify`: expected true or false, found text
    config.yaml:6:9: `listen`: expected ADDRESS:PORT, for instance 127.0.0.1:5001 or [::]:5001
    config.yaml:8:3: `persistent_data_backend`: the key `type` is missing or has no value; add it
    config.yaml:8:3: `persistent_data_backend`: unknown key `typ`; did you mean `type`? Known keys: data, type
    config.yaml:9:17: `notify_backend`: expected a map of keys and values, found text
    config.yaml:10:33: `vault_backend.token`: expected text, found a list
    ");
}

#[test]
fn what_is_not_done_yet_is_told() {
    let config = files("{notify: True, vault: on, persistent_data_backend: {type: redis}, vault_backend: {host: v, token: 1}}");
    insta::assert_snapshot!(config.load().unwrap().warnings.join("\n"), @r"
    `vault` is on, but this version does not read Vault yet: give the values in services.yaml itself.
    ");
}
