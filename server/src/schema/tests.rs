use super::{SchemaFile, schema, text};
use crate::config::{CHANNEL, CONFIG, SERVICE, STORE, USER};
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use checks::CheckTypes;
use notify::ChannelTypes;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use yaml::declaration::all_keys;

const FILES: [(SchemaFile, &str); 3] =
    [(SchemaFile::Services, "services"), (SchemaFile::Users, "users"), (SchemaFile::Config, "config")];

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

/// Fails when the schema is none.
fn validator(file: SchemaFile) -> Validator {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V7);
    compiler.add_resource("https://platus.test/schema.json", schema(file)).unwrap();
    let index = compiler.compile("https://platus.test/schema.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    Validator { schemas, index }
}

/// The errors of a document against a schema, empty if it is valid.
fn errors(validator: &Validator, document: &str) -> String {
    let document: Value = yaml::parse("file.yaml", document).unwrap().read().unwrap();
    validator.schemas.validate(&document, validator.index).err().map(|error| format!("{error:#}")).unwrap_or_default()
}

#[track_caller]
fn check_valid(validator: &Validator, document: &str) {
    let errors = errors(validator, document);
    assert!(errors.is_empty(), "{document}\n{errors}");
}

#[track_caller]
fn check_wrong(validator: &Validator, document: &str) {
    assert!(!errors(validator, document).is_empty(), "{document}");
}

#[test]
fn the_committed_schemas_are_current() {
    for (file, name) in FILES {
        let path = in_repository(&format!("docs/schema/{name}.schema.json"));
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text(file), "run: platus schema {name} > docs/schema/{name}.schema.json");
    }
}

#[test]
fn every_example_is_valid() {
    for (file, name) in FILES {
        let validator = validator(file);
        let legacy = if name == "config" { "config.yaml".to_owned() } else { format!("data/{name}.yaml") };
        for path in [format!("config/{name}.yaml"), format!("server/tests/fixtures/legacy/{legacy}")] {
            check_valid(&validator, &fs::read_to_string(in_repository(&path)).unwrap());
        }
    }
    let check_types = CheckTypes::built_in();
    let services = validator(SchemaFile::Services);
    for name in check_types.names() {
        check_valid(&services, check_types.documentation(name).unwrap().example);
    }
    let config = validator(SchemaFile::Config);
    for (_, example) in ChannelTypes::built_in().examples() {
        check_valid(&config, example);
    }
}

#[test]
fn what_the_loader_accepts_is_valid() {
    let config = validator(SchemaFile::Config);
    for document in [
        "{}",
        "log_level:\nnotify:\ncheck_interval: '5'\nlisten: '[::]:5001'",
        "check_interval: ${INTERVAL:-5}\nlog_level: ${LEVEL}\npersistent_data: ${STORE}",
        "reminder: 3600\nflapping: true",
        "reminder: {interval: 600, factor: 2}\nflapping: {low: 10, high: 50}",
        "maintenance: {hours: {days: sun, from: '02:00', to: '04:00'}}\nconnectivity: gateway\ntrusted_proxies: [10.0.0.0/8]",
        "vault: true\nvault_backend: {host: v, auth: {method: approle, role_id: r, secret_id_file: s}}",
        "persistent_data_backend: {type: sqlite}",
        "persistent_data_backend: {type: redis, data: {host: h, port: , ssl: True, charset: utf-8, password_file: pw}}",
        "services: [a.yaml, 'teams/*.yaml']\nusers: people",
        "templates: {a: {type: tcp, properties: {host: h}}, b: {use: [a, c], timeout: 5, data: {name: '${each.name}'}}, c: }",
        "templates: {a: {properties: {anything: 1}}}\ndefaults: {role: x, check_types: {tcp: {properties: {port: 443}}, ping: }}",
        "templates:\ndefaults:",
        "notify_backend: [{type: slack, data: {vault_url: apps/slack}, only: {states: down, roles: [a]}}, {type: slack, name: b, data: {url_file: f}}]",
    ] {
        check_valid(&config, document);
    }
    let services = validator(SchemaFile::Services);
    for document in [
        "{}",
        "a: {type: rest_http, properties: {host: h, port: '443', protocol: HTTP, vault_password: a/b}, data: {name: 7, url: /}}",
        "a: {type: tcp, role: , interval: '${I}', properties: {host_file: f, port: '${PORT}'}}",
        "a: {type: '${TYPE}', properties: {x: 1}}",
        "a: {use: web}\nb: {use: [web, slow], type: tcp, properties: {host: h}}",
        "a: {discover: {file: t.json}, type: tcp, properties: {host: '${each.host}', port: '${each.port:-1}'}}",
        "a: {discover: {url: 'https://l/', every: 5, headers: {A: b}, verify: no, allow_empty: yes}, use: web}",
        "'a-${each.value}': {for_each: [x, 7, {name: y}], type: tcp, properties: {host: '${each.value}', port: '${each.port:-1}'}}",
    ] {
        check_valid(&services, document);
    }
    let users = validator(SchemaFile::Users);
    for document in ["a: {role: x, password: 12}", "a: {role: [x, y], password_file: f}", "a: {role: x, vault_password: a/b}"] {
        check_valid(&users, document);
    }
}

