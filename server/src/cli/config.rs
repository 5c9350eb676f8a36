use super::configuration::Configuration;
use super::exit::WRONG_INPUT;
use super::output::{print_error, print_line};
use super::report::text;
use crate::config::{self, Effect};
use crate::effective::{Effective, json_text, yaml_text};
use crate::validation::{Report, Thoroughness};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use system::environment::process_environment;

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
    /// Print the configuration as JSON.
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
                print_error(text(&Report::of_config(path, &process_environment, Thoroughness::Errors)));
                return ExitCode::from(WRONG_INPUT);
            }
        };
        let effective = match &self.service {
            None => effective,
            Some(id) => match effective.only(id) {
                Ok(effective) => effective,
                Err(error) => {
                    print_error(error);
                    return ExitCode::from(WRONG_INPUT);
                }
            },
        };
        print_line(if self.json { json_text(&effective) } else { yaml_text(&effective).trim_end().to_owned() });
        ExitCode::SUCCESS
    }
}
