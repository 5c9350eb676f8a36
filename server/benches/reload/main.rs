//! A storm of reloads: a change a second for two minutes, one in three broken, with 2,000 services that are checked every five seconds. Then
//! reloads of 10,000 services with one change each, and a start with 100,000 services.
//!
//! A measurement, not a test. Run it with `make bench`; it takes about six minutes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

#[path = "../watch/figures.rs"]
#[allow(dead_code, reason = "no bench needs all of it")]
mod figures;
#[path = "../outside/mod.rs"]
mod outside;

use figures::{Percentiles, lateness};
use outside::program::{Files, Program};
use outside::target::Target;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval, sleep};

const SERVICES: usize = 2000;
const INTERVAL: Duration = Duration::from_secs(5);
const STORM: Duration = Duration::from_secs(120);

/// How long services are reloaded of which one has changed: each is checked twice meanwhile.
const CHANGES: Duration = Duration::from_secs(90);
const MANY: usize = 10_000;
const MANY_INTERVAL: Duration = Duration::from_secs(60);
const LONGEST_RELOAD: Duration = Duration::from_millis(300);

const MOST: usize = 100_000;
const MOST_INTERVAL: Duration = Duration::from_secs(3600);
const LONGEST_START: Duration = Duration::from_secs(3);

/// Of each service, in KiB.
const MOST_MEMORY: f64 = 20.0;

/// The services that the storm changes; all others stay as they are.
const CHANGING: usize = 20;

fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    system::descriptors::raise_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        storm().await;
        one_change().await;
        start_of_most().await;
    });
}

async fn storm() {
    let target = Target::start(SERVICES);
    let platus = Program::start(&files(&target, SERVICES, INTERVAL), "");
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    target.until_all_are_seen().await;
    sleep(INTERVAL * 2).await;
    // Without a deadline, which would end the stream as well.
    let reader = Client::builder().no_proxy().build().unwrap();
    let mut stream = reader.get(platus.url("/api/v1.0/events")).basic_auth("admin", Some("right")).send().await.unwrap();
    let stream = tokio::spawn(async move { while let Ok(Some(_)) = stream.chunk().await {} });
    let used = platus.usage();
    target.take_arrivals();

    let (mut good, mut refused, mut failed) = (Vec::new(), 0, 0);
    let mut ticks = interval(Duration::from_secs(1));
    let begin = Instant::now();
    for change in 0_usize.. {
        ticks.tick().await;
        if begin.elapsed() >= STORM {
            break;
        }
        let mut services = services(&target, SERVICES, change);
        if change % 3 == 2 {
            services.push_str("broken: [");
        }
        fs::write(platus.folder().join("services.yaml"), services).unwrap();
        let asked = Instant::now();
        match ask(&client, &platus, Method::POST, "/api/v1.0/reload").await {
            Some((StatusCode::OK, _)) => good.push(asked.elapsed()),
            Some((StatusCode::UNPROCESSABLE_ENTITY, _)) => refused += 1,
            _ => failed += 1,
        }
        failed += usize::from(ask(&client, &platus, Method::GET, "/api/v1.0/status").await.is_none());
    }
    let lasted = begin.elapsed();
    let arrivals = target.take_arrivals();
    let untouched = &arrivals[CHANGING..];
    let expected = (lasted.as_millis() / INTERVAL.as_millis()) as usize;
    let lost = untouched.iter().filter(|arrivals| arrivals.len() < expected).count();
    let twice = untouched.iter().filter(|arrivals| arrivals.len() > expected + 1).count();
    let late = Percentiles::of(untouched.iter().flat_map(|arrivals| lateness(arrivals, INTERVAL)));
    let stream_goes_on = !stream.is_finished();
    stream.abort();
    sleep(INTERVAL * 2).await;
    let after = platus.usage();

    println!("{SERVICES} services every {INTERVAL:?}, a change a second for {STORM:?}, one in three broken");
    row("reloads", format!("{}", Percentiles::of(good)), "");
    row("refused reloads", refused.to_string(), "a third");
    row("requests that failed", failed.to_string(), "none");
    row("services with a lost check", lost.to_string(), "none");
    row("services with a check too many", twice.to_string(), "none");
    row("lateness of checks", late.to_string(), "p99 at most 1 s");
    row("event stream", if stream_goes_on { "goes on" } else { "has ended" }.to_owned(), "goes on");
    row("memory before and after", format!("{} and {} MiB", used.memory >> 10, after.memory >> 10), "the same");
    for line in platus.complaints().iter().filter(|line| !line.contains("cannot be reloaded")).take(5) {
        println!("    {line}");
    }
}

