//! What an attack costs the watch: a stranger with idle connections and with answers that are not read, a viewer who takes all event
//! streams, an operator who writes orders as fast as possible, and a flood of guesses, all at once for a minute.
//!
//! Nothing here passes or fails. Run it with `make bench`; it takes about four minutes. Platus, its attackers and the measurement are
//! three processes. The attackers have the lowest priority, since real ones have machines of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it measured")]

mod attackers;
#[path = "../watch/figures.rs"]
#[allow(dead_code, reason = "no bench needs all of it")]
mod figures;
mod measurement;
#[path = "../outside/mod.rs"]
mod outside;

use std::env;
use std::net::SocketAddr;
use std::time::Duration;

const SERVICES: usize = 500;
const INTERVAL: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(60);

fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    server::descriptors::raise_limit();
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            println!("{SERVICES} services every {INTERVAL:?}, for {MEASURED:?}");
            measurement::measure("no attack", "", false);
            measurement::measure("all attacks, soft limit of 1,024 descriptors", "ulimit -Sn 1024;", true);
            measurement::measure("all attacks, hard limit of 1,024 descriptors", "ulimit -n 1024;", true);
        }
        ["attackers", address] => attackers::attack(address.parse::<SocketAddr>().unwrap()),
        other => panic!("the measurement takes no arguments, not {other:?}"),
    }
}
