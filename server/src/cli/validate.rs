mod json;

pub(super) use json::json;

use super::configuration::Configuration;
use super::exit::WRONG_INPUT;
use super::output::{print_error, print_line};
use super::report::text;
use crate::validation::{Report, Thoroughness};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use system::environment::process_environment;

/// The exit code for findings that are no errors.
const DOUBTFUL: u8 = 1;

#[derive(Args)]
pub(super) struct Validate {
    /// Files to check on their own, without that of --config. Default: the file of --config with the files that it names.
    ///
    /// What a file holds is known by its name, such as services.yaml, else by its content.
    // Not in conflict with --config, since `PLATUS_CONFIG`, which images set, counts as that option.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also report what is probably a mistake, such as a service that is checked twice.
    #[arg(long)]
    lint: bool,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Validate {
    pub(super) fn run(self) -> ExitCode {
        let thoroughness = if self.lint { Thoroughness::Lint } else { Thoroughness::Errors };
        let report = if self.files.is_empty() {
            Report::of_config(self.configuration.path(), &process_environment, thoroughness)
        } else {
            Report::of_each(&self.files, &process_environment, thoroughness)
        };
        match (self.json, report.findings.is_empty()) {
            (true, _) => print_line(json(&report)),
            (false, true) => print_line(text(&report)),
            (false, false) => print_error(text(&report)),
        }
        match (report.errors(), report.warnings()) {
            (0, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::from(DOUBTFUL),
            _ => ExitCode::from(WRONG_INPUT),
        }
    }
}
