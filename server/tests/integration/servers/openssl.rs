use super::{ServerProcess, folder, free_port};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A certificate that a test wants: how many days it is valid from now on.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) own: u32,
    /// Of the authority between the root and the server.
    pub(crate) authority: u32,
}

/// `openssl s_server`, which shows a certificate for localhost and that of the authority that has signed it.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    /// The root in PEM, which the server does not send.
    pub(crate) root: String,
    _process: ServerProcess,
    _folder: TempDir,
}

impl TlsServer {
    /// Starts it with further options, such as `["-tls1_2"]`, and waits until it answers.
    pub(crate) fn start(validity: Validity, options: &[&str]) -> Self {
        let (folder, port) = (folder(), free_port());
        make_certificates(folder.path(), validity);
        let address = format!("127.0.0.1:{port}");
        let fixed =
            ["s_server", "-accept", &address, "-cert", "own.crt", "-key", "own.key", "-cert_chain", "authority.crt", "-quiet"];
        let arguments: Vec<&str> = fixed.into_iter().chain(options.iter().copied()).collect();
        let mut process = ServerProcess::start(folder.path(), "openssl", "openssl", &arguments, &[]);
        process.wait_for_port(port);
        let root = fs::read_to_string(folder.path().join("root.crt")).unwrap();
        Self { port, root, _process: process, _folder: folder }
    }
}

fn make_certificates(folder: &Path, validity: Validity) {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let is_authority = "basicConstraints=critical,CA:TRUE";
    let root =
        ["req", "-x509", "-days", "30", "-keyout", "root.key", "-out", "root.crt", "-subj", "/CN=Root", "-addext", is_authority];
    openssl(folder, &[&root[..], &key].concat());
    for (name, subject, signer, days, extension) in [
        ("authority", "/CN=Authority", "root", validity.authority, is_authority),
        ("own", "/CN=localhost", "authority", validity.own, "subjectAltName=DNS:localhost,IP:127.0.0.1"),
    ] {
        let file = |ending: &str| format!("{name}.{ending}");
        let request = ["req", "-keyout", &file("key"), "-out", &file("csr"), "-subj", subject];
        openssl(folder, &[&request[..], &key].concat());
        fs::write(folder.join("extension"), extension).unwrap();
        let (certificate, signer_key) = (format!("{signer}.crt"), format!("{signer}.key"));
        let signing = ["x509", "-req", "-in", &file("csr"), "-CA", &certificate, "-CAkey", &signer_key, "-CAcreateserial"];
        let result = ["-days", &days.to_string(), "-extfile", "extension", "-out", &file("crt")];
        openssl(folder, &[&signing[..], &result].concat());
    }
}

#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("openssl is missing: {error}. Run: scripts/setup.sh test-servers"));
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
