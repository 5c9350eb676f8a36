//! Output of the commands. `println!` panics if standard output cannot be written, for example because its reader has ended, as `head`
//! does, or because the disk is full. No command should crash then.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::sync::mpsc;
use std::time::Duration;
use std::{io, process, thread};
use system::foreign_text;

/// How long the end of the process waits for the reader of standard error.
const READER: Duration = Duration::from_secs(1);

/// Prints a text and a line end, with control characters made visible. If that fails, ends the process: silently if the reader has closed
/// the pipe, otherwise with a message and exit code 1.
pub(super) fn print_line(text: impl Display) {
    end_unless_printed(try_print_line(text));
}

#[expect(clippy::disallowed_methods, reason = "nothing can be printed any more")]
fn end_unless_printed(printed: io::Result<()>) {
    match printed {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            print_problem(format_args!("cannot write to standard output: {error}"));
            process::exit(1);
        }
    }
}

/// Prints a text and a line end, for callers that handle the failure.
pub(super) fn try_print_line(text: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", foreign_text::lines(&text.to_string()))?;
    output.flush()
}

/// Prints a text unchanged, and a line end: for secrets that a program reads.
pub(super) fn print_exactly(text: impl Display) {
    let mut output = io::stdout().lock();
    end_unless_printed(writeln!(output, "{text}").and_then(|()| output.flush()));
}

/// Prints a message on standard error. There is no other place to report that this failed, so a failure is ignored.
pub(super) fn print_error(text: impl Display) {
    writeln!(io::stderr(), "{}", foreign_text::lines(&text.to_string())).ok();
}

/// Prints on standard error, in one line, what is wrong. A word of the command line or of a file that it repeats cannot begin another line.
pub(super) fn print_problem(problem: impl Display) {
    print_error(format_args!("platus: {}", foreign_text::line(&problem.to_string())));
}

/// Prints the last error of the process. Does not wait for ever for the reader of standard error.
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
