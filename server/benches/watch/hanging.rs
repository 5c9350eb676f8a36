//! Latency of the API while services hang: 200 services of which 20 never answer, and one poller of the API.

use crate::figures::{Percentiles, Resources, lateness};
use crate::platus::Platus;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const SERVICES: usize = 200;
const HANGING: usize = 20;
const INTERVAL: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(30);
/// Between two requests of the poller.
const POLLING: Duration = Duration::from_millis(10);

/// When each service was asked, by its number.
type Arrivals = Arc<Mutex<Vec<Vec<Instant>>>>;

#[derive(Serialize, Deserialize)]
pub(crate) struct Figures {
    /// Of `/status`, from question to answer.
    answers: Percentiles,
    lateness: Percentiles,
    checks_per_second: f64,
    /// Of the checks, the targets, the poller and its client together.
    resources: Resources,
}

impl Figures {
    pub(crate) fn print(&self) {
        println!(
            "{SERVICES} services every {INTERVAL:?}, {HANGING} of them hang for 30 s, and a poller of the API; for {MEASURED:?}"
        );
        println!("  {:<32} {}", "/status, from question to answer", self.answers);
        println!("  {:<32} {}", "lateness of a check", self.lateness);
        println!("  {:<32} {:.1}/s", "checks", self.checks_per_second);
        println!("  {:<32} {} (checks, targets, polling and its client)", "processor time, memory", self.resources);
    }
}

pub(crate) async fn measure() -> Figures {
    let arrivals: Arrivals = Arc::new(Mutex::new(vec![Vec::new(); SERVICES]));
    let target = target(Arc::clone(&arrivals)).await;
    let silent = silent().await;
    let platus = Platus::start(INTERVAL, &services(target, silent)).await;

    let before = Resources::now();
    let answers = poll(platus.address).await;
    let resources = Resources::now().since(&before);
    platus.stop().await;

    let arrivals = std::mem::take(&mut *arrivals.lock().unwrap());
    let checks: usize = arrivals.iter().map(Vec::len).sum();
    Figures {
        answers: Percentiles::of(answers),
        lateness: Percentiles::of(arrivals.iter().flat_map(|arrivals| lateness(arrivals, INTERVAL))),
        checks_per_second: checks as f64 / MEASURED.as_secs_f64(),
        resources,
    }
}

/// A server that records when each service is checked.
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

/// A server that accepts connections and never answers.
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

/// Polls the status, and returns the duration of each request.
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
