use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

/// "3 of 12 checked" on a terminal, so that nobody wonders whether anything happens.
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

    /// Prints a result without mixing it with the progress. Whoever reads it may have gone away, as `head` does.
    pub(super) fn print(&self, text: &str) {
        self.clear();
        writeln!(io::stdout(), "{}", text.trim_end()).ok();
        self.show();
    }
}
