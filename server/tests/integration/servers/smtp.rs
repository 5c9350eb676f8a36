use super::{ServerProcess, folder};
use crate::targets::targets;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const SINK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/smtp/sink.py");

pub(crate) const USER: &str = "bot@lan.test";
pub(crate) const PASSWORD: &str = "s3cret-of-the-bot";

/// A mail server that keeps nothing; see `fixtures/smtp/sink.py`. Its certificate is that of the test servers, or a bad one.
pub(crate) struct SmtpServer {
    process: ServerProcess,
    _folder: TempDir,
}

impl SmtpServer {
    pub(crate) fn start() -> Self {
        Self::showing("server")
    }

    /// With a certificate such as `expired`.
    pub(crate) fn showing(certificate: &str) -> Self {
        let folder = folder();
        let file = |extension: &str| Path::new(targets().get("CA")).with_file_name(format!("{certificate}.{extension}"));
        let (certificate, key) = (file("crt"), file("key"));
        let arguments = [SINK, certificate.to_str().unwrap(), key.to_str().unwrap(), USER, PASSWORD];
        let mut process = ServerProcess::start(folder.path(), "smtp", &python(), &arguments, &[]);
        process.wait_until(|process| process.log().contains("\"ports\""));
        Self { process, _folder: folder }
    }

    /// The port of a kind of server such as `starttls`.
    pub(crate) fn port(&self, kind: &str) -> u16 {
        self.received("ports")[0]["ports"][kind].as_u64().unwrap().try_into().unwrap()
    }

    /// All events so far with this key, such as `recipients` for mails and `login` for logins.
    pub(crate) fn received(&self, key: &str) -> Vec<Value> {
        let log = self.process.log();
        log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|entry| entry.get(key).is_some()).collect()
    }
}

/// The Python of the environment that `scripts/setup.sh test-servers` makes.
fn python() -> String {
    let script = r#"set -eu; cd "$0"; . scripts/common.sh; . scripts/tools.sh; aiosmtpd_dir"#;
    let output = Command::new("bash").args(["-c", script, REPOSITORY]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let python = format!("{}/bin/python", String::from_utf8(output.stdout).unwrap());
    assert!(Path::new(&python).exists(), "{python} is missing; run `scripts/setup.sh test-servers`");
    python
}
