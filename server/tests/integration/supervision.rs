//! Supervision of the tasks of Platus: one that dies or hangs is noticed. Fail points, which exist in tests only, make them fail.

use crate::command_line::{self, Running, platus};
use crate::servers::free_port;
use crate::test_app::configuration;
use crate::waiting::{until, until_blocking};
use reqwest::Client;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const SERVICES: &str = "web: {interval: 1, type: exec, properties: {command: ['true']}, data: {name: web}}\n";

/// A configuration with a channel, and the command that serves it.
fn serve(fail_points: &str) -> (TempDir, Command) {
    let config = format!("notify: true\nnotify_backend: {{type: webhook, data: {{url: 'http://127.0.0.1:{}/'}}}}\n", free_port());
    let folder = configuration(&config, SERVICES);
    let mut command = command_line::serve(folder.path());
    command.env("FAILPOINTS", fail_points).env("PATH", "/usr/bin:/bin");
    (folder, command)
}

fn healthcheck(running: &Running) -> Output {
    platus(&["healthcheck", "--url", &format!("http://{}", running.address())]).output().unwrap()
}

#[test]
fn a_task_that_panics_ends_the_process_with_its_name() {
    for (fail_point, task) in
        [("recorder", "recorder"), ("scheduler", "scheduler"), ("store", "store"), ("dispatcher", "dispatcher (webhook)")]
    {
        let (_folder, mut command) = serve(&format!("{fail_point}=panic(out of order)"));
        let mut running = Running::start(&mut command);
        let (code, took) = running.end();
        let log = running.log().join("\n");
        assert_eq!(code, Some(1), "{task}: {log}");
        assert!(took < Duration::from_secs(5), "{task}: {took:?}");
        assert!(log.contains(&format!("Shutting down, because the task {task} panicked")), "{task}: {log}");
        assert!(log.contains(&format!("platus: the task {task} panicked")), "{task}: {log}");
    }
}

#[tokio::test]
async fn a_recorder_that_hangs_turns_health_red() {
    let (_folder, mut command) = serve("recorder=3*off->pause");
    let notifications = Notifications::of(&mut command);
    let mut running = Running::start(&mut command);
    let client = client();
    let address = format!("http://{}/api/v1.0/health", running.address());
    until("health is red", async || {
        // A queue that is full would hold up what is sent next.
        notifications.forget();
        client.get(&address).send().await.unwrap().status() == 503
    })
    .await;

    let body: Value = client.get(&address).send().await.unwrap().json().await.unwrap();
    assert_eq!(body["health"], "Platus does not work as it should.");
    let problem = body["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("The recorder has not finished a commit for "), "{problem}");
    let checked = healthcheck(&running);
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8(checked.stderr).unwrap();
    assert!(said.starts_with("platus: The recorder has not finished a commit for "), "{said}");
    // The service manager is left without a sign of life, until the next is that of the end.
    notifications.forget();
    running.signal("-TERM");
    let (_, took) = running.end();
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert_eq!(notifications.next(), "STOPPING=1");
}

#[test]
fn a_service_manager_is_notified_of_the_start_of_life_and_of_the_end() {
    for make in [Notifications::of, Notifications::without_file] {
        let (_folder, mut command) = serve("");
        let notifications = make(&mut command);
        let mut running = Running::start(&mut command);
        assert_eq!(notifications.next(), "READY=1");
        assert_eq!(notifications.next(), "WATCHDOG=1");
        let checked = healthcheck(&running);
        assert!(checked.status.success(), "{checked:?}");
        running.signal("-TERM");
        assert_eq!(running.end().0, Some(0));
        until_blocking("it says that it stops", || notifications.next() == "STOPPING=1");
    }
}

#[tokio::test]
async fn metrics_include_the_tasks_the_scheduler_and_the_process() {
    let (_folder, mut command) = serve("");
    let running = Running::start(&mut command);
    let client = client();
    let metrics = async || {
        let request = client.get(format!("http://{}/metrics", running.address())).basic_auth("admin", Some("admin"));
        request.send().await.unwrap().text().await.unwrap()
    };
    until("a check has begun", async || !metrics().await.contains("platus_check_lateness_seconds_count 0\n")).await;
    let text = metrics().await;
    for task in ["API keys", "dispatcher", "recorder", "scheduler", "server", "store", "store status", "suppression"] {
        assert!(text.contains(&format!("platus_task_up{{task=\"{task}\"}} 1\n")), "{task}: {text}");
    }
    for name in [
        concat!("platus_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        "platus_recorder_latest_commit_seconds 0.",
        "platus_checks_in_flight ",
        "process_resident_memory_bytes ",
        "process_open_fds ",
        "process_start_time_seconds ",
    ] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}: {text}");
    }
}

#[test]
fn where_nothing_listens_the_health_check_fails_and_says_where() {
    let port = free_port();
    let checked = platus(&["healthcheck", "--listen", &format!("0.0.0.0:{port}")]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(said, format!("platus: connection refused by 127.0.0.1:{port}\n"));
    let folder = configuration(&format!("listen: 0.0.0.0:{port}\n"), "{}");
    let config = folder.path().join("config.yaml");
    let checked = platus(&["healthcheck", "--config", config.to_str().unwrap()]).output().unwrap();
    assert_eq!(String::from_utf8(checked.stderr).unwrap(), said, "as the configuration says");
    for wrong in ["nowhere", "ftp://127.0.0.1", "http://127.0.0.1:9/?a=b"] {
        assert_eq!(platus(&["healthcheck", "--url", wrong]).output().unwrap().status.code(), Some(2), "{wrong}");
    }
    let checked = platus(&["healthcheck", "--url", "https://127.0.0.1:9", "--ca", "/dev/zero"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(checked.stderr).unwrap(),
        "platus: /dev/zero cannot be read: it is a device and no ordinary file\n"
    );
}

#[test]
fn another_server_is_not_taken_for_platus() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let answering = thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        client.read_exact(&mut [0; 16]).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html></html>\r\n").unwrap();
    });
    let checked = platus(&["healthcheck", "--listen", &address.to_string()]).output().unwrap();
    answering.join().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(said, format!("platus: what answers at {address} is not Platus (HTTP 200 OK)\n"));
}

fn client() -> Client {
    // The client wants to know how it would encrypt, even though it never does here.
    rustls::crypto::ring::default_provider().install_default().ok();
    Client::builder().no_proxy().build().unwrap()
}

/// The service manager's end.
struct Notifications {
    socket: UnixDatagram,
    _folder: TempDir,
}

impl Notifications {
    /// A watchdog with a period of a second.
    fn of(command: &mut Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        Self::at(socket, folder, path.to_str().unwrap(), command)
    }

    /// At a socket that has a name and no file.
    fn without_file(command: &mut Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(name).unwrap()).unwrap();
        let shown = format!("@{name}");
        Self::at(socket, folder, &shown, command)
    }

    fn at(socket: UnixDatagram, folder: TempDir, name: &str, command: &mut Command) -> Self {
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        command.env("NOTIFY_SOCKET", name).env("WATCHDOG_USEC", "1000000");
        Self { socket, _folder: folder }
    }

    fn next(&self) -> String {
        let mut message = [0; 256];
        let length = self.socket.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap().trim_end().to_owned()
    }

    /// What has come so far.
    fn forget(&self) {
        self.socket.set_nonblocking(true).unwrap();
        while self.socket.recv(&mut [0; 256]).is_ok() {}
        self.socket.set_nonblocking(false).unwrap();
    }
}
