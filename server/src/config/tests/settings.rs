use super::{Files, ONE_USER};
use crate::config::{LogLevel, Password};
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
    let empty = |name: &str| (name == "CHECK_INTERVAL").then(|| " ".to_owned());
    assert_eq!(files("{}").load_with(&empty).unwrap().settings.check_interval, Duration::from_secs(60));
}

/// The files of the original had these values, and it started.
#[test]
fn what_the_original_started_with_is_a_warning() {
    let warnings = |config: &str| {
        let files = files(config);
        let loaded = files.load().unwrap_or_else(|error| panic!("{config}: {error}"));
        files.without_folder(&loaded.warnings.join("\n"))
    };
    // Of its own example.
    assert_eq!(
        warnings("vault: False\nvault_backend: {host: vault, token: \"\"}"),
        "config.yaml:2:37: `vault_backend.token`: a token of Vault has letters, digits and signs only; it is not used now."
    );
    for (config, warning) in [
        ("notify: 'False'", "config.yaml:1:9: `notify`: expected true or false, found text; it is taken for false."),
        (
            "persistent_data: 0",
            "config.yaml:1:18: `persistent_data`: expected true or false, found a whole number; it is taken for false.",
        ),
        ("vault: None", "config.yaml:1:8: `vault`: expected true or false, found text; it is taken for false."),
        (
            "retries_before_notify: never",
            "config.yaml:1:24: `retries_before_notify`: expected a whole number of 0 or more, found text; the default is used.",
        ),
        (
            "retries_before_notify: -1",
            "config.yaml:1:24: `retries_before_notify`: expected a whole number of 0 or more; this value is another; the default is used.",
        ),
        (
            "{persistent_data: no, persistent_data_backend: {type: [redis]}}",
            "config.yaml:1:55: `persistent_data_backend.type`: expected text, found a list; it is not used now.",
        ),
        (
            "persistent_data_backend: {type: redis, data: {host: h, port: , charset: latin-1}}",
            "config.yaml:1:64: `persistent_data_backend.data`: `charset` has no effect in Platus; remove it.",
        ),
    ] {
        assert_eq!(warnings(config), warning, "{config}");
    }
    for config in
        ["retries_before_notify: 3.0", "persistent_data_backend:", "notify_backend:", "vault_backend:", "notify:", "services:"]
    {
        assert_eq!(warnings(config), "", "{config}");
    }
    let settings = files("vault: true\nvault_backend: {token: t, protocol: HTTP}").load().unwrap().settings;
    assert_eq!(settings.vault_backend.unwrap().address(), "http://localhost:8200");
}

/// Every key of the original with every kind of value that a file may have held.
#[test]
fn no_value_of_a_key_of_the_original_stops_platus() {
    let values = ["", "''", "5", "-1", "2.5", "word", "True", "None", "[]", "[a, 1]", "{}", "{a: b}", "!!python/none ''"];
    let load = |config: &str, services: &str, users: &str| {
        let loaded = Files::new(config, services, users).load();
        loaded.unwrap_or_else(|error| panic!("{config} {services} {users}: {error}"));
    };
    for value in values {
        for key in ["persistent_data", "notify", "notify_backend", "retries_before_notify"] {
            // An unknown key is an error all the same.
            if (key, value) != ("notify_backend", "{a: b}") {
                load(&format!("{key}: {value}"), "{}", ONE_USER);
            }
        }
        load(&format!("persistent_data: False\npersistent_data_backend: {value}"), "{}", ONE_USER);
        load(&format!("vault: False\nvault_backend: {value}"), "{}", ONE_USER);
        for key in ["type", "data"] {
            load(&format!("notify_backend:\n  {key}: {value}"), "{}", ONE_USER);
            load(&format!("persistent_data: False\npersistent_data_backend:\n  {key}: {value}"), "{}", ONE_USER);
        }
        for key in ["host", "port", "protocol", "token", "path"] {
            load(&format!("vault: False\nvault_backend:\n  {key}: {value}"), "{}", ONE_USER);
        }
        load("{}", &format!("one: {value}"), ONE_USER);
        for key in ["role", "type", "properties", "data"] {
            load(
                "{}",
                &format!("one:\n  type: rest_http\n  {key}: {value}").replace("  type: rest_http\n  type", "  type"),
                ONE_USER,
            );
        }
        for key in ["host", "port", "timeout", "vault_password"] {
            load("{}", &format!("one:\n  type: rest_http\n  properties:\n    {key}: {value}"), ONE_USER);
        }
        for key in ["type", "name", "url"] {
            load("{}", &format!("one:\n  type: rest_http\n  data:\n    {key}: {value}"), ONE_USER);
        }
        load("{}", "{}", &format!("one: {value}"));
        for key in ["role", "password", "vault_password"] {
            load("{}", "{}", &format!("one:\n  role: dev\n  password: x\n  {key}: {value}"));
        }
    }
}

