//! The measurements during the attack.

use crate::figures::{Percentiles, lateness};
use crate::outside::program::{Files, Program};
use crate::outside::receiver::Receiver;
use crate::outside::target::Target;
use crate::{INTERVAL, MEASURED, SERVICES};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::env;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Interval of the requests of the administrator's program.
const POLLING: Duration = Duration::from_millis(50);
const ADMINISTRATOR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A user comes for the first time, from a new address, and tries again until this is over.
const LOGINS: Duration = Duration::from_secs(2);
const LOGIN_PATIENCE: Duration = Duration::from_secs(10);

/// Services that the operator may see, so that silences hide no false alerts of the others.
const OF_THE_OPERATOR: usize = 5;

/// Alerts and lines of the log that are printed.
const MOST_LINES: usize = 5;

struct Poll {
    answers: Vec<Duration>,
    failures: usize,
    /// Rows that were not operational, over all answers.
    not_operational: usize,
}

pub(crate) fn measure(what: &str, before: &str, attackers: &[&str]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure_on(what, before, attackers));
}

async fn measure_on(what: &str, before: &str, attackers: &[&str]) {
    let (target, receiver) = (Target::start(SERVICES), Receiver::start().await);
    let platus = Program::start(&files(&target, &receiver), before);
    let client = client(ADMINISTRATOR);
    let status = platus.url("/api/v1.0/status");
    // Everything was checked, and the administrator's program has logged in.
    target.until_all_are_seen().await;
    while ask(&client, &status).await.is_none() {
        sleep(POLLING).await;
    }
    sleep(INTERVAL * 2).await;
    target.take_arrivals();
    let used = platus.usage();

    let attackers = (!attackers.is_empty()).then(|| start_attackers(&platus, attackers));
    let (poll, logins) = tokio::join!(poll(&client, &status), log_in(&status));
    let (usage, arrivals) = (platus.usage(), target.take_arrivals());
    let attacks = attackers.map(|attackers| attackers.wait_with_output().unwrap().stdout);

    let checks: usize = arrivals.iter().map(Vec::len).sum();
    let expected = SERVICES as u128 * MEASURED.as_millis() / INTERVAL.as_millis();
    let late = Percentiles::of(arrivals.iter().flat_map(|arrivals| lateness(arrivals, INTERVAL)));
    let alerts = receiver.alerts();
    println!("{what}");
    let row = |name: &str, value: String, limit: &str| println!("  {name:<36} {value:<72} {limit}");
    row("lateness of checks", late.to_string(), "p99 at most 1 s");
    row("checks", format!("{checks} of {expected}"), "");
    row("false alerts", alerts.len().to_string(), "none");
    row("rows not operational", poll.not_operational.to_string(), "none");
    row("/status of the administrator", Percentiles::of(poll.answers).to_string(), "p99 under 100 ms");
    row("/status that failed", poll.failures.to_string(), "none");
    let tried = logins.len();
    let came_in: Vec<Duration> = logins.into_iter().flatten().collect();
    let count = came_in.len();
    row("first logins with the right password", format!("{count} of {tried}, {}", Percentiles::of(came_in)), "each within 5 s");
    row("most memory", format!("{} MiB", usage.peak >> 10), "under 200 MB");
    let processor_time = usage.processor_time.saturating_sub(used.processor_time);
    row("processor time", format!("{processor_time:?}, with {} threads", usage.threads), "");
    row("descriptors at the end", usage.descriptors.to_string(), "");
    if let Some(attacks) = attacks {
        print!("{}", String::from_utf8(attacks).unwrap());
    }
    for line in alerts.iter().take(MOST_LINES).chain(platus.complaints().iter().take(MOST_LINES)) {
        println!("    {line}");
    }
}

fn files(target: &Target, receiver: &Receiver) -> Files {
    let mut services = String::new();
    for number in 0..SERVICES {
        let role = if number < OF_THE_OPERATOR { "[ops, all]" } else { "all" };
        writeln!(
            services,
            "service-{number}: {{type: rest_http, role: {role}, timeout: 2, properties: {{host: 127.0.0.1, port: {}, protocol: http}}, \
             data: {{type: Group {}, name: Service {number}, url: /{number}, search: ok}}}}",
            target.address.port(),
            number % 7
        )
        .unwrap();
    }
    Files {
        // Guesses come by way of a proxy, since this machine has few addresses of IPv6.
        config: format!(
            "log_level: info\ncheck_interval: {}\ntrusted_proxies: [127.0.0.1]\n{}",
            INTERVAL.as_secs(),
            receiver.settings()
        ),
        services,
        users: "admin: {role: admin, password: right}\n\
                viewer: {role: all, password: viewer}\n\
                operator: {role: [ops, operator], password: operator}\n"
            .to_owned(),
    }
}

fn start_attackers(platus: &Program, names: &[&str]) -> std::process::Child {
    let mut command = Command::new("nice");
    command.args(["-n", "19"]).arg(env::current_exe().unwrap()).args(["attackers", &platus.address.to_string()]).args(names);
    command.stdout(Stdio::piped()).spawn().unwrap()
}

fn client(from: Ipv4Addr) -> Client {
    Client::builder().no_proxy().local_address(IpAddr::from(from)).timeout(LOGIN_PATIENCE).build().unwrap()
}

/// The number of rows that are not operational, if there was an answer.
async fn ask(client: &Client, url: &str) -> Option<usize> {
    let answer = client.get(url).basic_auth("admin", Some("right")).send().await.ok()?.error_for_status().ok()?;
    let board: Value = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
    let rows = board["result"].as_array()?;
    (rows.len() == SERVICES).then(|| rows.iter().filter(|row| row["state"] != "operational").count())
}

async fn poll(client: &Client, url: &str) -> Poll {
    let mut poll = Poll { answers: Vec::new(), failures: 0, not_operational: 0 };
    let mut ticks = interval(POLLING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let start = Instant::now();
    while start.elapsed() < MEASURED {
        ticks.tick().await;
        let asked = Instant::now();
        match ask(client, url).await {
            Some(not_operational) => {
                poll.answers.push(asked.elapsed());
                poll.not_operational += not_operational;
            }
            None => poll.failures += 1,
        }
    }
    poll
}

/// The duration of logins of the attacked user from new addresses. `None` where it takes too long.
async fn log_in(url: &str) -> Vec<Option<Duration>> {
    let client = client(Ipv4Addr::LOCALHOST);
    let mut logins = Vec::new();
    let mut ticks = interval(LOGINS);
    let start = Instant::now();
    while start.elapsed() < MEASURED {
        ticks.tick().await;
        let begun = Instant::now();
        let address = format!("198.51.100.{}", logins.len() % 250 + 1);
        let mut login = None;
        while login.is_none() && begun.elapsed() < LOGIN_PATIENCE {
            let request = client.get(url).basic_auth("admin", Some("right")).header("x-forwarded-for", &address);
            if request.send().await.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                login = Some(begun.elapsed());
            } else {
                sleep(Duration::from_millis(500)).await;
            }
        }
        logins.push(login);
    }
    logins
}
