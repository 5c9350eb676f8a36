//! Growth of memory, descriptors and threads in an hour of 300 checks a second, with failures, viewers that come and go, and programs
//! that poll.
//!
//! A measurement, not a test. It is not part of `make bench`, because it takes an hour:
//! `cargo bench --package server --no-default-features --bench soak`, and with ` -- SECONDS` at its end it takes so long.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it measured")]

#[path = "../outside/mod.rs"]
mod outside;

use outside::program::{Files, Program};
use outside::receiver::Receiver;
use outside::target::Target;
use outside::usage::Usage;
use reqwest::Client;
use std::env;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

const USUAL: Duration = Duration::from_secs(3600);
const SERVICES: usize = 600;
const INTERVAL: Duration = Duration::from_secs(2);
/// One of so many services fails for a third of every minute.
const FICKLE: usize = 50;
const MINUTE: Duration = Duration::from_secs(60);
const SAMPLING: Duration = Duration::from_secs(10);
const VIEWERS: usize = 5;

struct Sample {
    at: Duration,
    usage: Usage,
    /// Of all files of the database. Bytes.
    database: u64,
}

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let measured = arguments.first().map_or(USUAL, |seconds| Duration::from_secs(seconds.parse().expect("seconds")));
    println!("{SERVICES} services every {INTERVAL:?} for {measured:?}, {VIEWERS} viewers who come again every minute");

    let (target, receiver) = (Target::start(SERVICES), Receiver::start().await);
    let platus = Program::start(&files(&target, &receiver), "");
    for _ in 0..VIEWERS {
        tokio::spawn(view(platus.url("")));
    }
    tokio::spawn(ask(platus.url("")));
    let (mut samples, mut ticks, start) = (Vec::new(), interval(SAMPLING), Instant::now());
    let mut checks = 0;
    while start.elapsed() < measured {
        ticks.tick().await;
        target.fail(start.elapsed().as_secs() % MINUTE.as_secs() >= 40);
        checks += target.take_arrivals().iter().map(Vec::len).sum::<usize>();
        samples.push(Sample { at: start.elapsed(), usage: platus.usage(), database: size(&platus) });
    }
    print(&samples);
    let alerts = receiver.alerts().len();
    println!("  {checks} checks were answered ({:.1}/s), {alerts} alerts", checks as f64 / start.elapsed().as_secs_f64());
    for line in platus.complaints() {
        println!("    {line}");
    }
}

fn files(target: &Target, receiver: &Receiver) -> Files {
    let (mut services, port) = (String::new(), target.address.port());
    for number in 0..SERVICES {
        let url = if number % FICKLE == 0 { format!("/fickle/{number}") } else { format!("/{number}") };
        let rest_http = format!(
            "{{type: rest_http, timeout: 2, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, \
             data: {{type: Group {}, name: Service {number}, url: {url}, search: ok}}}}",
            number % 7
        );
        writeln!(services, "service-{number}: {rest_http}").unwrap();
    }
    Files {
        config: format!("log_level: info\ncheck_interval: {}\n{}", INTERVAL.as_secs(), receiver.settings()),
        services,
        users: "admin: {role: admin, password: admin}\n".to_owned(),
    }
}

fn size(platus: &Program) -> u64 {
    let files = std::fs::read_dir(platus.folder()).into_iter().flatten().flatten();
    files
        .filter(|file| file.file_name().to_string_lossy().starts_with("platus.db"))
        .map(|file| file.metadata().map_or(0, |it| it.len()))
        .sum()
}

/// A viewer who stays for a minute.
async fn view(url: String) {
    loop {
        let client = Client::builder().no_proxy().build().unwrap();
        let viewed = timeout(MINUTE, async {
            let stream = client.get(format!("{url}/api/v1.0/events")).basic_auth("admin", Some("admin")).send().await;
            let Ok(mut stream) = stream else { return };
            while let Ok(Some(_)) = stream.chunk().await {}
        });
        viewed.await.ok();
        sleep(Duration::from_secs(1)).await;
    }
}

/// Programs, and a user who opens pages.
async fn ask(url: String) {
    let client = Client::builder().no_proxy().timeout(MINUTE).build().unwrap();
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for path in ["/api/v1.0/status", "/metrics", "/", "/api/v1.0/incidents", "/incidents", "/api/v1.0/report"].iter().cycle() {
        ticks.tick().await;
        let answer = client.get(format!("{url}{path}")).basic_auth("admin", Some("admin")).send().await;
        if let Ok(answer) = answer {
            answer.bytes().await.ok();
        }
    }
}

/// The samples at the quarters of the time, and how fast each number grew after the first quarter.
fn print(samples: &[Sample]) {
    println!("  {:>8} {:>10} {:>10} {:>12} {:>8} {:>12}", "at", "RSS", "most", "descriptors", "threads", "database");
    for quarter in 0..=4 {
        let Some(Sample { at, usage, database }) = samples.get((samples.len() - 1) * quarter / 4) else { return };
        let mebibytes = |kibibytes: u64| format!("{:.1} MiB", kibibytes as f64 / 1024.0);
        println!(
            "  {:>6} s {:>10} {:>10} {:>12} {:>8} {:>12}",
            at.as_secs(),
            mebibytes(usage.memory),
            mebibytes(usage.peak),
            usage.descriptors,
            usage.threads,
            mebibytes(database >> 10)
        );
    }
    // The first quarter fills what is bounded.
    let settled = &samples[samples.len() / 4..];
    let per_hour = |value: fn(&Sample) -> f64| slope(settled, value) * 3600.0;
    println!(
        "  slope after the first quarter, per hour: RSS {:+.2} MiB, descriptors {:+.1}, threads {:+.1}",
        per_hour(|sample| sample.usage.memory as f64 / 1024.0),
        per_hour(|sample| sample.usage.descriptors as f64),
        per_hour(|sample| sample.usage.threads as f64)
    );
}

/// By least squares, per second.
fn slope(samples: &[Sample], value: fn(&Sample) -> f64) -> f64 {
    let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / samples.len() as f64;
    let (mean_at, mean_value) = (mean(&|sample| sample.at.as_secs_f64()), mean(&|sample| value(sample)));
    let covariance = mean(&|sample| (sample.at.as_secs_f64() - mean_at) * (value(sample) - mean_value));
    let variance = mean(&|sample| (sample.at.as_secs_f64() - mean_at).powi(2));
    covariance / variance
}
