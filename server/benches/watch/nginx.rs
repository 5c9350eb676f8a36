use std::fs;
use std::path::PathBuf;
use std::process::{self, Command};
use tempfile::TempDir;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/targets");

/// A real server, which answers at `/ok`. It ends when this is dropped, and at the latest with the process.
pub(crate) struct Nginx {
    pub(crate) port: u16,
    pub(crate) https_port: u16,
    folder: TempDir,
}

impl Nginx {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut start = Command::new(format!("{SCRIPTS}/start.sh"));
        let started =
            start.arg(folder.path()).args(["--only", "nginx", "--with-pid", &process::id().to_string()]).status().unwrap();
        assert!(started.success(), "nginx did not start");
        let environment = fs::read_to_string(folder.path().join("targets.env")).unwrap();
        let port = |name: &str| environment.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse().unwrap();
        Self { port: port("HTTP_PORT="), https_port: port("HTTPS_PORT="), folder }
    }
}

impl Nginx {
    /// The file of the authority that its certificate is from.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("tls/ca.crt")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        Command::new(format!("{SCRIPTS}/stop.sh")).arg(self.folder.path()).status().ok();
    }
}
