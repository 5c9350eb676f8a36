use super::{ServerProcess, folder, free_port};
use tempfile::TempDir;

/// A Redis that keeps nothing on the disk.
pub(crate) struct RedisServer {
    pub(crate) port: u16,
    pub(crate) process: ServerProcess,
    _folder: TempDir,
}

impl RedisServer {
    /// Starts it with further settings, such as `["--requirepass", "s3cret"]`, and waits until it answers.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let (folder, port) = (folder(), free_port());
        let port_text = port.to_string();
        let fixed = ["--bind", "127.0.0.1", "--port", &port_text, "--save", "", "--appendonly", "no"];
        let arguments: Vec<&str> = fixed.into_iter().chain(settings.iter().copied()).collect();
        let mut process = ServerProcess::start(folder.path(), "redis", "redis-server", &arguments, &[]);
        process.wait_for_port(port);
        Self { port, process, _folder: folder }
    }
}
