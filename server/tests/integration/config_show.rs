//! `platus config show`: what takes effect, and where each value comes from.

use crate::command_line::platus;
use crate::test_app::configuration;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

const CONFIG: &str = "services: services
templates:
  web:
    type: rest_http
    properties: {protocol: https, token: MARKER, request_headers: {Accept: MARKER}}
    data: {url: '/health?key=MARKER', expect_status: 200}
defaults:
  timeout: 5
  check_types: {tcp: {properties: {port: 443}}}
";

const SHOPS: &str = "shop-${each.name}:
  use: web
  for_each:
    - {name: eu, host: '${HOST_EU}'}
    - name: us
      host: shop.us.example.org
      port: 8443
  role: [dev, \"o'ps: x\"]
  properties: {host: '${each.host}', port: '${each.port:-443}'}
  data: {name: 'Shop ${each.name}', search: {api: v2, api_token: MARKER}}
";

fn files() -> TempDir {
    let folder = configuration(CONFIG, "{}");
    fs::create_dir(folder.path().join("services")).unwrap();
    fs::write(folder.path().join("services/shops.yaml"), SHOPS).unwrap();
    fs::write(folder.path().join("services/wrong.yaml"), "wrong: {type: tcp, timeot: 5, properties: {host: 'a:MARKER@h'}}\n")
        .unwrap();
    let unusable = "unusable: {type: rest_http, role: dev, properties: {host: h, protocol: gopher, prot: MARKER, password: '${SHOP_PASSWORD}'}}\n";
    fs::write(folder.path().join("services/unusable.yaml"), unusable).unwrap();
    fs::write(folder.path().join("users.yaml"), "dev: {role: dev, password: MARKER}\n").unwrap();
    folder
}

fn show(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = platus(&["config", "show"]);
    command.args(arguments).arg("--config").arg(folder.join("config.yaml")).output().unwrap()
}

/// What was printed, without the folder of the files.
fn said(output: &Output, folder: &Path) -> String {
    let text = String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap();
    assert!(!text.contains("MARKER"), "{text}");
    text.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn services_and_users_are_shown_with_the_place_of_each_value_and_without_secrets() {
    let folder = files();
    let output = show(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(said(&output, folder.path()));
}

#[test]
fn what_is_shown_of_the_services_is_a_services_file_without_secrets() {
    let folder = files();
    let output = show(folder.path(), &["shop-us"]);
    let shown = said(&output, folder.path());
    let service = yaml::parse("services.yaml", &shown).unwrap();
    let value: Value = service.get("shop-us").unwrap().read().unwrap();
    assert_eq!(
        (&value["properties"]["port"], &value["timeout"], &value["role"]),
        (&json!(8443), &json!(5), &json!(["dev", "o'ps: x"]))
    );
    assert!(!shown.contains("shop-eu") && !shown.contains("users:"), "{shown}");
}

#[test]
fn a_program_gets_values_and_places_in_the_same_shape() {
    let folder = files();
    let output = show(folder.path(), &["--json"]);
    let shown: Value = serde_json::from_str(&said(&output, folder.path())).unwrap();
    assert_eq!(shown["services"]["shop-eu"]["properties"]["host"], "${HOST_EU}", "a reference is as it is written");
    assert_eq!(shown["places"]["services"]["shop-eu"]["properties"]["host"], "services/shops.yaml:4:24");
    assert_eq!(shown["services"]["shop-us"]["properties"]["port"], 8443);
    assert_eq!(shown["places"]["services"]["shop-us"]["properties"]["port"], "services/shops.yaml:7:13");
    assert_eq!(shown["places"]["services"]["shop-us"]["data"]["expect_status"], "config.yaml:6:54");
    assert_eq!(shown["places"]["services"]["wrong"]["properties"]["port"], "config.yaml:9:42");
    assert_eq!(shown["users"]["dev"], json!({"role": "dev", "password": "••••••"}));
    assert!(shown["errors"]["wrong"][0].as_str().unwrap().contains("unknown key `timeot`"), "{shown}");
}

#[test]
fn an_unknown_service_and_wrong_files_are_errors() {
    let folder = files();
    let output = show(folder.path(), &["shop-eus"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output, folder.path()).starts_with("there is no service `shop-eus`; did you mean `shop-eu`?"));
    fs::write(folder.path().join("config.yaml"), CONFIG.replace("timeout: 5", "timeuot: 5")).unwrap();
    let output = show(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output, folder.path()).contains("config.yaml:8:3: `defaults`: unknown key `timeuot`; did you mean `timeout`?"));
    assert_eq!(output.stdout, b"");
    for (arguments, part) in [(&["--json"][..], "unknown key `timeuot`"), (&["--json", "shop-eu"], "unknown key `timeuot`")] {
        let output = show(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["message"].as_str().unwrap().contains(part)), "{report}");
    }
    fs::write(folder.path().join("config.yaml"), CONFIG).unwrap();
    let report: Value = serde_json::from_slice(&show(folder.path(), &["--json", "shop-eus"]).stdout).unwrap();
    assert_eq!(report["findings"][0]["suggestion"], "shop-eu", "{report}");
}

#[test]
fn the_errors_that_only_a_check_type_finds_are_shown() {
    let folder = files();
    let shown: Value = serde_json::from_slice(&show(folder.path(), &["unusable", "--json"]).stdout).unwrap();
    let errors: Vec<&str> = shown["errors"]["unusable"].as_array().unwrap().iter().map(|error| error.as_str().unwrap()).collect();
    for part in ["`properties`: unknown key `prot`", "`properties.protocol`", "SHOP_PASSWORD is not set"] {
        assert!(errors.iter().any(|error| error.contains(part)), "{part}: {errors:?}");
    }
    assert_eq!(shown["services"]["unusable"]["properties"]["password"], "${SHOP_PASSWORD}", "a reference is no secret");
}
