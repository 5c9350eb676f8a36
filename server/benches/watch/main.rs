//! The cost of checks: latency, lateness, processor time and memory.
//!
//! A measurement, not a test. Run it with `make bench`; it takes about eight minutes. Each measurement runs in a separate process, so
//! that it does not affect the memory figures of the next; the target is nginx, which `scripts/targets/start.sh` starts.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it measured")]

mod connections;
mod figures;
mod hanging;
mod nginx;
mod platus;
mod rate;

use nginx::Nginx;
use rate::Load;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::env;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

const FREQUENT: Load = Load { services: 5_000, interval: Duration::from_secs(1), measured: Duration::from_secs(60) };
const MANY: Load = Load { services: 10_000, interval: Duration::from_secs(10), measured: Duration::from_secs(40) };

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => measure_all(),
        [measurement, port] => measure(measurement, port.parse().unwrap(), ""),
        [measurement, port, ca] => measure(measurement, port.parse().unwrap(), &fs::read_to_string(ca).unwrap()),
        other => panic!("the measurements take no arguments, not {other:?}"),
    }
}

fn measure_all() {
    in_a_process::<hanging::Figures>("hanging", 0).print();

    let nginx = Nginx::start();
    println!();
    println!(
        "rest_http with a search against nginx: {} services every {:?} for {:?}, and {} every {:?} for {:?}",
        FREQUENT.services, FREQUENT.interval, FREQUENT.measured, MANY.services, MANY.interval, MANY.measured
    );
    rate::Figures::print_header();
    for (load, name) in [(FREQUENT, "frequent"), (MANY, "many")] {
        let platus: rate::Figures = in_a_process(name, nginx.port);
        platus.print(&format!("Platus, {} services every {:?}", load.services, load.interval));
        let bare: rate::Figures = in_a_process(&format!("{name}-bare"), nginx.port);
        bare.print(&format!("a bare client, {} requests/s", load.per_second()));
        println!("  {:<42} {:.2}", "processor time, Platus : bare client", platus.processor_time() / bare.processor_time());
    }

    println!();
    connections::Figures::print_header();
    for kind in connections::KINDS {
        let port = if kind.name.starts_with("https") { nginx.https_port } else { nginx.port };
        run::<connections::Figures>(&[kind.name, &port.to_string(), nginx.ca().to_str().unwrap()]).print(kind);
    }
}

/// Runs a measurement in a separate process.
fn in_a_process<F: DeserializeOwned>(measurement: &str, port: u16) -> F {
    run(&[measurement, &port.to_string()])
}

fn run<F: DeserializeOwned>(arguments: &[&str]) -> F {
    let mut process = Command::new(env::current_exe().unwrap());
    let output = process.args(arguments).stderr(Stdio::inherit()).output().unwrap();
    let measurement = arguments[0];
    assert!(output.status.success(), "the measurement {measurement} ended with {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Prints the figures for the process that asked.
#[tokio::main]
async fn measure(measurement: &str, port: u16, ca: &str) {
    system::descriptors::raise_limit();
    rustls::crypto::ring::default_provider().install_default().ok();
    match measurement {
        "hanging" => print(&hanging::measure().await),
        "frequent" => print(&rate::platus(FREQUENT, port).await),
        "frequent-bare" => print(&rate::bare(FREQUENT, port).await),
        "many" => print(&rate::platus(MANY, port).await),
        "many-bare" => print(&rate::bare(MANY, port).await),
        other => match connections::KINDS.iter().find(|kind| kind.name == other) {
            Some(kind) => print(&connections::measure(*kind, port, ca).await),
            None => panic!("there is no measurement {other}"),
        },
    }
}

fn print(figures: &impl Serialize) {
    println!("{}", serde_json::to_string(figures).unwrap());
}
