//! The cost of history: on disk, to write, and to query.
//!
//! A measurement, not a test. Run it with `make bench`; it takes some minutes, most of them to generate a year.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "measurements start tasks, connections and threads directly")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it measured")]

mod looking;
mod sustained;
mod year;

use std::time::Duration;

/// The middle and the worst of some durations.
pub(crate) struct Spread {
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
    pub(crate) worst: Duration,
}

impl Spread {
    pub(crate) fn of(mut figures: Vec<Duration>) -> Self {
        figures.sort_unstable();
        let at = |share: f64| figures.get(((figures.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default();
        Self { median: at(0.5), p99: at(0.99), worst: at(1.0) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [median, p99, worst] = [self.median, self.p99, self.worst].map(|figure| figure.as_secs_f64() * 1e3);
        write!(f, "median {median:.2} ms, p99 {p99:.2} ms, worst {worst:.2} ms")
    }
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let year = year::make(folder.path()).await;
    looking::measure(&year).await;
    drop(folder);
    let folder = tempfile::tempdir().unwrap();
    sustained::measure(folder.path()).await;
}
