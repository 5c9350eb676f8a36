//! Real servers that a test starts for itself, because it kills them, or because few tests need them. Each lives in a folder of its
//! own, listens on the loopback address alone, and ends with the test or, at the latest, with the process.

pub(crate) mod celery;
pub(crate) mod ec2_stub;
#[cfg(feature = "mongodb")]
pub(crate) mod fake_mongod;
#[cfg(feature = "mongodb")]
pub(crate) mod mongod;
pub(crate) mod moto;
pub(crate) mod nginx;
pub(crate) mod openssl;
pub(crate) mod postfix;
pub(crate) mod proxy;
pub(crate) mod rabbitmq;
pub(crate) mod redis;
pub(crate) mod smtp;
pub(crate) mod unbound;
pub(crate) mod vault;

use crate::waiting;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;
use tempfile::TempDir;

/// A free port. It lies below the ports of outgoing connections, so that no other program takes it while a server
/// starts that is to have it, and one that was killed gets it again.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 12_000;
    const COUNT: u16 = 8_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let process = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap();
    loop {
        let offset = process.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, FIRST + offset)).is_ok() {
            return FIRST + offset;
        }
    }
}

/// A process that ends when it is dropped, and in any case with the process of the tests.
pub(crate) struct ServerProcess {
    child: Child,
    log: PathBuf,
}

impl ServerProcess {
    /// Starts `program`, whose output goes to `folder/NAME.log`.
    pub(crate) fn start(folder: &Path, name: &str, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let log = folder.join(format!("{name}.log"));
        let output = fs::File::create(&log).unwrap();
        // The kernel ends it with the thread that started it, even when the tests are killed; see `STARTER`.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", program]).args(arguments).envs(environment.iter().copied());
        command.current_dir(folder).stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        Self { child: spawn(command), log }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until `ready` says so. Fails with the log when the process ends or takes too long.
    pub(crate) fn wait_until(&mut self, mut ready: impl FnMut(&Self) -> bool + Send) {
        let log = self.log.clone();
        waiting::until_blocking(&format!("the server is ready; its log is {}", log.display()), || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", self.log());
            }
            ready(self)
        });
    }

    /// Waits until the port accepts connections.
    pub(crate) fn wait_for_port(&mut self, port: u16) {
        self.wait_until(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    }

    /// Stops it where it is, so that it is there and does not answer.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    /// Ends it at once, without a chance to say goodbye.
    pub(crate) fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }

    /// Sends a signal by its name without `SIG`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.id().to_string()]).status().unwrap();
        assert!(status.success(), "signal {name}");
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts processes on a thread that lives as long as the tests do: a process ends with the thread that started it, and the thread of
/// a test ends before servers that several tests share.
fn spawn(command: Command) -> Child {
    type Order = (Command, mpsc::Sender<std::io::Result<Child>>);
    static STARTER: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
        let (orders, received) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, answer) in received {
                answer.send(command.spawn()).ok();
            }
        });
        orders
    });
    let (answer, started) = mpsc::channel();
    STARTER.send((command, answer)).unwrap();
    started.recv().unwrap().unwrap()
}

/// A program that `scripts/setup.sh` has installed, at the same place as in scripts/tools.sh.
#[track_caller]
pub(crate) fn tool(path: &str) -> String {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let tools = variable("PLATUS_TOOLS")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("platus")))
        .unwrap_or_else(|| variable("HOME").expect("HOME is not set").join(".cache/platus"));
    let program = tools.join(path);
    assert!(program.exists(), "{} is missing. Run: scripts/setup.sh test-servers", program.display());
    program.to_str().unwrap().to_owned()
}

/// A folder for the files of a server. It is removed when dropped.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}
