use super::{ServerProcess, folder, free_port};
use std::fs;
use tempfile::TempDir;

/// What surrounds the block of a test: one process without rights of its own, whose files are all in its folder.
const SETTINGS: &str = "
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
@BLOCK@
}
";

/// nginx as a reverse proxy.
pub(crate) struct Nginx {
    _process: ServerProcess,
    _folder: TempDir,
}

impl Nginx {
    /// A port for the block of [`Self::start`].
    pub(crate) fn port() -> u16 {
        free_port()
    }

    /// Starts it with this `server {…}`, which listens on the port.
    pub(crate) fn start(block: &str, port: u16) -> Self {
        let folder = folder();
        fs::write(folder.path().join("nginx.conf"), SETTINGS.replace("@BLOCK@", block)).unwrap();
        let path = folder.path().to_str().unwrap();
        let arguments = ["-p", path, "-e", "stderr", "-c", "nginx.conf"];
        let mut process = ServerProcess::start(folder.path(), "nginx", "nginx", &arguments, &[]);
        process.wait_for_port(port);
        Self { _process: process, _folder: folder }
    }
}
