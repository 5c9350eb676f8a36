//! Every example of YAML in the documentation is one that Platus, or the program for which it is, reads.

use super::{Block, Page, pages, read};
use crate::command_line::platus;
use crate::targets::targets;
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;

/// What an example is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Config,
    Services,
    Users,
    /// Keys of `properties` of a service.
    Properties,
    /// Keys of `data` of the channel `webhook`.
    Webhook,
    /// Nothing but a comment.
    Comment,
    /// For another program: only its form is checked.
    Other,
}

/// Keys by which files of other programs are known.
const OF_OTHER_PROGRAMS: [&str; 5] = ["alerting", "http", "modules", "rule_files", "scrape_configs"];

/// Services to which the examples refer.
const SERVICES: &str = "
gateway: {type: tcp, properties: {host: 192.0.2.1, port: 443}}
resolver: {type: tcp, properties: {host: 192.0.2.2, port: 53}}
";

/// Templates that examples of services use, as `docs/configuration.md` has them.
const TEMPLATES: &str = "
templates:
  web: {type: rest_http, properties: {protocol: https, port: 443}, data: {type: Web, url: /health, expect_status: 200}}
  slow: {interval: 300, timeout: 60}
";

/// Files to which examples refer, besides the three.
const MORE_FILES: [&str; 2] = ["services/shop.yaml", "teams/shop/users.yaml"];

/// For examples with secrets in Vault.
const VAULT: &str = "vault: true\nvault_backend: {host: vault.example.org, token: s.EXAMPLE}\n";

fn keys_of_config() -> BTreeSet<String> {
    let schema: Value = serde_json::from_str(&read("docs/schema/config.schema.json")).unwrap();
    schema["properties"].as_object().unwrap().keys().cloned().collect()
}

fn kind(document: &Value) -> Kind {
    let map = document.as_object().unwrap_or_else(|| panic!("{document} is no map"));
    let config = keys_of_config();
    let all_have = |map: &Map<String, Value>, key: &str| map.values().all(|value| value.get(key).is_some());
    let has = |key: &str| map.contains_key(key);
    if map.keys().all(|key| config.contains(key)) {
        Kind::Config
    } else if map.values().all(|service| service.get("type").or(service.get("use")).is_some()) {
        Kind::Services
    } else if all_have(map, "role") {
        Kind::Users
    } else if OF_OTHER_PROGRAMS.into_iter().any(has) {
        Kind::Other
    } else if has("host") {
        Kind::Properties
    } else if has("body") {
        Kind::Webhook
    } else {
        panic!("this is an example of nothing that is known: {document}")
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// The three files of a configuration.
struct Files {
    config: String,
    services: String,
    users: String,
}

/// The list of discovered services in `docs/configuration.md`.
fn documented_list() -> String {
    let page = read("docs/configuration.md");
    let list = page.split("```json\n").find_map(|block| block.split("```").next().filter(|block| block.contains("\"targets\"")));
    list.unwrap_or_else(|| panic!("there is no list with targets")).to_owned()
}

/// What `platus validate` says of these files, if it is not content.
fn complaint_of_files(files: &Files) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("secrets")).unwrap();
    fs::write(path("secrets/db"), "secret").unwrap();
    fs::write(path("page.crt"), targets().certificate("server")).unwrap();
    fs::write(path("page.key"), targets().key("server")).unwrap();
    for file in MORE_FILES.map(&path) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "{}").unwrap();
    }
    fs::write(path("targets.json"), documented_list()).unwrap();
    let secrets = format!("{}/", path("secrets").display());
    let mut command = platus(&["validate", "--config"]);
    command.arg(path("config.yaml"));
    let variables = Regex::new(r"\$\{(\w+)").unwrap();
    for (name, text) in [("config.yaml", &files.config), ("services.yaml", &files.services), ("users.yaml", &files.users)] {
        fs::write(path(name), text.replace("/run/secrets/", &secrets)).unwrap();
        for variable in variables.captures_iter(text) {
            command.env(&variable[1], "1");
        }
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (!output.status.success()).then_some(said)
}

/// What `platus validate` says of an example, if it is not content. `…` stands for the rest of a hash.
fn complaint(kind: Kind, text: &str) -> Option<String> {
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$tIvWAqRq4a3W0XcFOdP2Sm5LPXwDTXJqRsLzI1Z7yXQ";
    let text = text.replace("$argon2id$v=19$m=19456,t=2,p=1$…", hash);
    let config = match () {
        () if text.contains("vault_") => VAULT,
        () if text.contains("use: ") => TEMPLATES,
        () => "{}",
    };
    let files = Files { config: config.to_owned(), services: SERVICES.to_owned(), users: "{}".to_owned() };
    let with_property = |line: &str| {
        let host = if line.starts_with("host:") { "" } else { "    host: example.org\n" };
        format!("example:\n  type: redis\n  properties:\n{host}    {line}\n")
    };
    match kind {
        Kind::Config => complaint_of_files(&Files { config: text, ..files }),
        Kind::Services => complaint_of_files(&Files { services: text, ..files }),
        Kind::Users => complaint_of_files(&Files { users: text, ..files }),
        // Each line shows another way to write a value.
        Kind::Properties => {
            let files = |line| Files { config: files.config.clone(), services: with_property(line), users: files.users.clone() };
            text.lines().find_map(|line| complaint_of_files(&files(line)))
        }
        Kind::Webhook => {
            let config = format!("notify_backend:\n  type: webhook\n  data:\n    url: https://example.org/\n{}", indented(&text));
            complaint_of_files(&Files { config, ..files })
        }
        Kind::Comment | Kind::Other => None,
    }
}

fn check(page: &Page, block: &Block<'_>, wrong: &mut Vec<String>) -> Kind {
    let place = format!("{}:{}", page.path.display(), block.line);
    if block.text.lines().all(|line| line.starts_with('#')) {
        return Kind::Comment;
    }
    let node = yaml::parse(&place, &block.text).unwrap_or_else(|error| panic!("{error}"));
    let kind = kind(&node.read().unwrap_or_else(|error| panic!("{error}")));
    wrong.extend(complaint(kind, &block.text).map(|said| format!("{place} ({kind:?}):\n{said}")));
    kind
}

#[test]
fn every_example_of_yaml_is_read() {
    let (mut wrong, mut kinds) = (Vec::new(), Vec::new());
    for page in &pages() {
        for block in page.blocks().iter().filter(|block| block.language == "yaml") {
            kinds.push(check(page, block, &mut wrong));
        }
    }
    let count = |kind| kinds.iter().filter(|it| **it == kind).count();
    assert!(count(Kind::Config) > 20 && count(Kind::Services) > 14 && count(Kind::Users) > 1, "{kinds:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_example_is_found() {
    for (kind, text) in [
        (Kind::Config, "log_levl: info\n"),
        (Kind::Services, "web: {type: tcp, properties: {host: h, prot: 1}}\n"),
        (Kind::Users, "alice: {role: dev, pasword: x}\n"),
        (Kind::Properties, "host: a\nprot: 1\n"),
        (Kind::Webhook, "bdy: x\n"),
    ] {
        assert!(complaint(kind, text).is_some(), "{text}");
    }
}
