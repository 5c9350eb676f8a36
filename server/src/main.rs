use clap::Parser;
use server::cli::CommandLine;
use std::process::ExitCode;

fn main() -> ExitCode {
    CommandLine::parse().run()
}
