//! What is measured, and how it is written.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

/// The distribution of some durations, in seconds.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) median: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
    count: usize,
}

impl Percentiles {
    pub(crate) fn of(figures: impl IntoIterator<Item = Duration>) -> Self {
        let mut figures: Vec<_> = figures.into_iter().collect();
        figures.sort_unstable();
        let at =
            |share: f64| figures.get(((figures.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default().as_secs_f64();
        Self { median: at(0.5), p99: at(0.99), worst: at(1.0), count: figures.len() }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, p99, worst] = [self.median, self.p99, self.worst].map(milliseconds);
        write!(f, "median {median}, p99 {p99}, worst {worst} of {}", self.count)
    }
}

pub(crate) fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

/// What this process has used.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Resources {
    /// User and system.
    pub(crate) processor_time: Duration,
    /// Resident, in KiB.
    pub(crate) memory: u64,
    /// The most that has ever been resident, in KiB.
    pub(crate) peak: u64,
}

impl Resources {
    pub(crate) fn now() -> Self {
        Self { processor_time: processor_time(), memory: kibibytes("VmRSS:"), peak: kibibytes("VmHWM:") }
    }

    /// The processor time since then, and the memory of now.
    pub(crate) fn since(self, before: &Self) -> Self {
        Self { processor_time: self.processor_time.saturating_sub(before.processor_time), ..self }
    }
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {} MiB (at most {} MiB)", self.processor_time, self.memory >> 10, self.peak >> 10)
    }
}

fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The fields are counted from after the name, which may hold spaces; a tick is a hundredth of a second on Linux.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn kibibytes(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// How much later than its schedule each check came. The schedule is a whole number of intervals after the most punctual one.
pub(crate) fn lateness(arrivals: &[Instant], interval: Duration) -> Vec<Duration> {
    let Some(first) = arrivals.first() else { return Vec::new() };
    let early = |(number, arrival): (u32, &Instant)| (*arrival - *first).as_secs_f64() - (interval * number).as_secs_f64();
    let offsets: Vec<f64> = (0..).zip(arrivals).map(early).collect();
    let punctual = offsets.iter().copied().fold(f64::INFINITY, f64::min);
    offsets.into_iter().map(|offset| Duration::from_secs_f64(offset - punctual)).collect()
}
