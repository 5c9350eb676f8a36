mod signals;
mod systemd;

use super::configuration::Configuration;
use super::output::print_last_error;
use super::{WRONG_INPUT, failed};
use crate::application::{Application, StartError};
use crate::config::Config;
use crate::logging;
use checks::CheckTypes;
use clap::Args;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use system::descriptors;
use system::tasks::TaskFailure;
use tokio_util::sync::CancellationToken;

/// How long the checks that were in flight may take to clean up.
const LAST_CHECKS: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    configuration: Configuration,
    /// Where to serve, as ADDRESS:PORT. Wins over the key `listen` in config.yaml; without either it is 0.0.0.0:5001.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self) -> ExitCode {
        let Some(config) = self.configuration.load() else { return ExitCode::from(WRONG_INPUT) };
        let log = logging::start(config.settings.log_level);
        // Nothing, except in tests.
        let _faults = fail::has_failpoints().then(fail::FailScenario::setup);
        descriptors::raise_limit();
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&format!("cannot start the threads: {error}")),
        };
        let stop = CancellationToken::new();
        // Listening for signals begins before anything is started, so that none is missed.
        let ended = match signals::handle(runtime.handle(), stop.clone()) {
            Ok(()) => runtime.block_on(serve(config, self.listen, stop)),
            Err(error) => Err(error.into()),
        };
        // The checks in flight take with them what they have started; one that blocks its thread must not keep the process from ending.
        runtime.shutdown_timeout(LAST_CHECKS);
        drop(log);
        match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(ServeError::Start(StartError::Configuration(error))) => {
                print_last_error(error.to_string());
                ExitCode::from(WRONG_INPUT)
            }
            Err(error) => {
                print_last_error(format!("platus: {error}"));
                ExitCode::FAILURE
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen for signals: {0}")]
    Signals(#[from] io::Error),
    #[error(transparent)]
    Task(#[from] TaskFailure),
}

async fn serve(config: Config, listen: Option<SocketAddr>, stop: CancellationToken) -> Result<(), ServeError> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let services = config.services.len();
    let registry = CheckTypes::built_in();
    let mut application = tokio::select! {
        built = Application::build(config, &registry, listen) => built?,
        // A store that is waited for may never come.
        () = stop.cancelled() => return Ok(()),
    };
    let protocol = if application.is_https() { "https" } else { "http" };
    tracing::info!(services, "Platus {} listens on {protocol}://{}/", env!("CARGO_PKG_VERSION"), application.address());
    let report = systemd::report(application.health(), stop.clone());
    application.supervise("service manager", report);
    Ok(application.run_until(stop).await?)
}
