//! The servers that the tests look at: real ones, started once for all tests, and odd ones, of which each test has its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

const START: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/targets/start.sh");

/// Where nginx and httpbin are, as `targets.env` of scripts/targets/start.sh says.
pub(crate) struct Targets(BTreeMap<String, String>);

/// Starts the servers when the first test asks. They end by themselves when this process does, even when it is killed.
pub(crate) fn targets() -> &'static Targets {
    static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::start);
    &TARGETS
}

impl Targets {
    fn start() -> Self {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("targets");
        remove_folders_of_ended_servers(&parent);
        let process = std::process::id().to_string();
        let folder = parent.join(&process);
        let started = Command::new(START).arg(&folder).args(["--with-pid", &process]).output().unwrap();
        assert!(started.status.success(), "the test servers did not start: {}", String::from_utf8_lossy(&started.stderr));
        let environment = fs::read_to_string(folder.join("targets.env")).unwrap();
        Self(environment.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// The value of a line such as `BASIC_USER=bob`.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("{name} is not in targets.env"))
    }

    /// The port of a server such as `HTTPS`.
    pub(crate) fn port(&self, server: &str) -> u16 {
        self.get(&format!("{server}_PORT")).parse().unwrap()
    }

    /// The content of the file that a line such as `CA=/…/ca.crt` names.
    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.get(name)).unwrap()
    }

    /// The certificate that a server such as `self-signed` shows.
    pub(crate) fn certificate(&self, server: &str) -> String {
        fs::read_to_string(PathBuf::from(self.get("CA")).with_file_name(format!("{server}.crt"))).unwrap()
    }

    /// The private key of a certificate such as `client`.
    pub(crate) fn key(&self, name: &str) -> String {
        fs::read_to_string(PathBuf::from(self.get("CA")).with_file_name(format!("{name}.key"))).unwrap()
    }
}

/// Folders stay behind, because the servers outlive the process that knows them by a moment. The next run removes them.
fn remove_folders_of_ended_servers(parent: &Path) {
    for folder in fs::read_dir(parent).into_iter().flatten().flatten() {
        // Stopping removes this file.
        if !folder.path().join("targets.env").exists() && !folder.path().join("nginx.pid").exists() {
            fs::remove_dir_all(folder.path()).ok();
        }
    }
}

/// A server that does what no real one does on demand.
pub(crate) struct OddServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    /// The heads of the requests.
    requests: Vec<String>,
}

impl OddServer {
    /// Answers each request with these bytes, whatever they mean, and leaves the connection open.
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(Ipv4Addr::LOCALHOST.into(), move |stream, _| stream.write_all(&answer).is_ok())
    }

    /// Answers each request with what `answer` makes of its head, which is in lower case.
    pub(crate) fn answering_each(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start(Ipv4Addr::LOCALHOST.into(), move |stream, head| stream.write_all(answer(head).as_bytes()).is_ok())
    }

    /// The same on IPv6.
    pub(crate) fn answering_on_ipv6(answer: &'static [u8]) -> Self {
        Self::start(Ipv6Addr::LOCALHOST.into(), move |stream, _| stream.write_all(answer).is_ok())
    }

    /// Answers each request with these bytes and closes the connection.
    pub(crate) fn breaking_off_after(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(Ipv4Addr::LOCALHOST.into(), move |stream, _| {
            stream.write_all(&answer).ok();
            false
        })
    }

    /// Reads the request and says nothing.
    pub(crate) fn hanging() -> Self {
        Self::answering("")
    }

    /// `answer` says whether the connection stays open. Everything ends with the process.
    fn start(address: std::net::IpAddr, answer: impl Fn(&mut TcpStream, &str) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let server = Self { address, seen: Arc::clone(&seen) };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                seen.lock().unwrap().connections += 1;
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || {
                    while let Some(head) = read_head(&mut stream) {
                        seen.lock().unwrap().requests.push(head.clone());
                        if !answer(&mut stream, &head) {
                            break;
                        }
                    }
                });
            }
        });
        server
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// The heads of the requests so far, in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }
}

/// The head of the next request; `None` when the client has closed the connection.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    Some(String::from_utf8_lossy(&head).to_lowercase())
}
