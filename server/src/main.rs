use server::cli::CommandLine;
use std::process::ExitCode;

fn main() -> ExitCode {
    CommandLine::read().run()
}
