//! The demo: targets of its own, some days of invented history, and a Platus that continues from there. Everything is in a temporary
//! folder, which is deleted at the end.

mod error;
mod files;
mod history;
mod services;
mod story;
mod targets;

pub use error::DemoError;

use crate::application::{self, Application};
use crate::config::Config;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, Local};
use net::deadline::Deadline;
use net::dial;
use net::stopwatch::Stopwatch;
use services::{Check, HOST, SERVICES};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use storage::sqlite::SqliteStore;
use story::Plot;
use targets::Targets;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// The seed of everything invented.
const SEED: u64 = 0x0506_1a70_5eed;

/// How often the jobs of the demo report.
const BEAT: Duration = Duration::from_secs(30);

/// Time limit of such a report.
const REPORT: Duration = Duration::from_secs(5);

/// A demo that listens, and serves when it is run.
pub struct Demo {
    application: Application,
    /// Deleted when the demo is dropped.
    _folder: TempDir,
}

impl Demo {
    /// Writes configuration and history, and starts the checks. It listens at `listen`. The targets answer until `stop`.
    pub async fn start(listen: SocketAddr, stop: CancellationToken) -> Result<Self, DemoError> {
        let started = Local::now().fixed_offset();
        let folder = tempfile::Builder::new().prefix("platus-demo-").tempdir().map_err(DemoError::Folder)?;
        let targets = Targets::bind().await.map_err(DemoError::Targets)?;
        let ports = targets.ports().map_err(DemoError::Targets)?;
        files::write(folder.path(), &ports, started).map_err(DemoError::Folder)?;
        let config = Config::load(&folder.path().join("config.yaml"), &|_| None)?;
        let config = Config { is_demo: true, ..config };
        let plots: Vec<Arc<Plot>> = SERVICES.iter().zip(SEED..).map(|(service, seed)| Arc::new(service.story.plot(seed))).collect();
        invent(&folder, &config, &plots, started).await?;

        let mut application = Application::build(config, &CheckTypes::built_in(), Some(listen)).await?;
        let address = local(application.address());
        application.supervise("demo targets", {
            let stop = stop.clone();
            async move { targets.serve(&plots, started, stop).await }
        });
        application.supervise("demo jobs", report(address, stop));
        Ok(Self { application, _folder: folder })
    }

    /// Where the page is served.
    pub fn address(&self) -> SocketAddr {
        self.application.address()
    }

    /// Serves until `stop`, and then deletes everything.
    pub async fn run_until(self, stop: CancellationToken) -> Result<(), system::tasks::TaskFailure> {
        self.application.run_until(stop).await
    }
}

/// Writes the history into the database of this configuration.
async fn invent(folder: &TempDir, config: &Config, plots: &[Arc<Plot>], started: DateTime<FixedOffset>) -> Result<(), DemoError> {
    // The checks of these services are not run.
    let services = application::services(config, &CheckTypes::built_in(), &Heartbeats::default(), None);
    let services: Vec<_> = services.into_iter().map(|(service, _)| service).collect();
    let store = SqliteStore::beside(folder.path());
    history::write(&store, &services, plots, config.settings.maintenance.clone(), started).await
}

/// The address of this process at which it listens.
fn local(listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], listening.port())) } else { listening }
}

/// Reports successes of the jobs, as they would themselves.
async fn report(address: SocketAddr, stop: CancellationToken) {
    let mut ticks = interval(BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        for service in &SERVICES {
            if let Check::Job { token, beats: true, .. } = service.check {
                // A report that is lost shows as one on the board.
                stop.run_until_cancelled(send_report(address, token)).await;
            }
        }
    }
}

async fn send_report(address: SocketAddr, token: &str) {
    let deadline = Deadline::after(REPORT);
    let request =
        format!("POST /api/v1.0/heartbeat/{token} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let work = async {
        let mut stream = dial::tcp(&address.ip().to_string(), address.port(), deadline, &mut Stopwatch::start()).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        // It is short, and not of interest.
        (&mut stream).take(4096).read_to_end(&mut answer).await.ok()
    };
    deadline.wait_for(work).await.ok();
}
