use super::configuration::Configuration;
use super::exit::WRONG_INPUT;
use super::output::{print_error, print_line};
use super::report::text;
use super::validate::json;
use crate::config::{self, Effect};
use crate::effective::{Effective, json_text, yaml_text};
use crate::validation::{Report, Thoroughness};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use system::environment::process_environment;
use yaml::LocatedError;

#[derive(Subcommand)]
pub(super) enum Config {
    /// Print the services and users of all files, with templates and defaults filled in and the place of each value.
    ///
    /// Secrets are masked. References to the environment and to files are printed as they are written.
    Show(Show),
}

#[derive(Args)]
pub(super) struct Show {
    /// The service to print. Default: all services and users.
    service: Option<String>,
    /// Print the configuration as JSON, or if it cannot be used, the errors as those of `platus validate --json`.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Config {
    pub(super) fn run(self) -> ExitCode {
        let Self::Show(show) = self;
        show.run()
    }
}

impl Show {
    fn run(self) -> ExitCode {
        let path = self.configuration.path();
        let effective = match config::read(path, &process_environment) {
            Ok(reading) if reading.findings.iter().all(|finding| finding.effect != Effect::NoStart) => Effective::of(&reading),
            _ => {
                return self.fail(&Report::of_config(path, &process_environment, Thoroughness::Errors), None);
            }
        };
        let effective = match &self.service {
            None => effective,
            Some(id) => match effective.only(id) {
                Ok(effective) => effective,
                Err(error) => return self.fail(&Report::of_unknown_service(error.clone()), Some(&error)),
            },
        };
        print_line(if self.json { json_text(&effective) } else { yaml_text(&effective).trim_end().to_owned() });
        ExitCode::SUCCESS
    }

    /// Prints a report, for programs as `platus validate` does. A person sees the error alone where it says everything.
    fn fail(&self, report: &Report, alone: Option<&LocatedError>) -> ExitCode {
        match (self.json, alone) {
            (true, _) => print_line(json(report)),
            (false, Some(error)) => print_error(error),
            (false, None) => print_error(text(report)),
        }
        ExitCode::from(WRONG_INPUT)
    }
}
