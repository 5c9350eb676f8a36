//! The program `platus`.

use super::usage::Usage;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use tempfile::TempDir;

/// Warnings and errors that are kept of its log, besides those about services.
const MOST_LINES: usize = 20;

/// A running program with its own files. It is killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    complaints: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

/// The configuration files.
pub(crate) struct Files {
    pub(crate) config: String,
    pub(crate) services: String,
    pub(crate) users: String,
}

impl Program {
    /// Starts it after these words of a shell, such as `ulimit -n 1024;`, and waits until it listens.
    pub(crate) fn start(files: &Files, before: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("config.yaml", &files.config), ("services.yaml", &files.services), ("users.yaml", &files.users)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let words = format!("{before} exec \"$0\" serve --listen 127.0.0.1:0 --config \"$1\"");
        let mut command = Command::new("sh");
        command.args(["-c", &words, env!("CARGO_BIN_EXE_platus")]).arg(folder.path().join("config.yaml"));
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address =
            log.find_map(|line| line.split_once("http://")?.1.split('/').next()?.parse().ok()).expect("it says where it listens");
        let complaints = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&complaints);
        thread::spawn(move || {
            // Read to its end, so that no line is dropped.
            for line in log {
                let mut kept = kept.lock().unwrap();
                // What happens to services is not about Platus itself.
                let is_complaint = !line.contains(" INFO ") && !line.contains(" state changed to ");
                if is_complaint && kept.len() < MOST_LINES {
                    kept.push(line);
                }
            }
        });
        Self { child, address, complaints, folder }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage::of(self.child.id())
    }

    /// The first warnings and errors of its log, since it listened, besides those about services.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
