use super::output::print_error;
use crate::config::Config;
use clap::Args;
use net::http::Proxies;
use std::path::PathBuf;
use system::environment::process_environment;

/// Where the configuration is.
#[derive(Args)]
pub(super) struct Configuration {
    /// The file config.yaml. services.yaml and users.yaml are expected in the same folder.
    #[arg(long, value_name = "FILE", env = "PLATUS_CONFIG", default_value = "config/config.yaml")]
    config: PathBuf,
}

impl Configuration {
    /// Reads the configuration. Prints its errors on standard error.
    pub(super) fn load(&self) -> Option<Config> {
        let config = Config::load(&self.config, &process_environment).inspect_err(|error| print_error(error)).ok()?;
        Proxies::new(&config.proxies).keep();
        Some(config)
    }
}
