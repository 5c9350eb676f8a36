//! The program: its commands, exit codes and shutdown.

mod output;

use crate::servers::redis::RedisServer;
use crate::targets::targets;
use crate::test_app::{PATIENCE, configuration};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) const PLATUS: &str = env!("CARGO_BIN_EXE_platus");
const LEGACY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/legacy");

pub(crate) fn platus(arguments: &[&str]) -> Command {
    let mut command = Command::new(PLATUS);
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// The command that serves the configuration in this folder, on a free port.
pub(crate) fn serve(folder: &Path) -> Command {
    let mut command = platus(&["serve", "--listen", "127.0.0.1:0", "--config"]);
    command.arg(folder.join("config.yaml"));
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A running program. It is killed when a test fails, so that nothing stays behind.
pub(crate) struct Running {
    child: Child,
    address: SocketAddr,
    /// Reads the log after the line with the address. `None` if the log is not read.
    log: Option<JoinHandle<Vec<String>>>,
}

/// Sends a signal, for example `-9`, to a process that the tests have started.
pub(crate) fn signal(process: u32, name: &str) {
    // The shell has it built in; a program of that name is not on every machine.
    assert!(Command::new("sh").args(["-c", &format!("kill {name} {process}")]).status().unwrap().success());
}

impl Running {
    /// Serves the configuration in this folder, on a free port.
    pub(crate) fn serve(folder: &Path) -> Self {
        Self::start(&mut serve(folder))
    }

    pub(crate) fn start(command: &mut Command) -> Self {
        let (mut running, log) = Self::start_unread(command.stderr(Stdio::piped()), None);
        // Read on, so that no line is dropped.
        running.log = Some(std::thread::spawn(move || log.lines().map(Result::unwrap).collect()));
        running
    }

    /// The log is read until it says where the program listens, and no further. Its pipe holds this many bytes, or what is usual.
    pub(crate) fn start_unread(command: &mut Command, pipe: impl Into<Option<usize>>) -> (Self, BufReader<ChildStderr>) {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = child.stderr.take().unwrap();
        if let Some(size) = pipe.into() {
            rustix::pipe::fcntl_setpipe_size(&log, size).unwrap();
        }
        let mut log = BufReader::new(log);
        let address = log
            .by_ref()
            .lines()
            .map(Result::unwrap)
            .find_map(|line| line.split_once("http://").map(|(_, address)| address.split('/').next().unwrap().parse().unwrap()))
            .expect("it says where it listens");
        (Self { child, address, log: None }, log)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// The exit code, and how long it took.
    pub(crate) fn end(&mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        let code = self.child.wait().unwrap().code();
        (code, start.elapsed())
    }

    /// What it logged until its end, from when it listened.
    pub(crate) fn log(&mut self) -> Vec<String> {
        self.log.take().map(|log| log.join().unwrap()).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes one of the files anew and returns what `platus serve` says of it.
fn serve_with(file: &str, content: &str) -> Output {
    let folder = configuration("{}", "{}");
    fs::write(folder.path().join(file), content).unwrap();
    serve(folder.path()).output().unwrap()
}

#[test]
fn a_wrong_configuration_ends_with_two_and_says_where_and_what_to_do() {
    for (file, content, place, remedy) in [
        ("config.yaml", "log_levl: info\n", "config.yaml:1:1", "did you mean `log_level`"),
        ("config.yaml", "log_level: info\nconnect_timeout: many\n", "config.yaml:2:18", "number"),
        ("config.yaml", "a: [1\n", "config.yaml:1:4", "bracket"),
        ("config.yaml", "check_interval: 0\n", "config.yaml:1:17", ""),
        ("config.yaml", "persistent_data_backend: {type: reddis}\n", "config.yaml:1:33", "did you mean `redis`"),
        ("config.yaml", "persistent_data_backend: {type: sqlite, data: {paht: x}}\n", "config.yaml:1:48", "did you mean `path`"),
        ("users.yaml", "dev: {role: dev\n", "users.yaml:1:6", "bracket"),
        ("services.yaml", "web: !!python/object/apply:os.system [id]\n", "services.yaml:1:", "write a plain value"),
    ] {
        let output = serve_with(file, content);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{content}: {said}");
        assert!(said.contains(place) && said.contains(remedy), "{content}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    let output = platus(&["serve", "--config", "/nowhere/config.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/nowhere/config.yaml"));
}

#[test]
fn an_address_in_use_is_reported_with_a_remedy() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = configuration("{}", "{}");
    let config = folder.path().join("config.yaml");
    let output = platus(&["serve", "--listen", &address, "--config", config.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[test]
fn the_files_of_the_original_run_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(LEGACY), folder.path());
    let config = folder.path().join("config.yaml");
    // Its Redis has the name and the port that it had in the original's containers; nothing else is changed.
    let redis = RedisServer::start(&[]);
    let here = fs::read_to_string(&config).unwrap().replace("host: redis", "host: 127.0.0.1");
    fs::write(&config, here.replace("port: 6379", &format!("port: {}", redis.port))).unwrap();
    let mut running = Running::serve(folder.path());
    let mut stream = TcpStream::connect(running.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /api/v1.0/health HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Good doctor!"), "{answer}");
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn an_unreachable_store_is_reported_with_a_remedy() {
    let store = "persistent_data_backend: {type: redis, data: {host: 127.0.0.1, port: 1}}\nconnect_timeout: 0.5\n";
    let folder = configuration(store, "{}");
    let config = folder.path().join("config.yaml");
    let mut running = Running::serve(folder.path());
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));

    let store = store.replace("0.5", "1");
    fs::write(&config, format!("{store}start_without_store: false\n")).unwrap();
    let output = serve(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let logged = [&output.stdout[..], &output.stderr].concat();
    let logged = text(&logged);
    assert!(logged.contains("The redis store has not answered yet. The start waits for it for up to 1 s."), "{logged}");
    let said = text(&output.stderr);
    assert!(said.contains("127.0.0.1:1") && said.contains("start_without_store: true"), "{said}");
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn signals_end_it_with_zero_within_five_seconds_with_a_hundred_open_streams() {
    for signal in ["-TERM", "-INT"] {
        let folder = configuration("{}", "{}");
        let config = folder.path().join("config.yaml");
        // The environment says it as well as the command line does.
        let mut command = platus(&["serve"]);
        command.env("PLATUS_CONFIG", &config).env("PLATUS_LISTEN", "127.0.0.1:0");
        let mut running = Running::start(&mut command);
        let streams: Vec<_> = (0..100).map(|_| open_stream(running.address)).collect();
        running.signal(signal);
        let (code, took) = running.end();
        assert_eq!(code, Some(0), "{signal}");
        assert!(took < Duration::from_secs(5), "{signal}: {took:?}");
        drop(streams);
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let folder = configuration("listen: 127.0.0.1:0\n", "{}");
    fs::create_dir(folder.path().join("config")).unwrap();
    for file in ["config.yaml", "services.yaml", "users.yaml"] {
        fs::rename(folder.path().join(file), folder.path().join("config").join(file)).unwrap();
    }
    let mut command = platus(&["serve"]);
    command.current_dir(folder.path()).env("PLATUS_CONFIG", "").env("PLATUS_LISTEN", "");
    let mut running = Running::start(&mut command);
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn other_signals_do_not_end_it() {
    let folder = configuration("{}", "{}");
    let (mut running, mut log) = Running::start_unread(&mut serve(folder.path()), None);
    running.signal("-HUP");
    let mut line = String::new();
    assert!(log.read_line(&mut line).unwrap() > 0, "it ended at SIGHUP");
    assert!(line.contains("Configuration reloaded because of SIGHUP"), "{line}");
    for name in ["USR1", "USR2", "QUIT", "XFSZ"] {
        running.signal(&format!("-{name}"));
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended at SIG{name}");
        assert!(line.contains(&format!("SIG{name} is ignored")), "{line}");
    }
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

/// An event stream whose first event has been read.
fn open_stream(address: SocketAddr) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let authorization = "ZGV2OmRldg=="; // dev:dev
    write!(stream, "GET /api/v1.0/events HTTP/1.1\r\nHost: platus\r\nAuthorization: Basic {authorization}\r\n\r\n").unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while !line.contains("heartbeat") {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the stream ended");
    }
    stream
}

#[test]
fn a_password_is_hashed_for_users_yaml() {
    let mut child = platus(&["users", "hash"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all("pässwörd\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("$argon2id$v=19$"), "{output:?}");
    assert_eq!(platus(&["users", "hash"]).output().unwrap().status.code(), Some(2), "an empty password");
}

#[test]
fn wrong_words_end_with_two_and_help_with_zero() {
    assert_eq!(platus(&["sevre"]).output().unwrap().status.code(), Some(2));
    assert_eq!(platus(&["serve", "--listen", "here"]).output().unwrap().status.code(), Some(2));
    let help = platus(&["serve", "--help"]).output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    for word in ["--config", "PLATUS_CONFIG", "--listen", "PLATUS_LISTEN", "5001"] {
        assert!(text(&help.stdout).contains(word), "{word}");
    }
}

#[test]
fn plugins_are_listed_and_explained() {
    let list = platus(&["plugins"]).output().unwrap();
    assert!(list.status.success());
    assert!(text(&list.stdout).lines().any(|line| line.starts_with("rest_http ")), "{}", text(&list.stdout));
    let page = platus(&["plugins", "rest_http"]).output().unwrap();
    for part in ["properties: how to connect", "  host  (text, required)", "Example for services.yaml:"] {
        assert!(text(&page.stdout).contains(part), "{part}: {}", text(&page.stdout));
    }
    let unknown = platus(&["plugins", "rest_htp"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean `rest_http`?"), "{}", text(&unknown.stderr));
}

/// What `platus probe` says of services on the test servers.
fn probe(arguments: &[&str]) -> Output {
    let port = targets().port("HTTP");
    let service = |path: &str| {
        format!("{{type: rest_http, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, data: {{url: {path}}}}}")
    };
    let services = format!(
        "fine: {}\nfailing: {}\nwrong: {{type: rest_http, properties: {{hots: a}}}}\nempty: {}\n\
         nodeless: {{type: exec, properties: {{host: here, command: [echo, '[]']}}}}\n",
        service("/ok"),
        service("/503"),
        service("/drop")
    );
    let folder = configuration("log_level: error\n", &services);
    let config = folder.path().join("config.yaml");
    platus(&[&["probe", "--config", config.to_str().unwrap()], arguments].concat()).output().unwrap()
}

#[test]
fn a_probe_ends_with_the_code_of_the_worst_state() {
    for (services, code) in [
        (&["fine"][..], 0),
        (&["failing"], 2),
        (&["wrong"], 3),
        (&["empty"], 3),
        (&["nodeless"], 3),
        (&["fine", "nodeless"], 3),
        (&["fine", "wrong", "failing"], 2),
        (&[], 2),
    ] {
        let output = probe(services);
        assert_eq!(output.status.code(), Some(code), "{services:?}: {}", text(&output.stdout));
    }
}

#[test]
fn a_probe_shows_what_was_seen_to_people_and_programs() {
    let output = probe(&["failing", "wrong"]);
    let said = text(&output.stdout);
    assert!(said.contains("failing\n  down         127.0.0.1  ") && said.contains("HTTP 503 Service Unavailable"), "{said}");
    assert!(said.contains("unknown key `hots`; did you mean `host`?"), "{said}");

    let nodeless = probe(&["nodeless"]);
    let said = text(&nodeless.stdout);
    assert!(said.starts_with("nodeless\n  unknown      here  the program printed a list without rows"), "{said}");

    let output = probe(&["--json", "failing", "fine"]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&rows[0]["service"], &rows[0]["state"]), (&"failing".into(), &"down".into()));
    assert_eq!((&rows[1]["service"], &rows[1]["state"]), (&"fine".into(), &"operational".into()));
    assert!(rows[1]["elapsed"].as_f64().unwrap() < PATIENCE.as_secs_f64());
}

#[test]
fn a_probe_of_what_is_not_there_is_unknown() {
    let output = probe(&["fin"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("there is no service `fin`; did you mean `fine`?"), "{}", text(&output.stderr));
    let output = platus(&["probe", "--config", "/nowhere/config.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}
