//! Histories of Uptime Kuma that are not imported, or only in part.

use super::kuma_database::{Version, create};
use crate::command_line::platus;
use crate::waiting::until;
use std::fs;
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
