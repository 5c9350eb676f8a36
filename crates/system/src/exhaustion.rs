//! Exhausted resources of this process or machine. A check that fails for such a reason could not determine the state of its target.

use crate::descriptors;
use crate::log_limit::LogLimit;
use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use parking_lot::Mutex;
use rustix::io::Errno;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, io};

/// Log lines about each of [`Exhausted`].
static LOG_LINES: [LogLimit; 5] = [const { LogLimit::new(Duration::from_secs(60)) }; 5];

/// How long the settings page shows it.
const NOTICE_TIME: TimeDelta = TimeDelta::minutes(15);

static FAILURES: AtomicU64 = AtomicU64::new(0);

static LATEST: Mutex<Option<Latest>> = Mutex::new(None);

/// The latest failure.
#[derive(Clone, Copy)]
struct Latest {
    what: Exhausted,
    at: DateTime<FixedOffset>,
}

/// An exhausted resource. Its text is a sentence with the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// File descriptors of this process.
    Descriptors,
    /// Open files of all processes.
    Files,
    Memory,
    /// Local addresses or ports to connect from.
    Ports,
    /// Processes and threads of the user.
    Processes,
}

impl Exhausted {
    /// From an error of the system, which a library may have wrapped.
    pub fn of(error: &io::Error) -> Option<Self> {
        match error.raw_os_error() {
            Some(code) => Self::of_code(code),
            None => Self::in_text(&error.to_string()),
        }
    }

    /// From the text of a library about an error that it does not expose. Ports are left out: a machine without IPv6 has none for an address
    /// of IPv6.
    pub fn in_text(text: &str) -> Option<Self> {
        let (_, after) = text.split_once("(os error ")?;
        let code = after.split_once(')')?.0.parse().ok()?;
        Self::of_code(code).filter(|what| *what != Self::Ports)
    }

    /// From a failure to start a program.
    pub fn of_start(error: &io::Error) -> Option<Self> {
        let is_limit = error.raw_os_error() == Some(Errno::AGAIN.raw_os_error());
        if is_limit { Some(Self::Processes) } else { Self::of(error) }
    }

    fn of_code(code: i32) -> Option<Self> {
        match Errno::from_raw_os_error(code) {
            Errno::MFILE => Some(Self::Descriptors),
            Errno::NFILE => Some(Self::Files),
            Errno::NOBUFS | Errno::NOMEM => Some(Self::Memory),
            Errno::ADDRNOTAVAIL => Some(Self::Ports),
            _ => None,
        }
    }

    /// Whether this process has no file descriptor left, for failures without a reason.
    pub fn now() -> Option<Self> {
        let opened = io::stderr().as_fd().try_clone_to_owned();
        opened.err().as_ref().and_then(Self::of)
    }

    /// Counts a failure, and logs it unless one was logged recently.
    pub fn note(self) {
        FAILURES.fetch_add(1, Ordering::Relaxed);
        let latest = Latest { what: self, at: Local::now().fixed_offset() };
        LATEST.lock().replace(latest);
        if let Some(suppressed) = LOG_LINES[self as usize].pass(Instant::now()) {
            let (open, limit) = (descriptors::open(), descriptors::limit());
            tracing::error!(open, limit, suppressed, "Checks fail because {self}.");
        }
    }

    /// Counts the failure, and returns its sentence.
    pub fn noted(self) -> String {
        self.note();
        self.to_string()
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Descriptors => write!(
                f,
                "Platus has no file descriptor left (limit {}); raise the limit (systemd: `LimitNOFILE`, Docker: `--ulimit nofile`)",
                descriptors::limit()
            ),
            Self::Files => f.write_str("this machine has no file descriptor left (limit `fs.file-max`)"),
            Self::Memory => f.write_str("this machine has no memory left for it"),
            Self::Ports => f.write_str("this machine has no address or port left to connect from"),
            Self::Processes => f.write_str(
                "this machine starts no more processes for Platus; raise the limit (systemd: `TasksMax`, Docker: `--pids-limit`)",
            ),
        }
    }
}

/// Number of such failures since the start.
pub fn failures() -> u64 {
    FAILURES.load(Ordering::Relaxed)
}

/// A warning for administrators while a failure is recent.
pub fn notice() -> Option<String> {
    let latest = (*LATEST.lock())?;
    let is_recent = (Local::now().fixed_offset() - latest.at).abs() < NOTICE_TIME;
    is_recent.then(|| format!("Checks failed at {}: {}.", latest.at.format("%H:%M:%S"), latest.what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_told_from_those_of_a_target() {
        let of = |code| Exhausted::of(&io::Error::from_raw_os_error(code));
        for (error, expected) in [
            (Errno::MFILE, Some(Exhausted::Descriptors)),
            (Errno::NFILE, Some(Exhausted::Files)),
            (Errno::NOBUFS, Some(Exhausted::Memory)),
            (Errno::NOMEM, Some(Exhausted::Memory)),
            (Errno::ADDRNOTAVAIL, Some(Exhausted::Ports)),
            (Errno::AGAIN, None),
            (Errno::CONNREFUSED, None),
            (Errno::NETUNREACH, None),
        ] {
            assert_eq!(of(error.raw_os_error()), expected, "{error}");
        }
        let wrapped = io::Error::other(io::Error::from_raw_os_error(Errno::MFILE.raw_os_error()));
        assert_eq!(Exhausted::of(&wrapped), Some(Exhausted::Descriptors));
        assert_eq!(Exhausted::in_text("io error: Too many open files (os error 24), too"), Some(Exhausted::Descriptors));
        assert_eq!(Exhausted::in_text("Connection refused (os error 111)"), None);
        assert_eq!(Exhausted::in_text("Cannot assign requested address (os error 99)"), None);
        let no_process = io::Error::from_raw_os_error(Errno::AGAIN.raw_os_error());
        assert_eq!(Exhausted::of_start(&no_process), Some(Exhausted::Processes));
        assert_eq!(Exhausted::now(), None);
    }
}
