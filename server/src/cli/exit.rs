//! The exit codes.

use super::output::print_problem;
use std::process::ExitCode;

/// The exit code for a wrong command line (clap's own) and for a wrong configuration.
pub(super) const WRONG_INPUT: u8 = 2;

/// Prints why a command failed. Returns the exit code 1.
pub(super) fn failed(reason: &str) -> ExitCode {
    print_problem(reason);
    ExitCode::FAILURE
}