#[test]
fn a_store_on_another_machine_may_come_later() {
    let may = |config: &str| files(config).load().unwrap().settings.may_start_without_store();
    let store = |kind: &str, rest: &str| format!("persistent_data_backend: {{type: {kind}}}\n{rest}");
    assert!(may(&store("redis", "")) && may(&store("mongodb", "")) && !may(&store("sqlite", "")));
    assert!(!may(&store("redis", "start_without_store: false")) && may(&store("sqlite", "start_without_store: true")));
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
fn all_errors_are_reported_at_once_in_the_order_of_the_file() {
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
    config.yaml:2:1: unknown key `check_intervall`; did you mean `check_interval`? Known keys: check_interval, connect_timeout, connectivity, defaults, flapping, keys, listen, log_level, maintenance, notify, notify_backend, persistent_data, persistent_data_backend, public_url, reload, reminder, retention, retries_before_notify, retry_interval, services, session_key, start_without_store, successes_before_recovery, templates, tls, trusted_proxies, users, vault, vault_backend, views
    config.yaml:3:17: `check_interval`: expected seconds from 1 to 86400
    config.yaml:6:9: `listen`: expected ADDRESS:PORT, for instance 127.0.0.1:5001 or [::]:5001
    config.yaml:8:3: `persistent_data_backend`: the key `type` is missing or has no value; add it
    config.yaml:8:3: `persistent_data_backend`: unknown key `typ`; did you mean `type`? Known keys: data, type
    ");
}

#[test]
fn a_key_of_sessions_is_long() {
    let error = files("session_key: MARKER").error();
    insta::assert_snapshot!(error, @r"
    config.yaml:1:14: `session_key`: expected at least 64 random letters, for instance of `openssl rand -base64 64`
    ");
    let key = "k".repeat(64);
    let settings = files(&format!("session_key: {key}")).load().unwrap().settings;
    assert_eq!(settings.session_key.unwrap().expose(), key);
}

#[test]
fn the_path_of_the_public_url_is_the_base_path() {
    for (config, expected) in [
        ("{}", ""),
        ("public_url: https://platus.example.org", ""),
        ("public_url: https://platus.example.org/", ""),
        ("public_url: https://example.org/platus/", "/platus"),
        ("public_url: http://example.org:8080/team-1/platus", "/team-1/platus"),
    ] {
        assert_eq!(files(config).load().unwrap().settings.base_path().as_str(), expected, "{config}");
    }
    let error = |path: &str| files(&format!("public_url: https://example.org{path}")).error();
    insta::assert_snapshot!(error("/on call"), @"config.yaml:1:13: `public_url`: the path `/on%20call` has other characters than letters, digits and -._~/; use a simpler one");
    insta::assert_snapshot!(error("/services/"), @"config.yaml:1:13: `public_url`: the path begins with `/services`, which is an address of Platus itself; use another one, such as /platus");
}

#[test]
fn vault_needs_to_be_reached_and_to_be_logged_in_to() {
    let error = |config: &str| files(&format!("vault: true\n{config}")).error();
    insta::assert_snapshot!(error(""), @"config.yaml:1:1: `vault` is on, but there is no `vault_backend`; add it with `host` and `token` or `auth`");
    insta::assert_snapshot!(error("vault_backend: {host: v}"), @r"
    config.yaml:2:16: `vault_backend`: Platus cannot log in to Vault; add `token`, `token_file`, or `auth` with a `method`
    ");
    insta::assert_snapshot!(error("vault_backend: {host: v, protocol: ftp, token: \"MARKER\\n\", namespace: 'a b'}"), @r"
    config.yaml:2:36: `vault_backend.protocol`: expected http or https
    config.yaml:2:48: `vault_backend.token`: a token of Vault has letters, digits and signs only
    config.yaml:2:71: `vault_backend.namespace`: expected letters, digits and signs, without spaces
    ");
    insta::assert_snapshot!(error("vault_backend: {host: v, token: t, token_file: f}"), @"config.yaml:2:16: `vault_backend`: `token` and `token_file` are both given; keep one of the two");
    insta::assert_snapshot!(error("vault_backend: {host: v, token: t, auth: {method: userpass, username: u, password: MARKER}}"), @"config.yaml:2:16: `vault_backend`: there is a token and `auth`; keep one of the two");
    insta::assert_snapshot!(error("vault_backend: {host: v, auth: {method: approl}}"), @r"
    config.yaml:2:41: `vault_backend.auth.method`: unknown method; did you mean `approle`? Known methods: approle, kubernetes, userpass
    ");
    insta::assert_snapshot!(error("vault_backend: {host: v, auth: {method: approle, role_id: r}}"), @"config.yaml:2:32: `vault_backend.auth`: the key `secret_id`, or `secret_id_file`, is missing; add it");
}

#[test]
fn values_stand_elsewhere_in_every_file() {
    let environment = |name: &str| match name {
        "LEVEL" => Some("debug".to_owned()),
        "HOST" => Some("db.example.com".to_owned()),
        "ROLE" => Some("ops".to_owned()),
        _ => None,
    };
    let services = "a: {type: t, role: '${ROLE}', properties: {host: '${HOST}', password_file: pw}}\n\
                    b: {type: t, properties: {host: '${NONE}'}}\nc: {type: t, properties: {password_file: none}}\n";
    let files =
        Files::new("{log_level: '${LEVEL}', services: '${NONE:-services.yaml}'}", services, "a: {role: x, password_file: pw}");
    std::fs::write(files.0.path().join("pw"), "MARKER\n").unwrap();
    let config = files.load_with(&environment).unwrap();
    assert_eq!(config.settings.log_level, LogLevel::Debug);
    let service = &config.services[0];
    assert_eq!((service.node.as_str(), service.roles.contains("ops")), ("db.example.com", true));
    assert_eq!(service.check.as_ref().unwrap().properties.get("password").unwrap().text(), Some("MARKER"));
    assert!(matches!(&config.users[0].password, Password::Given(password) if password.expose() == "MARKER"));
    let problems = config.services[1..].iter().map(|service| service.check.as_ref().unwrap_err().to_string());
    insta::assert_snapshot!(files.without_folder(&problems.collect::<Vec<_>>().join("\n")), @r"
    services.yaml:2:33: `properties.host`: the environment variable NONE is not set; set it, write `${NONE:-default}`, or `$${` for the text `${`
    services.yaml:3:42: `properties.password_file`: the file none cannot be read: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(Files::new("log_level: ${NONE}", "{}", ONE_USER).error(), @r"config.yaml:1:12: `log_level`: the environment variable NONE is not set; set it, write `${NONE:-default}`, or `$${` for the text `${`");
}
