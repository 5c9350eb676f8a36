//! What a command prints. `println!` panics when standard output cannot take it, which is no reason for a command to crash: its
//! reader may have seen enough, as `head` has, or the disk behind it may be full.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process;

/// Prints a text and a line end. Ends the process when that is not possible: silently when the reader has left, otherwise with a
/// message and exit code 1.
pub(super) fn print_line(text: impl Display) {
    match try_print_line(text) {
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
    writeln!(output, "{text}")?;
    output.flush()
}

/// Prints a message on standard error. There is no other place to report that this failed, so a failure is ignored.
pub(super) fn print_error(text: impl Display) {
    writeln!(io::stderr(), "{text}").ok();
}
