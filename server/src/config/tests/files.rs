use super::{Files, ONE_USER};
use crate::config::{Config, Password};
use std::fs;
use std::path::Path;

fn in_repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn files_of_the_original_load_unchanged() {
    let config = Config::load(&in_repository("tests/fixtures/legacy/config.yaml"), &|_| None).unwrap();
    let services: Vec<String> = config
        .services
        .iter()
        .map(|service| {
            let roles: Vec<_> = service.roles.iter().collect();
            let problem = service.check.as_ref().err().map_or(String::new(), |problem| {
                format!(" !{}", problem.to_string().rsplit("services.yaml:").next().unwrap_or_default())
            });
            format!(
                "{} [{}] {} / {} / {} {}{problem}",
                service.id,
                roles.join(" "),
                service.group,
                service.name,
                service.node,
                service.plugin
            )
        })
        .collect();
    insta::assert_snapshot!(services.join("\n"), @r"
    shop [dev ops] App / Shop / shop.example.com rest_http
    stock [dev] App / Stock / stock.example.com rest_http
    bank [ops] App / Bank / bank.example.com rest_http
    documents [ops] Infra / Documents / mongo-1.example.com mongodb
    workers [dev] Infra / Workers / rabbit.example.com celery_worker
    instances [ops] Infra / Instances / n/a aws_ec2
    archive [] Infra / Archive / n/a aws_ec2 !101:5: `vault_access_key`: Vault is off; write `vault: true` and a `vault_backend` in config.yaml, or give `access_key` itself
    ");
    assert_eq!(config.settings.persistent_data_backend.as_ref().unwrap().kind.value, "redis");
    let vault = config.settings.vault_backend.as_ref().unwrap();
    assert_eq!((vault.path.as_str(), vault.address().as_str()), ("/v1/secret/", "https://vault.example.com:8200"));
    let numeric = config.users.iter().find(|user| user.name == "ops").unwrap();
    assert!(matches!(&numeric.password, Password::Given(password) if password.expose() == "0123"));
    assert!(!format!("{config:?}").contains("MARKER"));
}

#[test]
fn the_examples_of_the_repository_are_sound() {
    let config = Config::load(&in_repository("../config/config.yaml"), &|_| None).unwrap();
    let broken: Vec<_> = config.services.iter().filter_map(|service| service.check.as_ref().err()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    let names: Vec<_> = config.users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, ["admin", "dev"]);
}

#[test]
fn an_absolute_path_is_taken_as_it_is_and_a_relative_one_from_the_folder() {
    let elsewhere = Files::new("{}", "a: {type: t}", ONE_USER);
    let absolute = elsewhere.0.path().join("services.yaml");
    let files = Files::new(&format!("services: {}\nusers: data/users.yaml", absolute.display()), "{}", "{}");
    fs::create_dir(files.0.path().join("data")).unwrap();
    fs::write(files.0.path().join("data/users.yaml"), ONE_USER).unwrap();
    let config = files.load().unwrap();
    assert_eq!((config.services.len(), config.users.len()), (1, 1));
    assert_eq!(
        (config.service_files.found(), config.user_files.found()),
        (&[absolute][..], &[files.0.path().join("data/users.yaml")][..])
    );
}

#[test]
fn a_missing_file_is_reported_with_the_paths_that_were_tried() {
    let files = Files::new("{services: data/a.yaml, users: b.yaml}", "{}", ONE_USER);
    insta::assert_snapshot!(files.load().unwrap_err().to_string().replace(&files.0.path().display().to_string(), "FOLDER"), @r"
    no file at FOLDER/data/a.yaml nor at data/a.yaml; create it, or set `services` in config.yaml to its path
    no file at FOLDER/b.yaml nor at b.yaml; create it, or set `users` in config.yaml to its path
    ");
    let error = Config::load(Path::new("nowhere/config.yaml"), &|_| None).unwrap_err().to_string();
    assert!(error.starts_with("nowhere/config.yaml cannot be read: No such file"), "{error}");
}

#[test]
fn errors_of_both_files_are_reported_together() {
    let files = Files::new("{}", "a: [1", "admin: {role");
    insta::assert_snapshot!(files.error(), @r"
    services.yaml:1:4: this is no valid YAML: unclosed bracket '['
    users.yaml:1:8: this is no valid YAML: unclosed bracket '{'
    ");
}

#[test]
fn a_wrong_user_cannot_log_in_and_the_others_can() {
    let users = "admin: {role: admin, password: }
ops: {role: {}, password: MARKER}
dev: {role: dev, pasword: MARKER}
qa: MARKER
no: {role: no, password: ''}
kept: {role: x, vault_password: a/b}
away: {role: x, password: '${NONE}'}
cut: {role: x, password: '$argon2id$v=19$cut'}
fine: {role: x, password: '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', email: fine@lan.test}
";
    let config = Files::new("{}", "{}", users);
    let loaded = config.load().unwrap();
    assert_eq!(loaded.users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["fine"]);
    insta::assert_snapshot!(config.without_folder(&loaded.warnings.join("\n")));
    let files = Files::new("{}", "{}", "qa:\n");
    let warnings = files.without_folder(&files.load().unwrap().warnings.join("\n"));
    assert!(warnings.ends_with("\nNo user of users.yaml can log in."), "{warnings}");
}

#[test]
fn of_two_equal_keys_the_last_counts_with_a_warning_that_has_both_places() {
    let files = Files::new(
        "check_interval: 50\ncheck_interval: 70\n",
        "web: {type: x, data: {name: One}}\nweb:\n  type: y\n  data: {name: Two, name: Three}\n",
        &format!("admin: {{role: dev, password: old}}\n{ONE_USER}"),
    );
    let config = files.load().unwrap();
    assert_eq!(config.settings.check_interval.as_secs(), 70);
    let services: Vec<_> = config.services.iter().map(|service| (service.plugin.as_str(), service.name.as_str())).collect();
    assert_eq!(services, [("y", "Three")]);
    assert_eq!(config.users.len(), 1);
    assert!(config.users[0].roles.contains("admin"));
    insta::assert_snapshot!(files.without_folder(&config.warnings.join("\n")), @r"
    config.yaml:2:1: the key `check_interval` stands here again, first at config.yaml:1:1; the value here is used; remove one or rename it.
    services.yaml:4:21: the key `name` stands here again, first at services.yaml:4:10; the value here is used; remove one or rename it.
    services.yaml:2:1: the key `web` stands here again, first at services.yaml:1:1; the value here is used; remove one or rename it.
    users.yaml:2:1: the key `admin` stands here again, first at users.yaml:1:1; the value here is used; remove one or rename it.
    ");
}

#[test]
fn invalid_utf8_is_reported_with_its_place() {
    let files = Files::new("{}", "{}", ONE_USER);
    fs::write(files.0.path().join("services.yaml"), b"a: {type: t}\n\xc3\xa9: \xe9\n").unwrap();
    assert_eq!(files.error(), "services.yaml:2:4: from here on this is no UTF-8 text; save the file as UTF-8");
}

#[test]
fn a_huge_file_is_refused() {
    let files = Files::new("{}", &format!("# {}\n", "x".repeat(65 * 1024 * 1024)), ONE_USER);
    assert!(files.error().ends_with("services.yaml is larger than 64 MiB; is it the right file?"), "{}", files.error());
}

#[test]
fn alerting_that_cannot_be_meant_is_warned_about() {
    let warnings = |config: &str, services: &str| {
        let files = Files::new(config, services, ONE_USER);
        files.without_folder(&files.load().unwrap().warnings.join("\n"))
    };
    assert_eq!(warnings("notify: False", "{}"), "");
    let backend = "notify_backend: {type: slack, data: {url: https://hooks.example.com/}}";
    assert_eq!(warnings(&format!("notify: True\nretries_before_notify: 1\n{backend}"), "{}"), "");
    for config in ["notify: True", "notify: True\nnotify_backend:", "notify: True\nnotify_backend: []"] {
        assert_eq!(
            warnings(config, "{}"),
            "config.yaml:1:9: `notify` is on, but there is no `notify_backend`, so that nothing is sent. Add one, or set `notify: false`."
        );
    }
    assert_eq!(
        warnings("retries_before_notify: 0", "a: {type: t, retries_before_notify: 2}\nb: {type: t, successes_before_recovery: 0}"),
        "config.yaml:1:24: `retries_before_notify` is 0, which counts as 1: the first failed check is notified.\n\
         services.yaml:2:41: `successes_before_recovery` is 0, which counts as 1: the first good check ends an incident."
    );
    let files = Files::new("retries_before_notify: 0", "a: {type: t}", ONE_USER);
    assert_eq!(files.load().unwrap().services[0].alerting.policy.retries_before_notify, 1);
}

#[test]
fn plain_passwords_are_warned_about_and_hashes_are_not() {
    let warnings = |users: &str| {
        let files = Files::new("{}", "{}", users);
        files.without_folder(&files.load().unwrap().warnings.join("\n"))
    };
    assert_eq!(warnings(ONE_USER), "");
    assert_eq!(warnings("{}"), "users.yaml names no user, so no user can log in.");
    assert_eq!(
        warnings("a: {role: x, password: MARKER}\nb: {role: x, password: 12}\n"),
        "2 users have plain passwords in users.yaml: a, b. The command `platus users hash --in-place --config config.yaml` puts hashes in their place."
    );
    assert!(warnings("a: {role: x, password: MARKER}").starts_with("1 user has a plain password in users.yaml: a."));
}

#[test]
fn a_timeout_longer_than_the_interval_is_among_the_warnings() {
    let warnings = |config: &str, services: &str, environment: &str| {
        let files = Files::new(config, services, ONE_USER);
        let variable = |name: &str| (name == "CHECK_INTERVAL" && !environment.is_empty()).then(|| environment.to_owned());
        files.without_folder(&files.load_with(&variable).unwrap().warnings.join("\n"))
    };
    let own = warnings("{}", "shop: {type: tcp, interval: 10}", "");
    assert!(own.starts_with("services.yaml:1:29: The `timeout` of `shop`, 30 s, is longer than its `interval`, 10 s"), "{own}");
    let usual = warnings("check_interval: 10", "shop: {type: tcp}", "");
    assert!(usual.starts_with("config.yaml:1:17: `check_interval` is 10 s, and services without a `timeout` have 30 s"), "{usual}");
    let variable = warnings("{}", "shop: {type: tcp}", "10");
    assert!(variable.starts_with("CHECK_INTERVAL is 10 s"), "{variable}");
    assert_eq!(warnings("{}", "shop: {type: tcp}", ""), "");
}
