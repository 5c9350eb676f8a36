//! The log. Whoever logs never waits for its reader: lines go to a bounded queue, and a thread of their own writes them to standard
//! error. A terminal that is paused, a full pipe or a log driver that hangs must not stop the checks. While the queue is full, new
//! lines are dropped and counted; the log says how many are missing as soon as it is read again.

use crate::config::LogLevel;
use std::io::{IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::{io, panic};
use system::foreign_text;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Lines that may wait for the reader. At some 200 bytes a line this is 2 MB.
const QUEUE: usize = 10_000;

/// Counts the dropped lines of this process. There is one log, as there is one standard error.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Writes the queued lines when it is dropped, and waits about a second for that at most.
#[must_use = "lines that are still queued are lost without it"]
pub struct LogGuard(#[expect(dead_code, reason = "it works by being dropped")] WorkerGuard);

/// Starts the log of the process: our own lines at this level, and those of the libraries from warnings on. Panics are logged, too.
pub fn start(level: LogLevel) -> LogGuard {
    let is_terminal = io::stderr().is_terminal();
    let (lines, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(QUEUE)
        .lossy(true)
        .thread_name("log")
        .finish(Lines::new(io::stderr(), is_terminal, dropped));
    DROPPED.set(lines.error_counter()).ok();
    let layer = tracing_subscriber::fmt::layer().with_writer(lines).with_ansi(is_terminal).with_target(false);
    tracing_subscriber::registry().with(targets(level)).with(layer).init();
    panic::set_hook(Box::new(log_panic));
    LogGuard(guard)
}

/// Log lines that were dropped since the start of the process because standard error was not read.
pub fn dropped() -> usize {
    DROPPED.get().map_or(0, ErrorCounter::dropped_lines)
}

/// The crates of Platus. The libraries of others log warnings and errors at most.
const OWN_CRATES: [&str; 13] =
    ["app", "checks", "engine", "history", "json", "model", "net", "notify", "server", "storage", "system", "vault", "yaml"];

fn targets(level: LogLevel) -> Targets {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        // It logs every broker that cannot be reached as an error of its own, several times. The row says it once.
        .with_target("lapin", LevelFilter::OFF)
        // They log every answer that is no success as an error, and repeat parts of it.
        .with_target("rustify", LevelFilter::OFF)
        .with_target("vaultrs", LevelFilter::OFF)
        .with_targets(OWN_CRATES.map(|own| (own, level)))
}

/// The hook of the standard library writes to standard error itself, and so waits for its reader.
fn log_panic(info: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(thread = thread.name(), place, "A thread panicked: {message}");
}

/// Writes whole lines, in which no text of others begins a line or steers the terminal, and before a line how many were dropped since
/// the one before.
struct Lines<W> {
    output: W,
    has_colours: bool,
    dropped: fn() -> usize,
    reported: usize,
}

impl<W> Lines<W> {
    fn new(output: W, has_colours: bool, dropped: fn() -> usize) -> Self {
        Self { output, has_colours, dropped, reported: 0 }
    }
}

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let dropped = (self.dropped)();
        if dropped > self.reported {
            writeln!(self.output, "{} log lines were dropped here: standard error was not read.", dropped - self.reported)?;
            self.reported = dropped;
        }
        let text = String::from_utf8_lossy(line);
        self.output.write_all(foreign_text::log_line(&text, self.has_colours).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_crate_of_platus_logs_at_the_configured_level() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let ships = !["structure", "test-support"].contains(&name.as_str());
            assert_eq!(OWN_CRATES.contains(&name.as_str()), ships, "{name}");
        }
    }

    #[test]
    fn dropped_lines_are_reported_once_where_they_are_missing() {
        static MISSING: AtomicUsize = AtomicUsize::new(0);
        let mut lines = Lines::new(Vec::new(), false, || MISSING.load(Ordering::Relaxed));
        for (line, missing) in [("one\n", 0), ("two\n", 3), ("three\n", 3), ("four\n", 5)] {
            MISSING.store(missing, Ordering::Relaxed);
            lines.write_all(line.as_bytes()).unwrap();
        }
        let text = String::from_utf8(lines.output).unwrap();
        let note = |number: usize| format!("{number} log lines were dropped here: standard error was not read.\n");
        assert_eq!(text, format!("one\n{}two\nthree\n{}four\n", note(3), note(2)));
    }

    #[test]
    fn a_text_of_others_begins_no_line() {
        let mut lines = Lines::new(Vec::new(), false, || 0);
        lines.write_all("WARN name=\"a\nINFO forged\u{1b}[2J\u{202e}\"\n".as_bytes()).unwrap();
        let text = String::from_utf8(lines.output).unwrap();
        assert_eq!(text, "WARN name=\"a\\nINFO forged<U+001B>[2J<U+202E>\"\n");
    }
}
