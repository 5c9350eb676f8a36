//! Many checks of one server: the cost and the lateness of a check. For comparison, a plain client sends requests at the same rate.

use crate::figures::{Percentiles, Resources, lateness, milliseconds};
use crate::platus::{Platus, take_notes};
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::time::{sleep, sleep_until};

/// Services, how often each is checked, and for how long that is measured.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) services: u32,
    pub(crate) interval: Duration,
    pub(crate) measured: Duration,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.services) / self.interval.as_secs_f64()
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Figures {
    checks: usize,
    /// Checks that did not find what they looked for, which were none if all is well.
    failures: usize,
    measured: Duration,
    lateness: Percentiles,
    /// Of the checks in the first and in the last quarter of the time: if the second is larger, they do not keep up.
    first_quarter: Percentiles,
    last_quarter: Percentiles,
    resources: Resources,
}

impl Figures {
    /// Of starts with their lateness, beginning at `start`.
    fn new(checks: &[(Instant, Duration)], failures: usize, start: Instant, measured: Duration, resources: Resources) -> Self {
        let between = |from: f64, to: f64| {
            let is_inside = move |(at, _): &&(Instant, Duration)| {
                let share = at.saturating_duration_since(start).as_secs_f64() / measured.as_secs_f64();
                (from..to).contains(&share)
            };
            Percentiles::of(checks.iter().filter(is_inside).map(|(_, late)| *late))
        };
        Self {
            checks: checks.len(),
            failures,
            measured,
            lateness: Percentiles::of(checks.iter().map(|(_, late)| *late)),
            first_quarter: between(0.0, 0.25),
            last_quarter: between(0.75, 1.0),
            resources,
        }
    }

    /// Of one check, in seconds.
    pub(crate) fn processor_time(&self) -> f64 {
        self.resources.processor_time.as_secs_f64() / self.checks as f64
    }

    pub(crate) fn print_header() {
        println!(
            "  {:<42} {:>9} {:>9} {:>9} {:>9} {:>12} {:>12} {:>10} {:>9} {:>9}",
            "", "checks/s", "late p50", "p99", "worst", "p99 at first", "p99 at last", "CPU/check", "RSS", "RSS peak"
        );
    }

    pub(crate) fn print(&self, what: &str) {
        let late = &self.lateness;
        println!(
            "  {what:<42} {:>9.1} {:>9} {:>9} {:>9} {:>12} {:>12} {:>10} {:>9} {:>9}",
            self.checks as f64 / self.measured.as_secs_f64(),
            milliseconds(late.median),
            milliseconds(late.p99),
            milliseconds(late.worst),
            milliseconds(self.first_quarter.p99),
            milliseconds(self.last_quarter.p99),
            format!("{:.1} µs", self.processor_time() * 1e6),
            format!("{} MiB", self.resources.memory >> 10),
            format!("{} MiB", self.resources.peak >> 10),
        );
        if self.failures > 0 {
            println!("  {what:<42} {} of {} checks FAILED, so the figures mean little", self.failures, self.checks);
        }
    }
}

/// Platus checks services that are all on the server at this port.
pub(crate) async fn platus(load: Load, port: u16) -> Figures {
    let platus = Platus::start(load.interval, &services(load.services, port)).await;
    // The first checks make the connections.
    sleep(load.interval.max(Duration::from_secs(2))).await;
    take_notes();
    let (start, before) = (Instant::now(), Resources::now());
    sleep(load.measured).await;
    let resources = Resources::now().since(&before);
    let (starts, failures) = take_notes();
    platus.stop().await;
    let checks: Vec<_> = starts.iter().flat_map(|starts| starts.iter().copied().zip(lateness(starts, load.interval))).collect();
    Figures::new(&checks, failures, start, load.measured, resources)
}

fn services(count: u32, port: u16) -> String {
    let mut yaml = String::new();
    for number in 0..count {
        writeln!(
            yaml,
            "service-{number}: {{type: rest_http, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, \
             data: {{type: Group {}, name: Service {number}, url: '/ok?{number}', search: ok}}}}",
            number % 7
        )
        .unwrap();
    }
    yaml
}

/// A client sends requests to the same server at the same rate, and searches for the same word.
pub(crate) async fn bare(load: Load, port: u16) -> Figures {
    let client = Client::builder().no_proxy().build().unwrap();
    let url: Url = format!("http://127.0.0.1:{port}/ok").parse().unwrap();
    ask(load, Duration::from_secs(2), &client, &url).await;
    let (start, before) = (Instant::now(), Resources::now());
    let (checks, failures) = ask(load, load.measured, &client, &url).await;
    Figures::new(&checks, failures, start, load.measured, Resources::now().since(&before))
}

async fn ask(load: Load, duration: Duration, client: &Client, url: &Url) -> (Vec<(Instant, Duration)>, usize) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let failures = Arc::new(AtomicUsize::new(0));
    let start = tokio::time::Instant::now();
    let mut due = start;
    while due < start + duration {
        sleep_until(due).await;
        let (asked, failures, client, url) = (Arc::clone(&asked), Arc::clone(&failures), client.clone(), url.clone());
        tokio::spawn(async move {
            let now = Instant::now();
            asked.lock().unwrap().push((now, now - due.into_std()));
            let answer = async { client.get(url).send().await?.error_for_status()?.text().await };
            if !answer.await.is_ok_and(|text| text.contains("ok")) {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        });
        due += Duration::from_secs_f64(1.0 / load.per_second());
    }
    // Those still under way are over in a moment; each of them would count as one that was never asked.
    sleep(Duration::from_millis(200)).await;
    (std::mem::take(&mut *asked.lock().unwrap()), failures.load(Ordering::Relaxed))
}