async fn one_change() {
    let target = Target::start(MANY);
    let platus = Program::start(&files(&target, MANY, MANY_INTERVAL), "");
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    target.until_all_are_seen().await;
    let used = platus.usage();
    target.take_arrivals();

    let (mut durations, mut processor_time) = (Vec::new(), Duration::ZERO);
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begin = Instant::now();
    for change in 1_usize.. {
        ticks.tick().await;
        if begin.elapsed() >= CHANGES {
            break;
        }
        fs::write(platus.folder().join("services.yaml"), services(&target, MANY, change)).unwrap();
        let (asked, before) = (Instant::now(), platus.usage().processor_time);
        let (status, answer) = ask(&client, &platus, Method::POST, "/api/v1.0/reload").await.unwrap();
        assert_eq!((status, &answer["result"]["changed"]), (StatusCode::OK, &Value::from(1)), "{answer}");
        durations.push(asked.elapsed());
        processor_time += platus.usage().processor_time.saturating_sub(before);
    }
    let reloads = u32::try_from(durations.len()).unwrap();
    let durations = Percentiles::of(durations);
    let arrivals = target.take_arrivals();
    let late = Percentiles::of(arrivals[CHANGING..].iter().flat_map(|arrivals| lateness(arrivals, MANY_INTERVAL)));
    target.until_all_are_seen().await;
    let after = platus.usage();

    println!("{MANY} services every {MANY_INTERVAL:?}, one of them changed a second for {CHANGES:?}");
    row("reloads", durations.to_string(), "under 300 ms");
    row("median of the limit", share(durations.median, LONGEST_RELOAD.as_secs_f64()), "under 100 %");
    row("processor time of a reload", format!("{:?}", processor_time / reloads), "");
    row("lateness of checks", late.to_string(), "as without reloads");
    row("memory before and after", format!("{} and {} MiB", used.memory >> 10, after.memory >> 10), "the same");
}

async fn start_of_most() {
    let target = Target::start(MOST);
    let files = files(&target, MOST, MOST_INTERVAL);
    let begin = Instant::now();
    let platus = Program::start(&files, "");
    let started = begin.elapsed();
    let used = platus.usage();
    target.until_all_are_seen().await;
    let after = platus.usage();

    println!("{MOST} services, from the start until it listens");
    row("time", format!("{started:?}, {} of the limit", share(started.as_secs_f64(), LONGEST_START.as_secs_f64())), "under 3 s");
    row("processor time", format!("{:?}", used.processor_time), "");
    for (name, used) in [("memory of each service", used), ("the same when all have been checked", after)] {
        let each = used.memory as f64 / MOST as f64;
        row(name, format!("{each:.1} KiB, {} of the limit", share(each, MOST_MEMORY)), "under 20 KiB");
    }
}

/// How much of a limit a figure takes.
fn share(figure: f64, limit: f64) -> String {
    format!("{:.0} %", figure / limit * 100.0)
}

fn row(name: &str, value: String, limit: &str) {
    println!("  {name:<36} {value:<60} {limit}");
}

fn files(target: &Target, count: usize, interval: Duration) -> Files {
    Files {
        config: format!("check_interval: {}\nreload: manual\n", interval.as_secs()),
        services: services(target, count, 0),
        users: "admin: {role: admin, password: right}\n".to_owned(),
    }
}

/// The services after so many changes. Each changes the name of one.
fn services(target: &Target, count: usize, change: usize) -> String {
    let mut services = String::new();
    for number in 0..count {
        // How often it has been changed.
        let changes = (change + CHANGING).checked_sub(number).filter(|_| number < CHANGING).map_or(0, |since| since / CHANGING);
        let name = format!("Service {number}, {changes}");
        writeln!(
            services,
            "service-{number}: {{type: rest_http, timeout: 2, properties: {{host: 127.0.0.1, port: {}, protocol: http}}, \
             data: {{type: Group {}, name: '{name}', url: /{number}, search: ok}}}}",
            target.address.port(),
            number % 7
        )
        .unwrap();
    }
    services
}

async fn ask(client: &Client, platus: &Program, method: Method, path: &str) -> Option<(StatusCode, Value)> {
    let response = client.request(method, platus.url(path)).basic_auth("admin", Some("right")).send().await.ok()?;
    let status = response.status();
    Some((status, serde_json::from_slice(&response.bytes().await.ok()?).ok()?))
}
