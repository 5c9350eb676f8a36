//! What a list of others can neither choose nor show.

use super::entry;
use crate::command_line::platus;
use crate::reload::CONFIG;
use crate::test_app::configuration;
use serde_json::{Value, json};
use std::fs;

/// The errors that `platus validate` finds.
fn errors(services: &str, lists: &[(String, String)]) -> Vec<String> {
    let folder = configuration(CONFIG, services);
    for (name, list) in lists {
        fs::write(folder.path().join(name), list).unwrap();
    }
    let output = platus(&["validate", "--json", "--config"]).arg(folder.path().join("config.yaml")).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn a_list_chooses_nothing_that_runs_unless_the_entry_allows_it() {
    let list = [("t.json".to_owned(), json!([{"targets": ["a"], "labels": {"x": "y"}}]).to_string())];
    let commands = [
        "command: [sh, -ce, 'ping ${each.host}']",
        "command: [bash, -c, --, '${each.labels.x}']",
        "command: [sh, -c, -e, '${each.labels.x}']",
        "command: [env, sh, -c, '${each.labels.x}']",
        "command: ['${PROG}', -c, '${each.labels.x}']",
        "command: [ping, '${each.host}']",
        "command: [ping, a], env: {PATH: '/tmp/${each.labels.x}'}",
        "command: [ping, a], env: {BASH_ENV: '${each.labels.x}'}",
        "command: [ping, a], env: {LD_PRELOAD: '${each.labels.x}'}",
        "command: [ping, a], directory: '/tmp/${each.labels.x}'",
    ];
    let services = |allowed: &str| -> String {
        let service = |(index, command): (usize, &&str)| {
            format!("x{index}-${{each.target}}: {{type: exec, discover: {{file: t.json{allowed}}}, properties: {{{command}}}}}\n")
        };
        commands.iter().enumerate().map(service).collect()
    };
    let found = errors(&services(""), &list);
    for (index, command) in commands.iter().enumerate() {
        let is_of = |error: &&String| error.contains(&format!("x{index}-")) && error.contains("would decide what runs");
        assert!(found.iter().any(|error| is_of(&error)), "{command}: {found:?}");
    }
    let found = errors(&services(", allow_in_commands: true"), &list);
    assert!(found.iter().all(|error| error.contains("PROG")), "only the unset variable is wrong: {found:?}");

    let others = [
        ("type: exec, properties: {command: ['${each.host}']}", "which program runs"),
        ("type: exec, properties: {command: '${each.host}'}", "would decide what runs"),
        ("type: heartbeat, properties: {token: '${each.labels.x}0123456789abcdef'}", "cannot make jobs"),
        ("type: tcp, was: old", "cannot continue another one"),
    ];
    for (keys, expected) in others {
        let found = errors(&format!("x: {{discover: {{file: t.json, allow_in_commands: true}}, {keys}}}\n"), &list);
        assert!(found.iter().any(|error| error.contains(expected)), "{keys}: {found:?}");
    }
}

#[test]
fn a_list_shows_no_login_and_has_one_meaning() {
    let lists = [
        (r#"[{"targets": ["https://user:s3cret@shop.example/"]}]"#, "a target has a login"),
        (r#"[{"targets": ["user:s3cret@shop.example:80"]}]"#, "a target has a login"),
        (r#"[{"targets": ["[-x]:80"]}]"#, "begins with `-`"),
        (r#"[{"targets": ["http://-x:80/"]}]"#, "begins with `-`"),
        (r#"[{"targets": ["a"], "targets": ["b"]}]"#, "is ambiguous: a key stands twice"),
        (r#"[{"targets": ["a"], "labels": {"a": "1", "a": "2"}}]"#, "is ambiguous: a key stands twice"),
        (r#"[{"targets": ["a"], "labels": {"a": "\ud800"}}]"#, "is ambiguous: "),
        ("\u{feff}[{\"targets\": [\"a:1\"]}]", ""),
    ];
    let services: String = (0..lists.len())
        .map(|index| entry(&format!("file: {index}.json")).replacen("shop-${each.labels.name}", &format!("list{index}"), 1))
        .map(|entry| entry.replace("${each.labels.env}", "t").replace("${each.labels.name}", "s"))
        .collect();
    let files: Vec<_> = lists.iter().enumerate().map(|(index, (list, _))| (format!("{index}.json"), (*list).to_owned())).collect();
    let found = errors(&services, &files);
    for (index, (list, expected)) in lists.iter().enumerate() {
        let of_list: Vec<_> = found.iter().filter(|error| error.contains(&format!("list{index}"))).collect();
        match expected.is_empty() {
            true => assert_eq!(of_list, [] as [&String; 0], "{list}"),
            false => assert!(of_list.len() == 1 && of_list[0].contains(expected), "{list}: {of_list:?}"),
        }
    }
    assert!(!found.iter().any(|error| error.contains("s3cret")), "{found:?}");
}
