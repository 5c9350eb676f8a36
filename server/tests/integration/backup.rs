//! `platus backup` and `platus restore`: a copy of one moment while checks are stored, and the way back.

use crate::command_line::{Running, platus};
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::until;
use reqwest::Client;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// Many services that fail at once, so that every second has commits.
fn busy() -> TempDir {
    let service =
        |number| format!("s{number}: {{type: tcp, properties: {{host: 127.0.0.1, port: 1}}, data: {{name: S{number}}}}}\n");
    configuration("check_interval: 1\n", &(0..100).map(service).collect::<String>())
}

fn run(command: &str, folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("config.yaml");
    platus(&[command, "--config", config.to_str().unwrap()]).args(arguments).output().unwrap()
}

#[track_caller]
fn check_refused(output: &Output, code: i32, part: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(part), "{said}");
}

#[track_caller]
fn check_done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The number of its last commit and its incidents, of a database that is whole.
fn content(database: &Path) -> (u64, u64) {
    let connection = Connection::open(database).unwrap();
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let number = |sql| connection.query_row(sql, [], |row| row.get(0)).unwrap();
    (number("SELECT value FROM meta WHERE name = 'last_commit'"), number("SELECT count(*) FROM incident"))
}

async fn commits(running: &Running) -> u64 {
    let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let request = client.get(format!("http://{}/metrics", running.address())).basic_auth("admin", Some("admin"));
    let metrics = request.send().await.unwrap().text().await.unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix("platus_store_commits_total ")).unwrap();
    line.parse().unwrap()
}

async fn incidents(running: &Running) -> usize {
    let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let request = client.get(format!("http://{}/api/v1.0/incidents?open=true&limit=1000", running.address()));
    let answer: Value = request.basic_auth("admin", Some("admin")).send().await.unwrap().json().await.unwrap();
    answer["result"]["incidents"].as_array().unwrap().len()
}

fn backups(folder: &Path) -> (PathBuf, String) {
    let file = folder.join("backup.db");
    (file.clone(), file.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_running_platus_is_backed_up_and_the_backup_is_restored() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let (folder, elsewhere) = (busy(), tempfile::tempdir().unwrap());
    let (file, name) = backups(elsewhere.path());
    let mut running = Running::serve(folder.path());
    until("all incidents are open", async || incidents(&running).await == 100).await;

    for force in [&[][..], &["--force"], &["--force"]] {
        let before = commits(&running).await;
        check_done(&run("backup", folder.path(), &[&[name.as_str()], force].concat()));
        let (last_commit, opened) = content(&file);
        assert!(last_commit >= before && opened == 100, "{last_commit} after {before}, {opened} incidents");
        until("checks are stored during a backup", async || commits(&running).await > before + 2).await;
    }
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "no partial file is left");

    check_refused(&run("backup", folder.path(), &[&name]), 1, "exists already");
    let database = folder.path().join("platus.db");
    check_refused(&run("backup", folder.path(), &[database.to_str().unwrap(), "--force"]), 1, "is the database itself");
    let users = folder.path().join("users.yaml");
    let before = fs::read(&users).unwrap();
    check_refused(&run("backup", folder.path(), &[users.to_str().unwrap(), "--force"]), 1, "is no SQLite database");
    assert_eq!(fs::read(&users).unwrap(), before);
    check_refused(&run("restore", folder.path(), &[&name]), 1, "is used by another Platus");

    let backed_up = content(&file);
    running.signal("-KILL");
    running.end();
    let said = check_done(&run("restore", folder.path(), &[&name]));
    assert_eq!(content(&database), backed_up);
    let replaced = said.lines().find_map(|line| line.strip_prefix("The replaced database is ")).unwrap();
    let replaced = Path::new(replaced.trim_end_matches('.'));
    assert!(content(replaced).0 > backed_up.0, "the replaced database has the later commits, also those of its log");

    let running = Running::serve(folder.path());
    assert_eq!(incidents(&running).await, 100);
    until("checks are stored", async || commits(&running).await > 2).await;
}

#[test]
fn what_is_no_backup_is_refused_and_changes_nothing() {
    let (folder, elsewhere) = (configuration("{}", "{}"), tempfile::tempdir().unwrap());
    let (file, name) = backups(elsewhere.path());
    check_refused(&run("backup", folder.path(), &[&name]), 1, "platus.db cannot be read");
    drop(Running::serve(folder.path()));
    let database = folder.path().join("platus.db");
    check_done(&run("backup", folder.path(), &[&name]));
    let (good, before) = (fs::read(&file).unwrap(), fs::read(&database).unwrap());

    fs::write(&file, "").unwrap();
    check_refused(&run("restore", folder.path(), &[&name]), 1, "is empty");
    fs::write(&file, "x".repeat(8192)).unwrap();
    check_refused(&run("restore", folder.path(), &[&name]), 1, "is not a database of SQLite");
    let cut: Vec<u8> = good[..good.len() / 2].to_vec();
    fs::write(&file, cut).unwrap();
    check_refused(&run("restore", folder.path(), &[&name]), 1, "is damaged");
    fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE other (a)").unwrap();
    check_refused(&run("restore", folder.path(), &[&name]), 1, "is the database of another program");
    check_refused(&run("restore", folder.path(), &["/nowhere/backup.db"]), 1, "/nowhere/backup.db cannot be read");
    assert_eq!(fs::read(&database).unwrap(), before);

    for (store, part) in [
        ("persistent_data: False\n", "nothing is stored"),
        ("persistent_data_backend: {type: redis, data: {host: 127.0.0.1}}\n", "use the tools of `redis`"),
    ] {
        fs::write(folder.path().join("config.yaml"), store).unwrap();
        for command in ["backup", "restore"] {
            check_refused(&run(command, folder.path(), &[&name]), 2, part);
        }
    }
}

#[test]
fn a_backup_is_restored_where_there_is_no_database_yet() {
    let (folder, other, elsewhere) = (configuration("{}", "{}"), configuration("{}", "{}"), tempfile::tempdir().unwrap());
    let (_, name) = backups(elsewhere.path());
    drop(Running::serve(folder.path()));
    check_done(&run("backup", folder.path(), &[&name]));
    let said = check_done(&run("restore", other.path(), &[&name]));
    assert!(!said.contains("replaced"), "{said}");
    assert_eq!(content(&other.path().join("platus.db")), content(&folder.path().join("platus.db")));
}
