//! Histories of Uptime Kuma that are not imported, or only in part.

use super::import;
use super::kuma_database::{Version, create};
use crate::command_line::platus;
use crate::waiting::until;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::process::Stdio;

/// A monitor with this number of heartbeats, one a minute.
fn rows(heartbeats: u32) -> String {
    format!(
        "INSERT INTO monitor (id, name, type, hostname, port) VALUES (1, 'Mail', 'port', '127.0.0.1', 9);
         INSERT INTO heartbeat (monitor_id, status, msg, time)
             WITH RECURSIVE ago(n) AS (SELECT {heartbeats} UNION ALL SELECT n - 1 FROM ago WHERE n > 1)
             SELECT 1, n % 97 > 0, 'x', strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || n || ' minutes') FROM ago;"
    )
}

#[tokio::test]
async fn an_import_that_was_interrupted_does_not_look_complete() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("kuma.db");
    create(&file, Version::Two, &rows(100_000));
    let folder = source.path().join("platus");
    let arguments = ["import", "uptime-kuma", file.to_str().unwrap(), "--history", "--output", folder.to_str().unwrap()];
    let mut first = platus(&arguments).stderr(Stdio::null()).spawn().unwrap();
    let unfinished = folder.join("unfinished-import");
    until("the history is being written", async || unfinished.join("platus.db").exists()).await;
    first.kill().unwrap();
    first.wait().unwrap();
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["unfinished-import"]);

    let again = platus(&arguments).output().unwrap();
    let said = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(2), "{said}");
    assert!(said.contains("/unfinished-import is from an import that was interrupted, or that still runs; remove it"), "{said}");
}

#[test]
fn what_is_missing_of_the_history_is_named() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("kuma.db");
    let more = "INSERT INTO monitor (id, name, type, hostname, port, active) VALUES
            (2, 'Paused', 'port', '127.0.0.1', 9, 0), (3, 'Never', 'port', '127.0.0.1', 9, 0);
        INSERT INTO monitor (id, name, type) VALUES (4, 'Container', 'docker');
        INSERT INTO monitor (id, name, type, database_connection_string) VALUES (5, 'Documents', 'mongodb', 'mongodb://127.0.0.1:9');
        INSERT INTO heartbeat (monitor_id, status, time) SELECT id, 1, '2026-01-01 00:00:00' FROM monitor WHERE id IN (2, 4, 5);
        INSERT INTO heartbeat (monitor_id, status, time) VALUES
            (1, 1, '2999-01-01 00:00:00'), (1, 1, 'yesterday'), (1, 9, strftime('%Y-%m-%d %H:%M:%f', 'now')),
            (1, 3, strftime('%Y-%m-%d %H:%M:%f', 'now'));";
    create(&file, Version::Two, &(rows(10) + more));
    let imported = import(&["uptime-kuma", file.to_str().unwrap(), "--history"]);
    assert_eq!(imported.code, Some(1));
    for line in [
        "Not carried over: service paused: its history, which only a service that is checked can have\n",
        "Not carried over: service container: its history\n",
        "Not carried over: service documents: its history, since the members of a MongoDB are rows of their own in Platus\n",
        "Not carried over: heartbeats in the history (3) whose status is unknown, ",
        "History: 10 checks of 1 service, from ",
    ] {
        assert!(imported.said.contains(line), "{line}: {}", imported.said);
    }
    assert!(!imported.said.contains("never"), "it has no history: {}", imported.said);
    assert_eq!(imported.text("services.yaml").matches("NOT CARRIED OVER: its history").count(), 3);
    assert!(imported.text("config.yaml").contains("NOT CARRIED OVER: heartbeats in the history (3)"));
    imported.assert_valid(&[]);
}

#[test]
fn a_damaged_history_has_a_comment_with_the_remedy() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("kuma.db");
    create(&file, Version::Two, &rows(10_000));
    let middle = fs::metadata(&file).unwrap().len() / 2;
    OpenOptions::new().write(true).open(&file).unwrap().write_all_at(&[0xaa; 65_536], middle).unwrap();
    let imported = import(&["uptime-kuma", file.to_str().unwrap(), "--history"]);
    assert_eq!(imported.code, Some(1), "{}", imported.said);
    assert!(imported.said.contains("is malformed; repair it with `sqlite3 kuma.db .recover | "), "{}", imported.said);
    assert!(imported.text("config.yaml").contains("NOT CARRIED OVER: the history: "), "{}", imported.text("config.yaml"));
    let mut names: Vec<_> = fs::read_dir(imported.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["config.yaml", "services.yaml", "users.yaml"]);
    imported.assert_valid(&[]);
}
