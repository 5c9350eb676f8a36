//! What a command prints. `println!` panics when standard output cannot take it, which is no reason for a command to crash: its
//! reader may have seen enough, as `head` has, or the disk behind it may be full.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::sync::mpsc;
use std::time::Duration;
use std::{io, process, thread};
use system::foreign_text;

/// How long the end of the process waits for the reader of standard error.
const READER: Duration = Duration::from_secs(1);

/// Prints a text and a line end; what would steer the terminal is shown instead. Ends the process when that is not possible: silently when the reader has left, otherwise with a
/// message and exit code 1.
pub(super) fn print_line(text: impl Display) {
    end_unless_printed(try_print_line(text));
}

fn end_unless_printed(printed: io::Result<()>) {
    match printed {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            print_error(format_args!("platus: cannot write to standard output: {error}"));
            process::exit(1);
        }
    }
}

/// Prints a text and a line end, for those who have something to say or to do when that is not possible.
pub(super) fn try_print_line(text: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", foreign_text::lines(&text.to_string()))?;
    output.flush()
}

/// Prints a text exactly as it is, and a line end: for secrets that a program reads.
pub(super) fn print_exactly(text: impl Display) {
    let mut output = io::stdout().lock();
    end_unless_printed(writeln!(output, "{text}").and_then(|()| output.flush()));
}

/// Prints a message on standard error. There is no other place to report that this failed, so a failure is ignored.
pub(super) fn print_error(text: impl Display) {
    writeln!(io::stderr(), "{}", foreign_text::lines(&text.to_string())).ok();
}

/// Prints why the process ends, which it does whether standard error is read or not.
pub(super) fn print_last_error(text: String) {
    let (printed, is_printed) = mpsc::channel();
    let printing = thread::Builder::new().name("last error".to_owned()).spawn(move || {
        print_error(text);
        printed.send(()).ok();
    });
    if printing.is_ok() {
        is_printed.recv_timeout(READER).ok();
    }
}
