//! Resource usage of a process, from the kernel.

use std::fs;
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Resident memory, and the most that has ever been resident. KiB.
    pub(crate) memory: u64,
    pub(crate) peak: u64,
    pub(crate) descriptors: usize,
    pub(crate) threads: u64,
    /// User and system.
    pub(crate) processor_time: Duration,
}

impl Usage {
    pub(crate) fn of(process: u32) -> Self {
        let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        let (status, stat) = (read("status"), read("stat"));
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
        };
        // The fields are counted from after the name, which may hold spaces; a tick is a hundredth of a second on Linux.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
        Self {
            memory: number("VmRSS:"),
            peak: number("VmHWM:"),
            descriptors: fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count),
            threads: number("Threads:"),
            processor_time: Duration::from_millis((ticks(11) + ticks(12)) * 10),
        }
    }
}