#[test]
fn what_is_wrong_is_rejected() {
    let config = validator(SchemaFile::Config);
    for document in [
        "log_levl: info",
        "log_level: loud",
        "check_interval: 0",
        "check_interval: soon",
        "retries_before_notify: -1",
        "reminder: {factor: 2}",
        "reminder: 5",
        "flapping: {high: 101}",
        "maintenance: {hours: {from: '02:00'}}",
        "persistent_data_backend: {type: reddis}",
        "persistent_data_backend: {typ: redis}",
        "persistent_data_backend: {type: sqlite, data: {paht: x}}",
        "notify_backend: {type: slack, data: {}}",
        "notify_backend: {type: slack, data: {url: x, txt: y}}",
        "notify_backend: {type: webhok}",
        "notify_backend: {type: slack, data: {url: x}, only: {states: up}}",
        "vault_backend: {prot: 1}",
        "tls: {cert: c}",
        "retention: {days: 1d}",
        "services: {a: b}",
        "templates: {a: {typ: tcp}}",
        "templates: {a: {type: tpc}}",
        "templates: {a: {type: tcp, properties: {hots: h}}}",
        "templates: {a: {type: tcp, for_each: [1]}}",
        "templates: {a: {type: tcp, discover: {file: t.json}}}",
        "templates: [a]",
        "defaults: {type: tcp}",
        "defaults: {timeout: 0}",
        "defaults: {check_types: {tpc: {timeout: 5}}}",
        "defaults: {check_types: {tcp: {properties: {hots: h}}}}",
    ] {
        check_wrong(&config, document);
    }
    let services = validator(SchemaFile::Services);
    for document in [
        "a: {}",
        "a: tcp",
        "a: {type: tpc}",
        "a: {type: tcp}",
        "a: {type: tcp, properties: {host: h}}",
        "a: {type: tcp, properties: {hots: h, port: 1}}",
        "a: {type: tcp, properties: {host: h, port: 70000}}",
        "a: {type: tcp, properties: {host: h, port: many}}",
        "a: {type: tcp, intervall: 5, properties: {host: h, port: 1}}",
        "a: {type: tcp, interval: 0.5, properties: {host: h, port: 1}}",
        "a: {type: rest_http, properties: {host: h, protocol: ftp}}",
        "a: {type: rest_http, properties: {host: h}, data: {serach: ok}}",
        "a: {use: web, timeot: 5}",
        "a: {use: web, type: tcp, properties: {hots: h}}",
        "a: {discover: {flie: t.json}, use: web}",
        "a: {discover: t.json, use: web}",
        "'a-${each.value}': {for_each: eu, type: tcp, properties: {host: h, port: 1}}",
    ] {
        check_wrong(&services, document);
    }
    let users = validator(SchemaFile::Users);
    for document in ["a:", "a: {role: x}", "a: {password: x}", "a: {role: {}, password: x}", "a: {role: x, pasword: x}"] {
        check_wrong(&users, document);
    }
}

#[test]
fn every_key_has_a_sentence() {
    for key in [CONFIG, SERVICE, USER, CHANNEL, STORE].into_iter().flat_map(all_keys) {
        assert!(key.description.ends_with('.'), "{}: {}", key.name, key.description);
    }
}

/// The keys in the first column of the tables below a heading of `docs/configuration.md`.
fn documented(heading: &str) -> Vec<String> {
    let text = fs::read_to_string(in_repository("docs/configuration.md")).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    rows.flat_map(|cell| cell.split("`, `").map(|key| key.trim_end_matches('`').to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn the_documentation_has_every_key_and_no_other() {
    for (heading, keys, further) in
        [("`config.yaml`", CONFIG, &[][..]), ("`services.yaml`", SERVICE, &["data.type", "data.name"]), ("`users.yaml`", USER, &[])]
    {
        let mut declared: Vec<_> = keys.iter().copied().flatten().map(|key| key.name).chain(further.iter().copied()).collect();
        let mut documented = documented(heading);
        declared.sort_unstable();
        documented.sort_unstable();
        assert_eq!(documented, declared, "{heading}");
    }
}
