//! What watching costs: 200 services of which 20 hang, one poller of the API, and the figures that matter to those who wait.
//!
//! Nothing here passes or fails. Run it with `make bench`; it takes about 40 seconds.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use reqwest::Client;
use server::application::Application;
use server::config::Config;
use server::plugins::Registry;
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const SERVICES: usize = 200;
const HANGING: usize = 20;
const INTERVAL: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(30);
/// Between two questions of the poller.
const POLLING: Duration = Duration::from_millis(10);

/// When each service was asked, by its number.
type Arrivals = Arc<Mutex<Vec<Vec<Instant>>>>;

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let arrivals: Arrivals = Arc::new(Mutex::new(vec![Vec::new(); SERVICES]));
    let target = target(Arc::clone(&arrivals)).await;
    let silent = silent().await;

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.yaml"), format!("log_level: error\ncheck_interval: {}\n", INTERVAL.as_secs())).unwrap();
    fs::write(folder.path().join("users.yaml"), "admin: {role: admin, password: admin}\n").unwrap();
    fs::write(folder.path().join("services.yaml"), services(target, silent)).unwrap();
    let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let application = Application::build(config, &Registry::built_in(), Some(listen)).await.unwrap();
    let address = application.address();
    let stop = CancellationToken::new();
    let running = tokio::spawn(application.run_until(stop.clone()));

    println!("{SERVICES} services every {INTERVAL:?}, {HANGING} of them hang for 30 s; measured for {MEASURED:?}");
    let before = processor_time();
    let answers = poll(address).await;
    let processor = processor_time().saturating_sub(before);
    stop.cancel();
    running.await.unwrap();

    let arrivals = std::mem::take(&mut *arrivals.lock().unwrap());
    let checks: usize = arrivals.iter().map(Vec::len).sum();
    let lateness = arrivals.iter().flat_map(|arrivals| lateness(arrivals)).collect();
    report("/status, from question to answer", answers);
    report("lateness of a check", lateness);
    println!("{:<34} {:.1}/s", "checks", checks as f64 / MEASURED.as_secs_f64());
    println!("{:<34} {processor:?} (checks, targets, polling and its client)", "processor time");
    println!("{:<34} {} MiB", "resident memory", resident_memory() / 1024);
}

/// A server that takes note of who is asked when.
async fn target(arrivals: Arrivals) -> SocketAddr {
    async fn note(State(arrivals): State<Arrivals>, Path(number): Path<usize>) -> &'static str {
        arrivals.lock().unwrap()[number].push(Instant::now());
        "ok"
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/{number}", get(note)).with_state(arrivals);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A server that takes connections and never says a word.
async fn silent() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            open.push(connection);
        }
    });
    address
}

fn services(target: SocketAddr, silent: SocketAddr) -> String {
    let mut yaml = String::new();
    for number in 0..SERVICES {
        let port = if number % (SERVICES / HANGING) == 0 { silent.port() } else { target.port() };
        writeln!(
            yaml,
            "service-{number}: {{type: rest_http, timeout: 30, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, \
             data: {{type: Group {}, name: Service {number}, url: /{number}, search: ok}}}}",
            number % 7
        )
        .unwrap();
    }
    yaml
}

/// Asks for the status again and again, and returns how long each answer took.
async fn poll(address: SocketAddr) -> Vec<Duration> {
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/api/v1.0/status");
    let mut answers = Vec::new();
    let end = Instant::now() + MEASURED;
    while Instant::now() < end {
        let asked = Instant::now();
        let body = client.get(&url).basic_auth("admin", Some("admin")).send().await.unwrap().bytes().await.unwrap();
        answers.push(asked.elapsed());
        assert!(body.len() > SERVICES * 50, "the answer has every row");
        tokio::time::sleep(POLLING).await;
    }
    answers
}

/// How much later than its schedule each check came. The schedule is a whole number of intervals after the most punctual one.
fn lateness(arrivals: &[Instant]) -> Vec<Duration> {
    let Some(first) = arrivals.first() else { return Vec::new() };
    let early = |(number, arrival): (u32, &Instant)| (*arrival - *first).as_secs_f64() - (INTERVAL * number).as_secs_f64();
    let offsets: Vec<f64> = (0..).zip(arrivals).map(early).collect();
    let punctual = offsets.iter().copied().fold(f64::INFINITY, f64::min);
    offsets.into_iter().map(|offset| Duration::from_secs_f64(offset - punctual)).collect()
}

fn report(what: &str, mut figures: Vec<Duration>) {
    figures.sort();
    let at = |share: f64| figures.get(((figures.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default();
    let [median, p99, worst] = [0.5, 0.99, 1.0].map(|share| format!("{:.2} ms", at(share).as_secs_f64() * 1e3));
    println!("{what:<34} median {median}, p99 {p99}, worst {worst} of {}", figures.len());
}

/// Of this process, user and system.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The fields are counted from after the name, which may hold spaces; a tick is a hundredth of a second on Linux.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// Of this process, in KiB.
fn resident_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
