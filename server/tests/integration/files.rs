//! The files that Platus writes: concurrent writes, and unsafe files in their places.

use crate::command_line::{Running, platus};
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const ONE: &str = "shop: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: shop}}";

/// Commands that run at the same time.
const COMMANDS: usize = 8;

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let config = folder.join("config.yaml").display().to_string();
    platus(&[arguments, &["--config", &config]].concat())
}

fn spawn(folder: &Path, arguments: &[&str]) -> Child {
    command(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn all_succeed(children: Vec<Child>) {
    let outputs: Vec<Output> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    for output in outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn keys(folder: &Path) -> BTreeSet<String> {
    let listed = command(folder, &["keys", "list"]).output().unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout).unwrap().lines().map(|line| line.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn keys_that_are_made_and_revoked_at_the_same_time_are_all_kept_and_gone() {
    let folder = configuration("{}", "{}");
    let names = |kind: &str| (0..COMMANDS).map(|number| format!("{kind}{number}")).collect::<Vec<_>>();
    let (first, second) = (names("first"), names("second"));
    let create = |name: &String| spawn(folder.path(), &["keys", "create", name, "--user", "admin"]);
    all_succeed(first.iter().map(create).collect());
    assert_eq!(keys(folder.path()), first.iter().cloned().collect());
    let revoke = |name: &String| spawn(folder.path(), &["keys", "revoke", name]);
    all_succeed(first.iter().map(revoke).chain(second.iter().map(create)).collect());
    assert_eq!(keys(folder.path()), second.into_iter().collect());
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_str().unwrap().starts_with(".keys.yaml.") && name != ".keys.yaml.lock"), "{left:?}");
}

#[test]
fn what_others_have_put_beside_the_keys_is_not_written_to_and_gives_no_rights() {
    let folder = configuration("{}", "{}");
    let path = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(path(name)).unwrap().mode() & 0o777;
    let create = |name: &str| command(folder.path(), &["keys", "create", name, "--user", "admin"]).output().unwrap();
    fs::write(path("victim"), "theirs").unwrap();
    symlink(path("victim"), path("keys.yaml.partial")).unwrap();
    assert!(create("one").status.success());
    fs::remove_file(path("keys.yaml.partial")).unwrap();
    fs::write(path("keys.yaml.partial"), "").unwrap();
    fs::set_permissions(path("keys.yaml.partial"), Permissions::from_mode(0o666)).unwrap();
    fs::remove_file(path("keys.yaml")).unwrap();
    assert!(create("two").status.success());
    assert_eq!((fs::read_to_string(path("victim")).unwrap().as_str(), mode("keys.yaml")), ("theirs", 0o600));

    fs::set_permissions(path("keys.yaml"), Permissions::from_mode(0o646)).unwrap();
    let refused = create("three");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("every user of this machine can write to it"), "{said}");
    fs::set_permissions(path("keys.yaml"), Permissions::from_mode(0o644)).unwrap();
    let closed = create("four");
    assert!(closed.status.success());
    assert_eq!((mode("keys.yaml"), keys(folder.path()).len()), (0o640, 2));
}

#[tokio::test]
async fn keys_in_a_file_that_everybody_can_write_open_nothing() {
    let folder = configuration("{}", ONE);
    let made = command(folder.path(), &["keys", "create", "poller", "--user", "admin"]).output().unwrap();
    let key = String::from_utf8(made.stdout).unwrap().trim_end().to_owned();
    let file = folder.path().join("keys.yaml");
    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    let app = TestApp::start_in(folder).await;
    let status = async || app.request(Method::GET, "/api/v1.0/status").bearer_auth(&key).send().await.unwrap().status();
    assert_eq!(status().await, StatusCode::UNAUTHORIZED);
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    until("the key opens", async || status().await == StatusCode::OK).await;
}

#[test]
fn a_key_of_sessions_that_is_none_or_is_known_to_others_does_not_stay_and_does_not_hang() {
    let folder = configuration("{}", "{}");
    let key = folder.path().join("session.key");
    let serve = || {
        let mut running = Running::serve(folder.path());
        running.signal("-TERM");
        assert_eq!(running.end().0, Some(0));
    };
    serve();
    let first = fs::read(&key).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    serve();
    assert!(fs::read(&key).unwrap() != first && fs::metadata(&key).unwrap().mode() & 0o777 == 0o600);
    fs::write(&key, "").unwrap();
    serve();
    assert_eq!(fs::metadata(&key).unwrap().len(), 64);
    for odd in ["/dev/zero", "/dev/full"] {
        fs::remove_file(&key).unwrap();
        symlink(odd, &key).unwrap();
        serve();
    }
    fs::remove_file(&key).unwrap();
    assert!(Command::new("mkfifo").arg(&key).status().unwrap().success());
    serve();
    fs::remove_file(&key).unwrap();
    fs::create_dir(&key).unwrap();
    serve();
}

#[tokio::test]
async fn logouts_at_the_same_time_are_all_kept_also_when_the_disk_fails_for_a_while() {
    let app = TestApp::start(ONE).await;
    let file = app.folder().join("sessions.ended");
    let mut cookies = Vec::new();
    for _ in 0..60 {
        cookies.push(app.log_in("dev", "dev", "/").await.1);
    }
    let log_out = async |cookie: &String| {
        let out = app.request(Method::POST, "/logout").header("cookie", cookie).send().await.unwrap();
        assert_eq!(out.status(), StatusCode::SEE_OTHER);
    };
    let (last, others) = cookies.split_last().unwrap();
    futures::future::join_all(others.iter().map(log_out)).await;
    let kept = || fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    assert_eq!(kept(), others.len());

    // Nothing can be put in the place of a folder that is not empty.
    let aside = app.folder().join("aside");
    fs::rename(&file, &aside).unwrap();
    fs::create_dir_all(file.join("in the way")).unwrap();
    log_out(last).await;
    let status = app.request(Method::GET, "/api/v1.0/status").header("cookie", last).send().await.unwrap().status();
    assert_eq!((status, file.is_dir()), (StatusCode::UNAUTHORIZED, true));
    fs::remove_dir_all(&file).unwrap();
    until("all are kept", async || kept() == cookies.len()).await;
}
