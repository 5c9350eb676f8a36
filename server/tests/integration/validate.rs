//! `platus validate`: every error of every file, without starting.

use crate::command_line::{platus, serve};
use crate::test_app::configuration;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;

/// Errors in each file. `MARKER` stands where a secret is.
const CONFIG: &str = "log_levl: info
check_interval: 0
notify: true
notify_backend:
  - {type: slack, data: {url: 'https://hooks.example.com/MARKER', txt: MARKER}}
  - type: webhok
persistent_data_backend: {type: sqlite, data: {paht: x}}
";
const SERVICES: &str = "web:
  type: rest_http
  intervall: 5
  properties: {hots: MARKER, port: many, token: MARKER}
  data: {url: /MARKER, serach: ok}
db: {type: tpc, depends_on: [webb, db]}
cache: {type: tcp, properties: {host: h, port: 70000, password: MARKER}}
";
const USERS: &str = "admin: {role: admin, password: }
dev: {role: dev, pasword: MARKER}
ops: {rle: ops, password: MARKER}
";

fn validate(folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("config.yaml");
    let mut command = platus(&["validate"]);
    command.args(arguments).env("PLATUS_CONFIG", config);
    command.output().unwrap()
}

/// What was printed, without the folder of the files.
fn said(output: &Output, folder: &Path) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(text).unwrap().replace(&format!("{}/", folder.display()), "")
}

fn wrong() -> tempfile::TempDir {
    let folder = configuration(CONFIG, SERVICES);
    fs::write(folder.path().join("users.yaml"), USERS).unwrap();
    folder
}

#[test]
fn every_error_of_every_file_is_reported_with_its_line_and_without_secrets() {
    let folder = wrong();
    let output = validate(folder.path(), &[]);
    let said = said(&output, folder.path());
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!said.contains("MARKER"), "{said}");
    insta::assert_snapshot!(said);
    // The start prints the same.
    let started = serve(folder.path()).output().unwrap();
    assert_eq!((started.status.code(), self::said(&started, folder.path())), (Some(2), said));
}

#[test]
fn a_program_gets_the_same_findings() {
    let folder = wrong();
    let output = validate(folder.path(), &["--json"]);
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output, folder.path());
    assert!(!text.contains("MARKER"), "{text}");
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["files"], serde_json::json!(["config.yaml", "services.yaml", "users.yaml"]));
    assert_eq!(report["errors"].as_u64().unwrap(), report["findings"].as_array().unwrap().len() as u64);
    let first = &report["findings"][0];
    assert_eq!(
        *first,
        serde_json::json!({
            "severity": "error", "rule": "invalid", "effect": "no_start", "file": "config.yaml", "line": 1, "column": 1,
            "message": first["message"], "suggestion": "log_level", "excerpt": "log_levl: ••••••"
        })
    );
    assert!(first["message"].as_str().unwrap().starts_with("unknown key `log_levl`; did you mean `log_level`?"));
}

#[test]
fn sound_files_end_with_zero() {
    let folder = configuration("{}", "web: {type: tcp, role: dev, properties: {host: h, port: 1}}");
    let output = validate(folder.path(), &[]);
    assert_eq!(said(&output, folder.path()), "No errors in config.yaml, services.yaml, users.yaml.\n");
    assert_eq!(output.status.code(), Some(0));
    for file in ["config.yaml", "services.yaml", "users.yaml"] {
        let path = folder.path().join(file).display().to_string();
        assert_eq!(platus(&["validate", &path]).output().unwrap().status.code(), Some(0), "{file}");
    }
}

#[test]
fn a_file_is_recognised_by_its_content() {
    let folder = configuration("{}", "{}");
    for (content, part) in [
        ("a: {type: tcp, properties: {host: h}}", "`a.properties`: the key `port` is missing"),
        ("a: {role: x, password: '${NONE}'}", "the environment variable NONE is not set"),
        ("a: {user: dev, scope: write, digest: x}", "expected read, operate or admin"),
        ("log_level: loud", "unknown word"),
    ] {
        let path = folder.path().join("other.yml");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        // As in an image, where the variable is always set.
        let output = platus(&["validate", path.to_str().unwrap()]).env("PLATUS_CONFIG", "/data/config.yaml").output().unwrap();
        let said = said(&output, folder.path());
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(part), "{content}: {said}");
    }
}

