use crate::cli::output::{print_error, try_print_line};
use std::cell::Cell;
use std::io::{ErrorKind, IsTerminal, Write};
use std::{io, process};

/// The exit code of `unknown`.
const UNKNOWN: i32 = 3;

/// "3 of 12 checked" on a terminal.
pub(super) struct Progress {
    total: usize,
    done: Cell<usize>,
    is_shown: bool,
}

impl Progress {
    pub(super) fn of(total: usize) -> Self {
        let progress = Self { total, done: Cell::new(0), is_shown: io::stderr().is_terminal() };
        progress.show();
        progress
    }

    pub(super) fn advance(&self) {
        self.done.set(self.done.get() + 1);
        self.show();
    }

    fn show(&self) {
        if self.is_shown && self.done.get() < self.total {
            write!(io::stderr(), "\r\x1b[K{} of {} checked", self.done.get(), self.total).ok();
        } else {
            self.clear();
        }
    }

    fn clear(&self) {
        if self.is_shown {
            write!(io::stderr(), "\r\x1b[K").ok();
        }
    }

    /// Prints a result without mixing it with the progress. If the reader has closed the pipe, as `head` does, continues
    /// silently. If printing fails for another reason, the process ends with the exit code of `unknown`.
    #[expect(clippy::disallowed_methods, reason = "nothing can be printed any more")]
    pub(super) fn print(&self, text: &str) {
        self.clear();
        match try_print_line(text.trim_end()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                print_error(format_args!("platus: cannot write to standard output: {error}"));
                process::exit(UNKNOWN);
            }
            _ => self.show(),
        }
    }
}
