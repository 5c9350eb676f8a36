//! The words of the command line.

use crate::application::{Application, StartError};
use crate::auth;
use crate::config::{Config, LogLevel, process_environment};
use crate::plugins::Registry;
use clap::{Args, Parser, Subcommand};
use std::io::{self, BufRead, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The exit code for a wrong command line (clap's own) and for a wrong configuration.
const WRONG_INPUT: u8 = 2;

/// Watches a platform's services and says how they are.
#[derive(Parser)]
#[command(name = "platus", version, about, arg_required_else_help = true)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the services, and serve the page and the API.
    Serve(Serve),
    /// Work with users.yaml.
    #[command(subcommand)]
    Users(UsersCommand),
}

#[derive(Args)]
struct Serve {
    /// The file config.yaml. services.yaml and users.yaml are looked for beside it.
    #[arg(long, value_name = "FILE", env = "PLATUS_CONFIG", default_value = "config/config.yaml")]
    config: PathBuf,
    /// Where to serve, as ADDRESS:PORT. Wins over the key `listen` in config.yaml; without either it is 0.0.0.0:5001.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN")]
    listen: Option<SocketAddr>,
}

#[derive(Subcommand)]
enum UsersCommand {
    /// Read a password from standard input and print its hash, to put in the place of the password in users.yaml.
    Hash,
}

impl CommandLine {
    /// Does what was asked for.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve(serve) => serve.run(),
            Command::Users(UsersCommand::Hash) => hash(),
        }
    }
}

impl Serve {
    fn run(self) -> ExitCode {
        let config = match Config::load(&self.config, &process_environment) {
            Ok(config) => config,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(WRONG_INPUT);
            }
        };
        log(config.settings.log_level);
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&format!("cannot start the threads: {error}")),
        };
        let ended = runtime.block_on(serve(config, self.listen));
        // A check that blocks its thread must not keep the process from ending.
        runtime.shutdown_background();
        match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error.to_string()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen for signals: {0}")]
    Signals(#[from] io::Error),
}

async fn serve(config: Config, listen: Option<SocketAddr>) -> Result<(), ServeError> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let stop = CancellationToken::new();
    // Listening for signals begins before anything is started, so that none is missed.
    tokio::spawn(cancel_on_signal(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, stop.clone()));
    let services = config.services.len();
    let application = Application::build(config, &Registry::built_in(), listen).await?;
    tracing::info!(services, "Platus {} listens on http://{}/", env!("CARGO_PKG_VERSION"), application.address());
    application.run_until(stop).await;
    Ok(())
}

async fn cancel_on_signal(
    mut interrupt: tokio::signal::unix::Signal,
    mut terminate: tokio::signal::unix::Signal,
    stop: CancellationToken,
) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    stop.cancel();
}

/// Writes our own words at this level, and of the libraries only what went wrong.
fn log(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let targets = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("server", level).with_target("app", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).with_target(false);
    tracing_subscriber::registry().with(targets).with(lines).init();
}

fn hash() -> ExitCode {
    let mut password = String::new();
    if let Err(error) = io::stdin().lock().read_line(&mut password) {
        return failed(&format!("cannot read the password from standard input: {error}"));
    }
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        eprintln!("The password is empty. Give it on standard input, for instance: platus users hash < password.txt");
        return ExitCode::from(WRONG_INPUT);
    }
    match auth::hash(password) {
        Ok(hash) => {
            println!("{hash}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&format!("cannot hash the password: {error}")),
    }
}

fn failed(reason: &str) -> ExitCode {
    eprintln!("platus: {reason}");
    ExitCode::FAILURE
}
