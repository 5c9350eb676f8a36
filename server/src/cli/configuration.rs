use super::output::print_error;
use crate::config::Config;
use clap::Args;
use net::http::Proxies;
use std::path::PathBuf;
use system::environment::process_environment;

/// Where the configuration is.
#[derive(Args)]
pub(super) struct Configuration {
    /// The file config.yaml. services.yaml and users.yaml are looked for beside it.
    #[arg(long, value_name = "FILE", env = "PLATUS_CONFIG", default_value = "config/config.yaml")]
    config: PathBuf,
}

impl Configuration {
    /// Reads it. When it is wrong, that has been told on standard error.
    pub(super) fn load(&self) -> Option<Config> {
        let config = Config::load(&self.config, &process_environment).inspect_err(|error| print_error(error)).ok()?;
        Proxies::new(&config.proxies).keep();
        Some(config)
    }
}
