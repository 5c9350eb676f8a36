use crate::config::{Config, LogLevel, process_environment};
use clap::Args;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

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
        Config::load(&self.config, &process_environment).inspect_err(|error| eprintln!("{error}")).ok()
    }
}

/// Writes our own words at this level, and of the libraries only what went wrong.
pub(super) fn log(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        // It calls every broker that cannot be reached an error of ours, several times over. The row says it once.
        .with_target("lapin", LevelFilter::OFF)
        // They call every answer that is no success an error, and repeat parts of it.
        .with_target("rustify", LevelFilter::OFF)
        .with_target("vaultrs", LevelFilter::OFF)
        .with_target("server", level)
        .with_target("app", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).with_target(false);
    tracing_subscriber::registry().with(targets).with(lines).init();
}
