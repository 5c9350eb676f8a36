//! Failures of a database file.

use super::store;
use crate::storage::records::{chunk, sample, transition};
use history::Tier;
use rusqlite::Connection;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::env;
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use storage::sqlite::SqliteStore;
use storage::{Commit, Expired, Fold, Store, StoreError};
use tempfile::TempDir;

fn commit(number: u64) -> Commit {
    Commit { number, samples: vec![sample(1, number as i64)], transitions: vec![transition(number, 1, 1)], ..Commit::default() }
}

async fn begun(path: &Path) -> SqliteStore {
    let store = store(path);
    store.load().await.unwrap();
    store.commit(&commit(1)).await.unwrap();
    store
}

async fn check_last_commit(path: &Path, expected: u64) {
    let store = store(path);
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.last_commit, expected);
    assert_eq!(loaded.journal.len() as u64, expected);
    store.close().await.unwrap();
}

#[track_caller]
fn check_error<T>(result: Result<T, StoreError>, is_expected: fn(&StoreError) -> bool, words: &str) {
    let error = result.err().expect("an error");
    assert!(is_expected(&error) && error.to_string().contains(words), "{error:?}");
}

#[track_caller]
fn check_away<T>(result: Result<T, StoreError>, words: &str) {
    check_error(result, |error| matches!(error, StoreError::Away(_)), words);
}

#[track_caller]
fn check_misplaced<T>(result: Result<T, StoreError>, words: &str) {
    check_error(result, |error| matches!(error, StoreError::Misplaced(_)), words);
}

