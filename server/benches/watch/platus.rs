//! Platus with all its parts, in this process.

use checks::CheckConfig;
use checks::{Check, CheckTypes, Host, Plugin};
use model::State;
use model::{CheckError, Observation};
use serde_json::Value;
use server::application::Application;
use server::config::Config;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use system::tasks::TaskFailure;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yaml::InvalidSetting;
use yaml::{Located, Location, Node};

pub(crate) struct Platus {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    running: JoinHandle<Result<(), TaskFailure>>,
    _folder: TempDir,
}

impl Platus {
    /// Starts it with these services, each checked at this interval.
    pub(crate) async fn start(interval: Duration, services: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("config.yaml", &format!("log_level: error\ncheck_interval: {}\n", interval.as_secs()));
        write("users.yaml", "admin: {role: admin, password: admin}\n");
        write("services.yaml", services);
        let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let check_types = CheckTypes::built_in().with::<Noted>();
        let application = Application::build(config, &check_types, Some(listen)).await.unwrap();
        let address = application.address();
        let stop = CancellationToken::new();
        let running = tokio::spawn(application.run_until(stop.clone()));
        Self { address, stop, running, _folder: folder }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }
}

/// What is noted of the checks of one service, in the order of their starts.
type Starts = Arc<Mutex<Vec<Instant>>>;

static STARTS: Mutex<Vec<Starts>> = Mutex::new(Vec::new());
static FAILURES: AtomicUsize = AtomicUsize::new(0);

/// When each service was checked since the last call, and how many checks did not find it operational.
pub(crate) fn take_notes() -> (Vec<Vec<Instant>>, usize) {
    let starts = STARTS.lock().unwrap().iter().map(|starts| std::mem::take(&mut *starts.lock().unwrap())).collect();
    (starts, FAILURES.swap(0, Ordering::Relaxed))
}

/// The plugin `rest_http`, whose starts and failures are noted.
struct Noted {
    check: Box<dyn Check>,
    starts: Starts,
}

impl Plugin for Noted {
    const NAME: &'static str = "rest_http";
    const SUMMARY: &'static str = "Asks an HTTP server, and notes when.";
    type Properties = Value;
    type Data = Value;
    const EXAMPLE: &'static str = "";

    fn connect(properties: Value, data: Value, host: &Host) -> Result<Self, InvalidSetting> {
        // JSON is YAML, too.
        let node = |value: &Value| -> Node { yaml::parse("services.yaml", &value.to_string()).unwrap() };
        let plugin =
            Located { value: Self::NAME.to_owned(), location: Location { file: "services.yaml".into(), line: 1, column: 1 } };
        let config = CheckConfig { plugin, properties: node(&properties), data: node(&data) };
        let check = CheckTypes::built_in().connect(&config, host).map_err(|error| InvalidSetting::new(error.to_string()))?;
        let starts = Starts::default();
        STARTS.lock().unwrap().push(Arc::clone(&starts));
        Ok(Self { check, starts })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        self.starts.lock().unwrap().push(Instant::now());
        let seen = self.check.check().await;
        let is_operational = |seen: &Observation| seen.state == State::Operational;
        if !seen.as_ref().is_ok_and(|observations| observations.iter().all(is_operational)) {
            FAILURES.fetch_add(1, Ordering::Relaxed);
        }
        seen
    }
}
