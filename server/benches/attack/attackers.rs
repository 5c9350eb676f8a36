//! The attackers, in a separate process. Each attacks for a minute, and counts the responses.

use crate::MEASURED;
use reqwest::{Client, Method};
use serde_json::json;
use std::collections::BTreeMap;
use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const IDLE: usize = 2_200;
const UNREAD: usize = 200;
/// On one connection.
const REQUESTS: usize = 2_000;
/// operator:operator
const OPERATOR: &str = "Basic b3BlcmF0b3I6b3BlcmF0b3I=";
const STREAMS: usize = 2_200;
const OPERATORS: usize = 8;
const GUESSERS: usize = 32;

/// Pause of an attacker after a refusal.
const PAUSE: Duration = Duration::from_millis(500);

/// How often something happened to an attacker.
type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

/// The names of the attackers on the command line.
pub(crate) const NAMES: [&str; 5] = ["idle", "unread", "streams", "orders", "guesses"];

/// Runs these attackers against Platus at this address, and prints the responses.
pub(crate) fn attack(address: SocketAddr, names: &[&str]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let size = |name, size| if names.contains(&name) { size } else { 0 };
    runtime.block_on(async {
        let counts = tokio::join!(
            crowd(size("idle", IDLE), |_, counts| idle(address, counts)),
            crowd(size("unread", UNREAD), |number, counts| leave_unread(address, number, counts)),
            crowd(size("streams", STREAMS), |number, counts| take_stream(address, number, counts)),
            crowd(size("orders", OPERATORS), |_, counts| order(address, counts)),
            crowd(size("guesses", GUESSERS), |number, counts| guess(address, number, counts)),
        );
        for (what, counts) in [
            ("idle connections of a stranger", counts.0),
            ("answers left unread", counts.1),
            ("event streams of a viewer", counts.2),
            ("orders of an operator", counts.3),
            ("guesses from a /48, 401 at most 140", counts.4),
        ] {
            println!("  {what:<36} {counts:?}");
        }
    });
}

/// Runs a number of tasks of one kind until the time is over.
async fn crowd<F>(size: usize, attacker: impl Fn(usize, Counts) -> F) -> BTreeMap<String, u64>
where
    F: Future<Output = ()> + Send + 'static,
{
    let counts = Counts::default();
    let mut attackers = JoinSet::new();
    for number in 0..size {
        attackers.spawn(timeout(MEASURED, attacker(number, Arc::clone(&counts))));
    }
    attackers.join_all().await;
    let counts = counts.lock().unwrap();
    counts.clone()
}

fn count(counts: &Counts, what: impl Into<String>) {
    *counts.lock().unwrap().entry(what.into()).or_default() += 1;
}

/// The source ports of the attackers. A port that is bound here is lost for all connections of this machine, so these are not among those
/// that the system gives to connections (`net.ipv4.ip_local_port_range`): real attackers do not take the ports of the checks either.
const PORTS: Range<u16> = 10_000..32_000;

/// A connection from this address of this machine, whose last number tells one kind of attacker from the other.
async fn connect(from: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    static LATEST: AtomicU16 = AtomicU16::new(PORTS.start);
    let mut tries = 0;
    loop {
        let port = LATEST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |port| {
            Some(if port + 1 < PORTS.end { port + 1 } else { PORTS.start })
        });
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        let address = (Ipv4Addr::new(127, 0, 1, from), port.unwrap_or_else(|port| port)).into();
        let connected = match socket.bind(address) {
            Ok(()) => socket.connect(to).await,
            Err(error) => Err(error),
        };
        match connected {
            // Another program has the port, or the same connection ended a moment ago.
            Err(error) if tries < 100 && matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable) => tries += 1,
            connected => return connected,
        }
    }
}

async fn idle(address: SocketAddr, counts: Counts) {
    loop {
        if let Ok(mut connection) = connect(1, address).await {
            count(&counts, "opened");
            // Until the server has had enough of it.
            connection.read_u8().await.ok();
            count(&counts, "closed by Platus");
        }
        sleep(PAUSE).await;
    }
}

