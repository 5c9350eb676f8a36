use super::{ServerProcess, folder, free_port};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// A Redis that keeps nothing on the disk unless it is told to.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    pub(crate) process: ServerProcess,
    folder: TempDir,
}

impl RedisServer {
    /// Starts it with further settings, such as `["--requirepass", "s3cret"]`, and waits until it answers.
    pub(crate) fn start(settings: &[&str]) -> Self {
        Self::start_at(free_port(), settings)
    }

    /// The same on a port that somebody knows already.
    pub(crate) fn start_at(port: u16, settings: &[&str]) -> Self {
        let folder = folder();
        let process = Self::launch(&folder, port, settings);
        Self { port, process, folder }
    }

    /// Starts it once more after it was killed, on the same port and with the files that it left.
    pub(crate) fn start_again(&mut self, settings: &[&str]) {
        self.process = Self::launch(&self.folder, self.port, settings);
    }

    fn launch(folder: &TempDir, port: u16, settings: &[&str]) -> ServerProcess {
        let port_text = port.to_string();
        let fixed = ["--bind", "127.0.0.1", "--port", &port_text, "--save", "", "--appendonly", "no"];
        let arguments: Vec<&str> = fixed.into_iter().chain(settings.iter().copied()).collect();
        let mut process = ServerProcess::start(folder.path(), "redis", "redis-server", &arguments, &[]);
        // It opens its ports one after the other and answers when all are open, the one with TLS too.
        process.wait_until(|_| answers(port));
        process
    }

    /// A copy of this one that follows it.
    pub(crate) fn start_replica(&self, settings: &[&str]) -> Self {
        let port = self.port.to_string();
        Self::start(&[&["--replicaof", "127.0.0.1", &port], settings].concat())
    }

    /// Where it keeps its files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The first line of its answer to a command, such as `SET a b`.
    #[track_caller]
    pub(crate) fn command(&self, command: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "{command}\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }
}

/// Whether it answers anything at all: while it loads its files, or without the password, that is an error.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut line = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(1))).is_ok()
        && stream.write_all(b"PING\r\n").is_ok()
        && BufReader::new(stream).read_line(&mut line).is_ok_and(|length| length > 0)
}
