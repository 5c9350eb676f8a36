mod json;
mod progress;
mod text;

use super::configuration::Configuration;
use super::output::print_problem;
use crate::{logging, probe};
use checks::CheckTypes;
use clap::Args;
use json::NodeReport;
use model::State;
use progress::Progress;
use std::process::ExitCode;
use system::{descriptors, foreign_text};
use text::text;

#[derive(Args)]
pub(super) struct Probe {
    /// The services to check, by their keys in services.yaml; all of them when none is named.
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    configuration: Configuration,
    /// Print JSON: a list with an object for each node. Durations are in seconds.
    #[arg(long)]
    json: bool,
}

impl Probe {
    pub(super) fn run(self) -> ExitCode {
        let could_not_tell = exit_code(State::Unknown);
        let Some(config) = self.configuration.load() else { return could_not_tell };
        let _log = logging::start(config.settings.log_level);
        descriptors::raise_limit();
        let services = match probe::services(&config, &CheckTypes::built_in(), &self.services) {
            Ok(services) => services,
            Err(problem) => {
                print_problem(problem);
                return could_not_tell;
            }
        };
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                print_problem(format_args!("cannot start the threads: {error}"));
                return could_not_tell;
            }
        };

        let progress = Progress::of(services.len());
        let mut worst = State::Operational;
        let mut nodes = Vec::new();
        runtime.block_on(probe::run(
            services,
            || progress.advance(),
            |report| {
                worst = worst.max(report.worst());
                match self.json {
                    true => nodes.extend(NodeReport::of(&report)),
                    false => progress.print(&text(&report)),
                }
            },
        ));
        runtime.shutdown_background();
        if self.json {
            progress.print(&foreign_text::json(serde_json::to_string_pretty(&nodes).unwrap_or_else(|_| "[]".to_owned())));
        }
        exit_code(worst)
    }
}

/// Those of Nagios plugins.
fn exit_code(worst: State) -> ExitCode {
    ExitCode::from(match worst {
        State::Operational => 0,
        State::Unhealthy => 1,
        State::Down => 2,
        State::Unknown => 3,
    })
}
