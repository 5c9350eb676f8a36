mod signals;
mod systemd;

use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::print_last_error;
use crate::application::{Application, StartError};
use crate::config::{Config, LogLevel};
use crate::demo::DemoError;
use crate::logging;
use crate::reload::RequestedBy;
use checks::CheckTypes;
use clap::Args;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use system::descriptors;
use system::tasks::TaskFailure;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use yaml::LocatedError;

/// Time limit for the cleanup of running checks.
const LAST_CHECKS: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    configuration: Configuration,
    /// Where to listen, as ADDRESS:PORT. Overrides the key `listen` in config.yaml. Default: 0.0.0.0:5001.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self) -> ExitCode {
        let Some(config) = self.configuration.load() else { return ExitCode::from(WRONG_INPUT) };
        let report = |error: &LocatedError| self.configuration.report_of(error);
        run(config.settings.log_level, report, async |stop, hangup| serve(config, self.listen, stop, hangup).await)
    }
}

/// Logs, and works until the work ends or a signal has cancelled its token. The work is notified of SIGHUP. `report` is what is printed of an
/// error of the configuration.
pub(super) fn run(
    log_level: LogLevel,
    report: impl FnOnce(&LocatedError) -> String,
    work: impl AsyncFnOnce(CancellationToken, Arc<Notify>) -> Result<(), ServeError>,
) -> ExitCode {
    let log = logging::start(log_level);
    // Nothing, except in tests.
    let _faults = fail::has_failpoints().then(fail::FailScenario::setup);
    descriptors::raise_limit();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start the threads: {error}")),
    };
    let (stop, hangup) = (CancellationToken::new(), Arc::<Notify>::default());
    // Signal handling starts first, so that no signal is missed.
    let ended = match signals::handle(runtime.handle(), stop.clone(), Arc::clone(&hangup)) {
        Ok(()) => runtime.block_on(work(stop, hangup)),
        Err(error) => Err(error.into()),
    };
    // Running checks stop their processes. One that blocks its thread must not keep the process from exiting.
    runtime.shutdown_timeout(LAST_CHECKS);
    drop(log);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(ServeError::Start(StartError::Configuration(error))) => {
            print_last_error(report(&error));
            ExitCode::from(WRONG_INPUT)
        }
        Err(error) => {
            print_last_error(format!("platus: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Why Platus ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServeError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen for signals: {0}")]
    Signals(#[from] io::Error),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Task(#[from] TaskFailure),
}

async fn serve(config: Config, listen: Option<SocketAddr>, stop: CancellationToken, hangup: Arc<Notify>) -> Result<(), ServeError> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let services = config.services.len();
    let check_types = CheckTypes::built_in();
    let mut application = tokio::select! {
        built = Application::build(config, &check_types, listen) => built?,
        // The store may never connect.
        () = stop.cancelled() => return Ok(()),
    };
    let protocol = if application.is_https() { "https" } else { "http" };
    tracing::info!(services, "Platus {} listens on {protocol}://{}/", env!("CARGO_PKG_VERSION"), application.address());
    let report = systemd::report(application.health(), stop.clone());
    application.supervise("service manager", report);
    let (reloads, stopped) = (application.reloads(), stop.clone());
    application.supervise("SIGHUP", async move {
        while stopped.run_until_cancelled(hangup.notified()).await.is_some() {
            // The log says what came of it.
            reloads.reload(RequestedBy::Signal, Duration::MAX).await.ok();
        }
    });
    Ok(application.run_until(stop).await?)
}
