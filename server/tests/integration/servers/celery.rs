use super::{ServerProcess, folder};
use std::process::Command;
use tempfile::TempDir;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const APPLICATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/celery");

/// Two generations, which answer through different code.
pub(crate) const NEW: &str = "5.7";
pub(crate) const OLD: &str = "5.2";

/// A Celery worker that works on one task at a time, in the one process that it is.
pub(crate) struct CeleryWorker {
    pub(crate) process: ServerProcess,
    _folder: TempDir,
}

impl CeleryWorker {
    /// Starts a worker of this Celery at the broker of this URL, and does not wait for it. The environment is for
    /// `fixtures/celery/workers.py`.
    pub(crate) fn launch(version: &str, name: &str, broker: &str, environment: &[(&str, &str)]) -> Self {
        let folder = folder();
        let mut variables = vec![
            ("BROKER", broker),
            ("PYTHONPATH", APPLICATION),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            // Celery warns of root and pickle, which the tests want.
            ("C_FORCE_ROOT", "1"),
        ];
        variables.extend(environment);
        let arguments = ["-m", "celery", "-A", "workers", "worker", "--hostname", name, "--pool", "solo", "--loglevel", "DEBUG"];
        let alone = ["--without-mingle", "--without-gossip", "--without-heartbeat"];
        let arguments: Vec<_> = arguments.into_iter().chain(alone).collect();
        let process = ServerProcess::start(folder.path(), "worker", &python(version), &arguments, &variables);
        Self { process, _folder: folder }
    }

    /// Waits until it listens.
    #[track_caller]
    pub(crate) fn wait(&mut self) {
        self.process.wait_until(|process| process.log().contains(" ready."));
    }

    /// How many pings have come in.
    pub(crate) fn pings(&self) -> usize {
        self.process.log().matches("pidbox received method ping").count()
    }
}

/// The Python of the environment that `scripts/setup.sh test-servers` makes.
fn python(version: &str) -> String {
    let script = r#"set -eu; cd "$0"; . scripts/common.sh; . scripts/tools.sh; celery_dir "$1""#;
    let output = Command::new("bash").args(["-c", script, REPOSITORY, version]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let python = format!("{}/bin/python", String::from_utf8(output.stdout).unwrap());
    assert!(std::path::Path::new(&python).exists(), "{python} is missing; run `scripts/setup.sh test-servers`");
    python
}