#[test]
fn what_is_probably_a_mistake_is_found_on_request() {
    let config = "check_interval: 60
notify_backend: {type: slack, data: {url: 'https://hooks.example.com/MARKER'}, only: {services: [shop-*]}}
maintenance: [{types: Nothing, cron: '0 2 * * 6', lasts: 60}]
defaults: {check_types: {tpc: {interval: 5}}}
";
    let services = "web: {type: tcp, role: [dev, qa], interval: 5, retry_interval: 10, properties: {host: h, port: 1}}
again: {type: tcp, role: dev, timeout: 5, properties: {port: 1, host: h}}
fine: {type: tcp, timeout: 5, depends_on: broken, properties: {host: h, port: 2}}
broken: {type: tcp, properties: {host: '${NONE}', port: 2}}
";
    let folder = configuration(config, services);
    fs::write(folder.path().join("users.yaml"), "dev: {role: [dev, sales], password: MARKER}\n").unwrap();
    let said_with = |arguments: &[&str]| {
        let output = validate(folder.path(), arguments);
        (output.status.code(), said(&output, folder.path()))
    };
    assert_eq!(said_with(&[]).0, Some(2));
    fs::write(folder.path().join("services.yaml"), services.replace("'${NONE}'", "other")).unwrap();
    assert_eq!(said_with(&[]).0, Some(0));
    let (code, said) = said_with(&["--lint"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(!said.contains("MARKER"), "{said}");
    for (place, rule) in [
        ("config.yaml:2:24: `notify` is off", "notify-off"),
        ("config.yaml:2:24: `only` of the channel `slack` matches no service", "channel-without-service"),
        ("config.yaml:3:15: `maintenance`: the maintenance window matches no service", "maintenance-without-service"),
        ("config.yaml:4:26: `defaults.check_types`: unknown plugin `tpc`; did you mean `tcp`?", "unknown-check-type"),
        ("services.yaml:1:30: no user has the role `qa` of `web`", "role-without-user"),
        ("services.yaml:1:45: The `timeout` of `web`, 30 s, is longer", "timeout-longer-than-interval"),
        ("services.yaml:1:1: the `retry_interval` of `web`", "retry-longer-than-interval"),
        ("services.yaml:2:1: `again` checks the same as `web` at services.yaml:1:1", "same-target"),
        ("users.yaml:1:19: no service has the role `sales` of `dev`", "role-without-service"),
        ("users.yaml:1:37: `dev.password`: the password stands in the file as it is", "plain-password"),
    ] {
        let line = said.lines().find(|line| line.starts_with(place)).unwrap_or_else(|| panic!("{place}: {said}"));
        assert!(line.ends_with(&format!("(warning: {rule})")), "{line}");
    }
    assert!(said.contains("No errors and 10 warnings in "), "{said}");
    fs::write(folder.path().join("services.yaml"), services).unwrap();
    let (code, said) = said_with(&["--lint"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("`fine` depends on `broken`, which has an error"), "{said}");
}

#[test]
fn a_usual_interval_that_is_shorter_than_the_usual_timeout_is_found_once() {
    let services: String = (1..=7).map(|port| format!("s{port}: {{type: tcp, properties: {{host: h, port: {port}}}}}\n")).collect();
    let folder = configuration("check_interval: 20\n", &services);
    let said = said(&validate(folder.path(), &["--lint"]), folder.path());
    assert!(
        said.contains("config.yaml:1:17: the `interval` of 7 services without one is 20 s, and their `timeout` is 30 s"),
        "{said}"
    );
    assert!(said.contains("`s5` and 2 more (warning: timeout-longer-than-interval)"), "{said}");
    assert_eq!(said.matches("timeout-longer-than-interval").count(), 1, "{said}");
}

#[test]
fn a_token_of_two_services_and_a_certificate_that_is_not_there_are_found() {
    let job = |id: &str, token: &str| format!("{id}: {{type: heartbeat, properties: {{token: {token}}}, data: {{every: 60}}}}\n");
    let services = [job("one", "MARKER-0123456789"), job("two", "other-0123456789"), job("three", "MARKER-0123456789")].concat();
    let folder = configuration("tls: {cert: gone.pem, key: gone.key}", &services);
    let output = validate(folder.path(), &[]);
    let said = said(&output, folder.path());
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("services.yaml:3:38: `three`: `token` is that of another service, too"), "{said}");
    assert!(said.contains("config.yaml:1:6: `tls`: gone.pem cannot be read"), "{said}");
    assert!(said.contains("2 errors in ") && !said.contains("MARKER"), "{said}");
}

#[test]
fn a_former_id_that_is_not_one_is_found() {
    let service = |id: &str, was: &str| format!("{id}: {{was: {was}, type: tcp, properties: {{host: h, port: 1}}}}\n");
    let services = [service("web", "db"), service("db", "[old, db]"), service("mail", "old"), service("shop", "[a, b]")].concat();
    let folder = configuration("{}", &services);
    let output = validate(folder.path(), &[]);
    let said = said(&output, folder.path());
    assert_eq!(output.status.code(), Some(2), "{said}");
    for line in [
        "services.yaml:1:12: `web.was`: there is a service `db`",
        "services.yaml:2:12: `db.was`: `old` is a former id of `mail` as well, at services.yaml:3:13",
        "services.yaml:2:17: `db.was`: `db` is the present id of the service",
        "services.yaml:3:13: `mail.was`: `old` is a former id of `db` as well, at services.yaml:2:12",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("4 errors in "), "{said}");
}

#[test]
fn an_error_in_a_template_or_in_an_entry_is_shown_where_it_stands() {
    let config =
        "services: [services.yaml, more]\ntemplates:\n  web:\n    type: tcp\n    properties: {host: h, port: '${each.port}'}\n";
    let services =
        "web-${each.name}:\n  use: web\n  for_each:\n    - {name: a, port: many}\n    - name: b\n      port: 7\n    - name: c\n";
    let folder = configuration(config, services);
    fs::create_dir(folder.path().join("more")).unwrap();
    fs::write(folder.path().join("more/web.yaml"), "web-b: {type: tcp, properties: {host: h, port: 1}}\n").unwrap();
    let output = validate(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(said(&output, folder.path()));
}

#[test]
fn the_same_mistake_of_many_services_is_one_error() {
    let config = "templates: {db: {type: tcp, properties: {host: h, port: many}}}\n";
    let services = "shop: {type: tcp, discover: {file: t.json}, properties: {host: '${each.hots}', port: '${each.port}'}}
mail-${each.name}: {type: tcp, for_each: [{nam: a}, {nam: b}], properties: {host: h, port: 1}}
db-${each.value}: {use: db, for_each: [1, 2]}
";
    let folder = configuration(config, services);
    fs::write(folder.path().join("t.json"), r#"[{"targets": ["a:1", "b:2", "c:3"]}]"#).unwrap();
    let output = validate(folder.path(), &[]);
    let said = said(&output, folder.path());
    for expected in [
        "`shop-a:1.properties.host`: the target has no `hots`; write `${each.hots:-default}` if it may be absent; \
         3 services have this error; for the first, see t.json:1:15 (error: the service is not checked)",
        "`mail-${each.name}.for_each`: the entry of `for_each` has no `name`; add it, or write `${each.name:-default}`; \
         so it is for 2 entries, the first at services.yaml:2:43 (error",
        "`db-1.properties.port`: expected a whole number from 0 to 65535, found text; 2 services have this error (error",
        "3 errors in ",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn a_file_of_services_is_checked_without_what_other_files_have() {
    let folder = configuration("{}", "{}");
    let path = folder.path().join("services-of-a-team.yaml");
    fs::write(&path, "a: {use: web}\nb: {type: tcp, depends_on: elsewhere, properties: {host: h, port: 1}}\n").unwrap();
    let output = platus(&["validate", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output, folder.path()));
}

/// `PLATUS_SERVICES` sets another number of services.
#[test]
fn a_file_of_many_services_loads() {
    let number: usize = std::env::var("PLATUS_SERVICES").ok().map_or(2_000, |number| number.parse().unwrap());
    let service = |index: usize| {
        let after = index.saturating_sub(1);
        format!(
            "service-{index}:\n  role: [dev, ops]\n  type: rest_http\n  interval: 60\n  timeout: 10\n  tags: [shop, tier-1]\n  \
             depends_on: [service-{after}]\n  properties:\n    host: host-{index}.example.com\n    port: 443\n    \
             request_headers: {{Accept: application/json}}\n  data:\n    type: Shop\n    name: Service {index}\n    \
             url: /health/{index}\n    search: {{status: ok}}\n"
        )
    };
    let services: String = (0..number).map(service).collect();
    let folder = configuration("{}", &services.replacen("  depends_on: [service-0]\n", "", 1));
    let output = validate(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output, folder.path()));
}

#[test]
fn services_of_one_entry_that_check_the_same_are_found_once() {
    let ids: String = (1..=9).map(|number| format!("a{number}, ")).collect();
    let services = format!("'${{each.value}}': {{type: tcp, timeout: 5, for_each: [{ids}], properties: {{host: h, port: 1}}}}\n");
    let folder = configuration("check_interval: 20\n", &services);
    let said = said(&validate(folder.path(), &["--lint"]), folder.path());
    assert!(said.contains("`a2`, `a3`, `a4` and 5 more check the same as `a1` at services.yaml:1:1; give what differs"), "{said}");
    assert_eq!(said.matches("same-target").count(), 1, "{said}");
}
