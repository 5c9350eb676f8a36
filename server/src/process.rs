//! Resource usage of this process.

use std::io;
use tokio::task::spawn_blocking;

/// Figures of the process, as Prometheus' own clients report them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Processor time so far, in seconds.
    pub cpu: f64,
    /// Bytes of memory.
    pub resident: u64,
    pub virtual_memory: u64,
    pub threads: u64,
    pub descriptors: u64,
    /// Absent without a limit.
    pub most_descriptors: Option<u64>,
    /// When the process was started, in seconds since 1970.
    pub started: f64,
}

/// Reads the figures. Fails where the operating system does not have them in Linux' way.
pub async fn usage() -> io::Result<Usage> {
    spawn_blocking(read).await.map_err(io::Error::other)?
}

#[cfg(target_os = "linux")]
// Figures of this size are exact in a double.
#[expect(clippy::cast_precision_loss)]
fn read() -> io::Result<Usage> {
    use procfs::process::{LimitValue, Process};
    let read = || {
        let process = Process::myself()?;
        let (stat, limits) = (process.stat()?, process.limits()?);
        let ticks = procfs::ticks_per_second() as f64;
        let most_descriptors = match limits.max_open_files.soft_limit {
            LimitValue::Value(limit) => Some(limit),
            LimitValue::Unlimited => None,
        };
        Ok(Usage {
            cpu: (stat.utime + stat.stime) as f64 / ticks,
            resident: stat.rss * procfs::page_size(),
            virtual_memory: stat.vsize,
            threads: u64::try_from(stat.num_threads).unwrap_or_default(),
            descriptors: process.fd_count()? as u64,
            most_descriptors,
            started: procfs::boot_time_secs()? as f64 + stat.starttime as f64 / ticks,
        })
    };
    read().map_err(|error: procfs::ProcError| io::Error::other(error))
}

#[cfg(not(target_os = "linux"))]
fn read() -> io::Result<Usage> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::fs::File;

    #[tokio::test]
    async fn the_figures_are_those_of_this_process() {
        let before = usage().await.unwrap();
        let files: Vec<_> = (0..100).map(|_| File::open("/dev/null").unwrap()).collect();
        let after = usage().await.unwrap();
        assert!(after.descriptors >= before.descriptors.min(100), "{before:?} {after:?}");
        assert!(after.descriptors >= 100 && after.resident > 1 << 20 && after.threads >= 1, "{after:?}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        assert!(after.started <= now + 2.0 && after.started > now - 86_400.0, "{after:?}");
        drop(files);
    }
}
