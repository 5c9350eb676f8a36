//! Files that are none, or that want to do something.

use super::{fixture, import};
use rusqlite::Connection;
use std::fs;

#[test]
fn files_that_cannot_be_read_end_with_two_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("empty"), "").unwrap();
    fs::write(path("text"), "nothing of the kind").unwrap();
    fs::write(path("bytes"), [0xff, 0xfe, 0x00]).unwrap();
    fs::write(path("cut.db"), &b"SQLite format 3\0 and no more"[..]).unwrap();
    fs::write(path("list.json"), "[1, 2]").unwrap();
    let blackbox = fixture("blackbox.yml").display().to_string();
    for name in ["empty", "text", "bytes", "cut.db", "list.json", "nothing", "."] {
        let file = path(name);
        for arguments in [
            vec!["gatus", &file],
            vec!["uptime-kuma", &file],
            vec!["platus", &file],
            vec!["prometheus", &file, "--blackbox", &blackbox],
        ] {
            let imported = import(&arguments);
            assert_eq!(imported.code, Some(2), "{arguments:?}: {}", imported.said);
            assert!(!imported.folder().exists(), "{arguments:?}");
        }
    }
}

#[test]
fn a_value_cannot_make_platus_read_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    fs::write(
        &file,
        "endpoints: [{name: a, url: 'http://a.example.org', method: POST, body: 'file:/etc/passwd', conditions: ['[STATUS] == 200']}]\n",
    )
    .unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1));
    imported.assert_valid(&[]);
    assert!(!imported.text("services.yaml").contains("/etc/passwd"));
}

#[test]
fn names_cannot_end_a_comment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    let text = "endpoints:\n  - {name: \"a\\nevil: {type: exec, properties: {command: [x]}}\", url: 'wss://a.example.org', conditions: ['[CONNECTED] == true']}\n  \
                - {name: \"b\\n\\u2028evil: {type: exec}\", enabled: false, url: 'tcp://a.example.org:1', \"k\\nevil: 1\": 2}\n";
    fs::write(&file, text).unwrap();
    let imported = import(&["gatus", file.to_str().unwrap()]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    imported.assert_valid(&[]);
    let services = imported.text("services.yaml");
    assert!(services.lines().all(|line| line.is_empty() || line.starts_with('#') || line == "{}"), "{services}");
}

#[test]
fn a_database_with_views_or_computed_columns_is_refused() {
    for schema in [
        "CREATE VIEW monitor AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
        "CREATE TABLE monitor (id INTEGER, name TEXT AS (hex(zeroblob(1000000000))))",
        "CREATE TABLE other (id INTEGER)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kuma.db");
        Connection::open(&file).unwrap().execute_batch(schema).unwrap();
        let imported = import(&["uptime-kuma", file.to_str().unwrap()]);
        assert_eq!(imported.code, Some(2), "{schema}: {}", imported.said);
        assert!(imported.said.contains("has no table `monitor`"), "{}", imported.said);
    }
}