#[track_caller]
fn check_unusable<T>(result: Result<T, StoreError>, words: &str) {
    check_error(result, |error| matches!(error, StoreError::Unusable(_)), words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_away_until_it_is_free() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    let store = begun(&path).await;
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    check_away(store.commit(&commit(2)).await, "is locked by another program");
    other.execute_batch("ROLLBACK").unwrap();
    store.commit(&commit(2)).await.unwrap();
    store.close().await.unwrap();
    check_last_commit(&path, 2).await;
}

/// The kernel's limit on the size of a file stands for a disk that is full. It is one of a whole process, so this is done in another.
#[test]
fn a_full_disk_is_away_until_there_is_space() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new("env");
    // Otherwise the kernel ends a process that reaches the limit.
    command.args(["--ignore-signal=XFSZ"]).arg(env::current_exe().unwrap());
    let name = format!("{}::in_a_process_with_a_full_disk", module_path!().split_once("::").unwrap().1);
    let output = command.args(["--exact", &name, "--nocapture"]).env(FULL_DISK, folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed") && text.contains(RECOVERED), "{text}");
}

const FULL_DISK: &str = "PLATUS_TEST_FULL_DISK";
const RECOVERED: &str = "There is space again.";

#[tokio::test(flavor = "multi_thread")]
async fn in_a_process_with_a_full_disk() {
    let Some(folder) = env::var_os(FULL_DISK) else { return };
    let path = Path::new(&folder).join("platus.db");
    let store = begun(&path).await;
    let size = fs::metadata(path.with_extension("db-wal")).unwrap().len();
    setrlimit(Resource::Fsize, Rlimit { current: Some(size + 10_000), maximum: None }).unwrap();
    let chunks = (0..100).map(|node| chunk(Tier::Hour, 1, node, &[7; 2_000])).collect();
    let large = Fold { chunks, drop_journal: Some(1), ..Fold::default() };
    check_away(store.fold(&large).await, "platus.db");
    check_away(store.fold(&large).await, "platus.db");
    assert!(store.chunks(Tier::Hour, 0..=9, None).await.unwrap().is_empty());
    setrlimit(Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    store.commit(&commit(2)).await.unwrap();
    store.fold(&large).await.unwrap();
    assert_eq!(store.chunks(Tier::Hour, 0..=9, None).await.unwrap().len(), 100);
    store.close().await.unwrap();
    let store = super::store(&path);
    assert_eq!(store.load().await.unwrap().last_commit, 2);
    println!("{RECOVERED}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_is_away_until_it_is_back() {
    let folder = TempDir::new().unwrap();
    let (path, aside) = (folder.path().join("platus.db"), folder.path().join("aside.db"));
    let store = begun(&path).await;
    fs::rename(&path, &aside).unwrap();
    check_away(store.commit(&commit(2)).await, "is gone or another file has taken its place");
    fs::create_dir(&path).unwrap();
    check_away(store.commit(&commit(2)).await, "is gone or another file has taken its place");
    fs::remove_dir(&path).unwrap();
    fs::rename(&aside, &path).unwrap();
    store.commit(&commit(2)).await.unwrap();
    store.close().await.unwrap();
    check_last_commit(&path, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_yet_may_be_made() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("later").join("platus.db");
    let store = store(&path);
    check_misplaced(store.load().await, "later does not exist. Create it");
    check_away(store.chunks(Tier::Raw, 0..=1, None).await, "cannot be opened");
    fs::create_dir(path.parent().unwrap()).unwrap();
    store.load().await.unwrap();
    store.commit(&commit(1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_a_database_is_reported_with_a_remedy() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    File::create(path("file")).unwrap();
    symlink(path("nothing"), path("dangling")).unwrap();
    mknodat(CWD, path("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    for (place, words) in [
        (path("file/platus.db"), "file"),
        (folder.path().to_owned(), "is a folder, and the database is to be a file"),
        (path("pipe"), "is a named pipe, and the database is to be a file"),
        ("/dev/null".into(), "is a device, and the database is to be a file"),
        (path("dangling"), "nothing, where there is nothing. Create that file, remove the link"),
        // No file can be created there.
        ("/sys/platus.db".into(), "/sys"),
    ] {
        check_misplaced(store(&place).load().await, words);
    }
    assert!(!path("nothing").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_file_is_refused_and_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.txt");
    let text = "These are notes, and no database. ".repeat(100);
    fs::write(&path, &text).unwrap();
    check_unusable(store(&path).load().await, "is not a database of SQLite");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_another_program_is_refused_and_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    check_kept(&path, "is the database of another program").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused_and_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    begun(&path).await.close().await.unwrap();
    Connection::open(&path).unwrap().execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 77").unwrap();
    check_kept(&path, "has the schema version 77, and this Platus knows versions up to 3: use the newer Platus").await;
}

async fn check_kept(path: &Path, words: &str) {
    let before = fs::read(path).unwrap();
    let store = store(path);
    check_unusable(store.load().await, words);
    store.close().await.unwrap();
    assert!(fs::read(path).unwrap() == before);
    assert!(!path.with_extension("db-wal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_writes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    let first = begun(&path).await;
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let holder = format!("is used by another Platus (process {})", std::process::id());
    for path in [&path, &link] {
        check_unusable(store(path).load().await, &holder);
    }
    first.commit(&commit(2)).await.unwrap();
    first.close().await.unwrap();
    check_last_commit(&link, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_writes_also_when_the_file_of_the_lock_is_gone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    let first = begun(&path).await;
    fs::remove_file(folder.path().join("platus.db-lock")).unwrap();
    check_unusable(store(&path).load().await, "is used by another Platus");
    first.commit(&commit(2)).await.unwrap();
    first.close().await.unwrap();
    check_last_commit(&path, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_link_in_the_place_of_the_lock_is_not_followed() {
    let folder = TempDir::new().unwrap();
    let (path, victim) = (folder.path().join("platus.db"), folder.path().join("victim"));
    fs::write(&victim, "theirs").unwrap();
    symlink(&victim, folder.path().join("platus.db-lock")).unwrap();
    check_misplaced(store(&path).load().await, "platus.db-lock cannot be opened");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");
}

/// The locks do not hold everywhere, and may be of a machine that is cut off from the disk.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_two_writers_gets_no_confirmation() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    let first = begun(&path).await;
    let second = Connection::open(&path).unwrap();
    second.execute_batch("UPDATE meta SET value = 7 WHERE name = 'writer'").unwrap();
    let words = "another Platus has begun to write to";
    for _ in 0..2 {
        check_unusable(first.commit(&commit(2)).await, words);
        check_unusable(first.fold(&Fold::default()).await, words);
        check_unusable(first.prune(&Expired::Chunks { tier: Tier::Raw, before: 9 }).await, words);
        // The second has stored a commit of its own under the number.
        second.execute_batch("UPDATE meta SET value = 2 WHERE name = 'last_commit'").unwrap();
    }
    first.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_user_may_read_it() {
    let folder = TempDir::new().unwrap();
    let _store = begun(&folder.path().join("platus.db")).await;
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}
