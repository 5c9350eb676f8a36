//! The effect of guessed passwords on users: 10,000 wrong passwords in a minute, from one address, from a thousand, and from all networks
//! of an IPv6 /48, while a program polls the status and users log in for the first time.
//!
//! A measurement, not a test. Run it with `make bench`; it takes about six minutes.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it measured")]

use checks::CheckTypes;
use reqwest::{Client, StatusCode};
use server::application::Application;
use server::auth::hash;
use server::config::Config;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const MEASURED: Duration = Duration::from_secs(60);
const WRONG: u32 = 10_000;

/// Users who log in once each, spread over the time.
const NEWCOMERS: u32 = 14;

/// The addresses of the guesses.
type Guesser = fn(u32) -> IpAddr;

fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let one: Guesser = |_| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000));
    let thousand: Guesser = |guess| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + guess % 1000));
    let site: Guesser = |guess| {
        let network = u16::try_from(guess % 65_536).unwrap();
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 7, network, 0, 0, 0, 1))
    };
    println!(
        "{WRONG} wrong passwords in {MEASURED:?}, while a program asks for /status every 10 ms and {NEWCOMERS} users log in for the first time"
    );
    runtime.block_on(async {
        let hashed = hash("right").unwrap();
        measure("no guesses", &hashed, 0, one).await;
        measure("one address guesses", &hashed, WRONG, one).await;
        measure("a thousand addresses guess", &hashed, WRONG, thousand).await;
        measure("an IPv6 /48 guesses", &hashed, WRONG, site).await;
        measure("… a plain password", "right", WRONG, site).await;
    });
}

async fn measure(what: &str, password: &str, wrong: u32, from: Guesser) {
    let folder = tempfile::tempdir().unwrap();
    let mut users = format!("admin: {{role: admin, password: '{password}'}}\n");
    (0..NEWCOMERS).for_each(|number| writeln!(users, "user{number}: {{role: dev, password: '{password}'}}").unwrap());
    // The addresses are those of a proxy that is trusted, since a machine has few of its own.
    for (name, text) in [("config.yaml", "trusted_proxies: [127.0.0.1]\n"), ("services.yaml", "{}"), ("users.yaml", &users)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let application = Application::build(config, &CheckTypes::built_in(), Some(listen)).await.unwrap();
    let url = format!("http://{}/api/v1.0/status", application.address());
    let stop = CancellationToken::new();
    let serving = tokio::spawn(application.run_until(stop.clone()));
    let client = Client::builder().no_proxy().build().unwrap();

    let poller = tokio::spawn(poll(client.clone(), url.clone()));
    let newcomers = tokio::spawn(come_in(client.clone(), url.clone()));
    let refusals = guess(client.clone(), url.clone(), wrong, from).await;
    let (refused, slowest) = newcomers.await.unwrap();
    let (mut times, first) = poller.await.unwrap();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "  {what:<28} /status: first {first:.1?}, median {:.2?}, p99 {:.2?}, worst {:.2?} ({} answers); first logins: {refused} of {NEWCOMERS} refused, slowest {slowest:.1?}; the guesses got {refusals:?}",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    );
    stop.cancel();
    serving.await.unwrap().unwrap();
}

/// Polls as a program does, and records the duration of each request. The first, which needs a verification, is separate.
async fn poll(client: Client, url: String) -> (Vec<Duration>, Duration) {
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (start, mut times, mut first) = (Instant::now(), Vec::new(), None);
    while start.elapsed() < MEASURED {
        ticks.tick().await;
        let asked = Instant::now();
        let answer =
            client.get(&url).basic_auth("admin", Some("right")).header("x-forwarded-for", "192.0.2.1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "the right password is accepted");
        match first {
            None => first = Some(asked.elapsed()),
            Some(_) => times.push(asked.elapsed()),
        }
    }
    (times, first.unwrap())
}

/// Logs users in, each from another address. Returns the number of refusals, and the duration of the slowest login.
async fn come_in(client: Client, url: String) -> (usize, Duration) {
    let mut ticks = interval(MEASURED / (NEWCOMERS + 1));
    ticks.tick().await;
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    for number in 0..NEWCOMERS {
        ticks.tick().await;
        let asked = Instant::now();
        let request = client.get(&url).basic_auth(format!("user{number}"), Some("right"));
        let answer = request.header("x-forwarded-for", format!("198.51.{number}.1")).send().await.unwrap();
        refused += usize::from(answer.status() != StatusCode::OK);
        slowest = slowest.max(asked.elapsed());
    }
    (refused, slowest)
}

/// Sends wrong passwords, spread over the time. Returns how often each status was the answer.
async fn guess(client: Client, url: String, wrong: u32, from: Guesser) -> BTreeMap<u16, u32> {
    let (url, mut guesses, mut answers) = (Arc::new(url), JoinSet::new(), BTreeMap::new());
    let mut ticks = interval(MEASURED / wrong.max(1));
    for guess in 0..wrong {
        ticks.tick().await;
        let (client, url) = (client.clone(), Arc::clone(&url));
        guesses.spawn(async move {
            let address = from(guess).to_string();
            let request = client.get(&*url).basic_auth("admin", Some(format!("wrong {guess}")));
            request.header("x-forwarded-for", address).send().await.unwrap().status().as_u16()
        });
    }
    while let Some(status) = guesses.join_next().await {
        *answers.entry(status.unwrap()).or_default() += 1;
    }
    answers
}
