//! Limits for clients without a login: connections, and responses that are not read. Checks must not be delayed.

mod users;

use crate::command_line::Running;
use crate::metrics;
use crate::test_app::configuration;
use crate::waiting::until;
use reqwest::{Client, StatusCode};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};

const SERVICES: usize = 40;

/// The hard limit. A quarter of these is for clients, and a quarter of that for one address.
const DESCRIPTORS: usize = 512;

/// The limit with which Platus is started, and which it raises. Everything here needs more.
const SOFT: usize = 64;
const SHARE: usize = DESCRIPTORS / 16;

/// More than all descriptors of the process.
const CONNECTIONS: usize = 600;

/// Another address of this machine than that of the stranger.
const ADMINISTRATOR: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_of_a_stranger_take_nothing_from_checks_and_users() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let (running, _folder) = start();
    let metrics = format!("http://{}/metrics", running.address());
    let stranger: Vec<TcpStream> = (0..CONNECTIONS).filter_map(|_| TcpStream::connect(running.address()).ok()).collect();
    let client = Client::builder().no_proxy().local_address(ADMINISTRATOR).build().unwrap();
    let metrics = client.get(metrics).basic_auth("admin", Some("admin")).send().await.unwrap().text().await.unwrap();
    assert_eq!(metrics::value(&metrics, "process_max_fds"), DESCRIPTORS as u64, "the soft limit was raised");
    let all = rows(&client, running.address()).await;
    until("all are checked again, and operational", async || {
        let now = rows(&client, running.address()).await;
        let is_newer = |(name, row): (&String, &Row)| row.checked != all[name].checked && row.state == "operational";
        now.len() == SERVICES && now.iter().all(is_newer)
    })
    .await;
    let closed = stranger.into_iter().filter(is_closed).count();
    assert!(closed >= CONNECTIONS - SHARE, "only {closed} of {CONNECTIONS} connections were refused");
}

/// Whether the other side has hung up.
fn is_closed(mut connection: &TcpStream) -> bool {
    connection.set_nonblocking(true).unwrap();
    match connection.read(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

struct Row {
    state: String,
    checked: String,
}

/// The board as the administrator gets it, who comes from another address.
async fn rows(client: &Client, address: SocketAddr) -> BTreeMap<String, Row> {
    let answer = client.get(format!("http://{address}/api/v1.0/status")).basic_auth("admin", Some("admin")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let board: serde_json::Value = answer.json().await.unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let row = |row: &serde_json::Value| (text(&row["name"]), Row { state: text(&row["state"]), checked: text(&row["checked"]) });
    board["result"].as_array().unwrap().iter().map(row).collect()
}

/// Platus on a system that allows few descriptors, with checks that need some each.
fn start() -> (Running, tempfile::TempDir) {
    let mut services = String::new();
    for number in 0..SERVICES {
        writeln!(
            services,
            "s{number}: {{type: exec, interval: 1, properties: {{command: [echo, fine]}}, data: {{type: T, name: s{number}}}}}"
        )
        .unwrap();
    }
    let folder = configuration("{}", &services);
    let config = folder.path().join("config.yaml");
    let program = format!("ulimit -Sn {SOFT}; ulimit -Hn {DESCRIPTORS}; exec \"$0\" serve --listen 127.0.0.1:0 --config \"$1\"");
    let mut command = Command::new("sh");
    command.args(["-c", &program, env!("CARGO_BIN_EXE_platus")]).arg(config).stdin(Stdio::null());
    (Running::start(&mut command), folder)
}

/// Bytes of memory that a process has.
pub(crate) fn resident(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}
