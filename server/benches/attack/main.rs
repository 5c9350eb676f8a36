//! The effect of attacks on checks and notifications: idle connections and unread responses without a login, a viewer who opens all event
//! streams, an operator who creates orders as fast as possible, and a flood of guesses, all at once for a minute.
//!
//! A measurement, not a test. Run it with `make bench`; it takes about four minutes. Platus, its attackers and the measurement are
//! three processes. The attackers have the lowest priority, since real ones have machines of their own.
//!
//! The names of attackers after `--` leave the others out: `cargo bench --bench attack -- idle unread streams orders guesses`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
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
    system::descriptors::raise_limit();
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["attackers", address, names @ ..] => attackers::attack(address.parse::<SocketAddr>().unwrap(), names),
        names => {
            let names = if names.is_empty() { &attackers::NAMES } else { names };
            println!("{SERVICES} services every {INTERVAL:?}, for {MEASURED:?}");
            measurement::measure("no attack", "", &[]);
            measurement::measure("attack, soft limit of 1,024 descriptors", "ulimit -Sn 1024;", names);
            measurement::measure("attack, hard limit of 1,024 descriptors", "ulimit -n 1024;", names);
        }
    }
}
