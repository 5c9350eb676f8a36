use super::output::print_error;
use super::report::text;
use crate::config::{Config, DEFAULT_FILE, FILE_VARIABLE, command, parse_file};
use crate::validation::{Report, Thoroughness};
use clap::Args;
use net::http::Proxies;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use system::environment::process_environment;
use yaml::LocatedError;

/// Where the configuration is.
#[derive(Args)]
pub(super) struct Configuration {
    /// The file config.yaml. services.yaml and users.yaml are expected in the same folder.
    #[arg(long, value_name = "FILE", env = FILE_VARIABLE, default_value = DEFAULT_FILE)]
    config: PathBuf,
}

impl Configuration {
    /// Where `config.yaml` is.
    pub(super) fn path(&self) -> &Path {
        &self.config
    }

    /// The key `listen` in `config.yaml`; `None` if it has none, or cannot be read.
    pub(super) fn listen(&self) -> Option<SocketAddr> {
        let document = parse_file(&self.config, &process_environment).ok()?;
        document.get("listen")?.read::<String>().ok()?.parse().ok()
    }

    /// The command line of Platus with these arguments, for the same configuration.
    pub(super) fn command(&self, arguments: &str) -> String {
        command(&self.config, arguments)
    }

    /// The report of all errors of the files, if this one is among them; else this one. For an error that only the start has found.
    pub(super) fn report_of(&self, error: &LocatedError) -> String {
        let report = Report::of_config(&self.config, &process_environment, Thoroughness::Errors);
        if report.has(error) { text(&report) } else { error.to_string() }
    }

    /// Reads the configuration. Prints every error of the files on standard error when it cannot be used.
    pub(super) fn load(&self) -> Option<Config> {
        let config = match Config::load(&self.config, &process_environment) {
            Ok(config) => config,
            Err(error) => {
                let report = Report::of_config(&self.config, &process_environment, Thoroughness::Errors);
                // Someone may have corrected the files since.
                if report.errors() > 0 {
                    print_error(text(&report))
                } else {
                    print_error(error)
                }
                return None;
            }
        };
        Proxies::new(&config.proxies).keep();
        Some(config)
    }
}