/// Of a stranger, who can ask for the login, and of the operator, who can ask for all orders.
async fn leave_unread(address: SocketAddr, number: usize, counts: Counts) {
    let request = match number % 2 {
        0 => "GET /login HTTP/1.1\r\nHost: platus\r\n\r\n".to_owned(),
        _ => format!("GET /api/v1.0/silences HTTP/1.1\r\nHost: platus\r\nAuthorization: {OPERATOR}\r\n\r\n"),
    };
    let requests = request.repeat(REQUESTS);
    loop {
        if let Ok(mut connection) = connect(2, address).await {
            count(&counts, "opened");
            // Ends when the server closes the connection: it stops reading long before.
            while connection.write_all(requests.as_bytes()).await.is_ok() {
                sleep(PAUSE).await;
            }
            count(&counts, "closed by Platus");
        }
        sleep(PAUSE).await;
    }
}

/// Every second one asks for all events that are still kept, and reads none of them.
async fn take_stream(address: SocketAddr, number: usize, counts: Counts) {
    let authorization = "Basic dmlld2VyOnZpZXdlcg=="; // viewer:viewer
    let mut last = String::new();
    loop {
        let opened = async {
            let mut connection = connect(3, address).await?;
            let request = format!("GET /api/v1.0/events HTTP/1.1\r\nHost: platus\r\nAuthorization: {authorization}\r\n{last}\r\n");
            connection.write_all(request.as_bytes()).await?;
            let mut head = vec![0; 2_048];
            let length = connection.read(&mut head).await?;
            Ok::<_, std::io::Error>((connection, String::from_utf8_lossy(&head[..length]).into_owned()))
        };
        if let Ok((mut connection, head)) = opened.await {
            let status = head.split(' ').nth(1).unwrap_or("closed").to_owned();
            let is_open = status == "200";
            count(&counts, status);
            if is_open && number % 2 == 1 && !last.is_empty() {
                std::future::pending::<()>().await;
            }
            let mut buffer = vec![0; 16_384];
            while is_open && let Ok(length @ 1..) = connection.read(&mut buffer).await {
                let text = String::from_utf8_lossy(&buffer[..length]);
                if let Some(id) = text.lines().find_map(|line| line.strip_prefix("id: ")) {
                    last = format!("Last-Event-ID: {id}\r\n");
                    if number % 2 == 1 {
                        break;
                    }
                }
            }
        }
        sleep(PAUSE).await;
    }
}

fn client(from: Ipv4Addr) -> Client {
    Client::builder().no_proxy().local_address(IpAddr::from(from)).timeout(MEASURED).build().unwrap()
}

/// Enters silences that name a service once, or as often as fits into a body.
async fn order(address: SocketAddr, counts: Counts) {
    let client = client(Ipv4Addr::new(127, 0, 1, 4));
    for number in 0_usize.. {
        let services = vec!["service-1"; if number % 2 == 0 { 1 } else { 4_000 }];
        let body = json!({"services": services, "minutes": 60, "comment": "x".repeat(900)}).to_string();
        let request = client.request(Method::POST, format!("http://{address}/api/v1.0/silences")).body(body);
        match request.basic_auth("operator", Some("operator")).send().await {
            Ok(answer) => count(&counts, answer.status().as_str()),
            Err(_) => {
                count(&counts, "failed");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Each guess has an address of its own.
async fn guess(address: SocketAddr, number: usize, counts: Counts) {
    let client = client(Ipv4Addr::LOCALHOST);
    let url = format!("http://{address}/api/v1.0/status");
    let begun = Instant::now();
    for guess in 0_u32.. {
        let network = (number << 11) | (guess as usize & 0x7ff);
        let from = format!("2001:db8:1:{network:x}::{:x}", guess & 0xffff);
        let request = client.get(&url).basic_auth("admin", Some(format!("wrong {number} {guess}")));
        match request.header("x-forwarded-for", from).send().await {
            Ok(answer) => count(&counts, answer.status().as_str()),
            Err(_) => {
                count(&counts, if begun.elapsed() < MEASURED { "failed" } else { "late" });
                sleep(PAUSE).await;
            }
        }
    }
}
